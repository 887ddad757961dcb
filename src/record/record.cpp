#include "record/record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <set>
#include <stdexcept>

#include "base/utf8.hpp"

namespace sparsio {
namespace {

// The alternative of Cell that a column of `type` holds.
size_t cell_index(Type type) {
  return type == Type::integer ? 0 : type == Type::real ? 1 : 2;
}

Cell unknown_cell(Type type) {
  if (type == Type::integer) return int64_t{0};
  if (type == Type::real) return std::numeric_limits<double>::quiet_NaN();
  return std::string();
}

size_t column_of(const Schema& schema, std::string_view name) {
  for (size_t column = 0; column < schema.size(); ++column)
    if (schema[column].name == name) return column;
  throw std::logic_error(fmt::format("the schema has no column '{}'", name));
}

}  // namespace

std::string_view nature_name(Nature nature) {
  constexpr std::string_view names[] = {"given", "deterministic", "counted", "measured"};
  return names[static_cast<size_t>(nature)];
}

std::string_view identity_name(Identity identity) {
  constexpr std::string_view names[] = {"", "case", "procedure"};
  return names[static_cast<size_t>(identity)];
}

Nature nature_named(std::string_view name) {
  for (const Nature nature : {Nature::deterministic, Nature::counted, Nature::measured})
    if (name == nature_name(nature)) return nature;
  return Nature::given;
}

Identity identity_named(std::string_view name) {
  for (const Identity identity : {Identity::of_case, Identity::procedure})
    if (name == identity_name(identity)) return identity;
  return Identity::none;
}

bool same_cell(const Cell& a, const Cell& b) {
  const auto* x = std::get_if<double>(&a);
  const auto* y = std::get_if<double>(&b);
  return a == b || (x != nullptr && y != nullptr && std::isnan(*x) && std::isnan(*y));
}

Cell absent_cell(const Column& column) {
  if (column.fallback.empty()) return unknown_cell(column.type);
  if (column.type == Type::text) return column.fallback;
  const std::string place = "default of " + column.name;
  if (column.type == Type::real) return parse_real(column.fallback, place);
  return static_cast<int64_t>(parse_count(column.fallback, place));
}

size_t find_column(const Schema& schema, std::string_view name) {
  for (size_t column = 0; column < schema.size(); ++column)
    if (schema[column].name == name) return column;
  for (size_t column = 0; column < schema.size(); ++column)
    if (!schema[column].former.empty() && schema[column].former == name) return column;
  return schema.size();
}

std::shared_ptr<const Schema> schema_with(const Schema& base, const Schema& more) {
  static std::mutex mutex;
  static std::vector<std::shared_ptr<const Schema>> known;
  Schema wanted = base;
  for (const Column& column : more)
    if (find_column(wanted, column.name) == wanted.size()) wanted.push_back(column);
  const std::lock_guard<std::mutex> lock(mutex);
  const auto same = [&wanted](const std::shared_ptr<const Schema>& one) { return *one == wanted; };
  const auto found = std::find_if(known.begin(), known.end(), same);
  if (found != known.end()) return *found;
  known.push_back(std::make_shared<const Schema>(std::move(wanted)));
  return known.back();
}

std::shared_ptr<const Schema> schema_of(const std::vector<Record>& rows, const Schema& base) {
  std::set<const Schema*> seen = {&base};
  Schema surplus;
  for (const Record& row : rows) {
    if (!seen.insert(&row.schema()).second) continue;
    for (const Column& column : row.schema()) {
      if (find_column(base, column.name) < base.size()) continue;
      const size_t place = find_column(surplus, column.name);
      if (place == surplus.size())
        surplus.push_back(column);
      else
        surplus[place].width = std::max(surplus[place].width, column.width);
    }
  }
  if (surplus.empty()) return {std::shared_ptr<void>(), &base};
  return schema_with(base, surplus);
}

bool same_row(const Record& a, const Record& b) {
  if (&a.schema() == &b.schema())
    return std::equal(a.cells().begin(), a.cells().end(), b.cells().begin(), b.cells().end(), same_cell);
  const auto has_all_of = [](const Record& one, const Record& other) {
    for (size_t column = 0; column < other.schema().size(); ++column) {
      const Cell* cell = one.find(other.schema()[column].name, column);
      if (!same_cell(cell != nullptr ? *cell : absent_cell(other.schema()[column]), other.cells()[column]))
        return false;
    }
    return true;
  };
  return has_all_of(a, b) && has_all_of(b, a);
}

Record::Record(const Schema& schema) : Record(std::shared_ptr<const Schema>(std::shared_ptr<void>(), &schema)) {}

Record::Record(std::shared_ptr<const Schema> schema) : schema_(std::move(schema)) {
  cells_.reserve(schema_->size());
  for (const Column& column : *schema_) cells_.push_back(unknown_cell(column.type));
}

void Record::set_cell(size_t column, Cell cell) {
  const Column& declared = schema_->at(column);
  if (cell.index() != cell_index(declared.type))
    throw std::logic_error(fmt::format("column '{}' is of type {}", declared.name, type_name(declared.type)));
  if (auto* text = std::get_if<std::string>(&cell)) *text = fit_utf8(*text, declared.width);
  cells_[column] = std::move(cell);
}

void Record::set(std::string_view name, std::string_view text) {
  set_cell(column_of(*schema_, name), std::string(text));
}

void Record::set(std::string_view name, int64_t integer) {
  set_cell(column_of(*schema_, name), integer);
}

void Record::set(std::string_view name, double real) {
  set_cell(column_of(*schema_, name), real);
}

void Record::set_any_integer(std::string_view name, bool is_negative, uint64_t bits) {
  const auto integer = static_cast<int64_t>(bits);
  if (!is_negative && integer < 0) throw std::logic_error(fmt::format("column '{}' cannot hold {}", name, bits));
  set(name, integer);
}

const Cell& Record::cell(std::string_view name) const {
  return cells_[column_of(*schema_, name)];
}

const Cell* Record::find(std::string_view name, size_t likely) const {
  if (likely < schema_->size() && (*schema_)[likely].name == name) return &cells_[likely];
  const size_t column = find_column(*schema_, name);
  return column < schema_->size() ? &cells_[column] : nullptr;
}

const std::string& Record::text(std::string_view name) const {
  const auto* text = std::get_if<std::string>(&cell(name));
  if (text == nullptr) throw std::logic_error(fmt::format("column '{}' is not a text", name));
  return *text;
}

double Record::real(std::string_view name) const {
  const Cell& one = cell(name);
  if (const auto* integer = std::get_if<int64_t>(&one)) return static_cast<double>(*integer);
  if (const auto* real = std::get_if<double>(&one)) return *real;
  throw std::logic_error(fmt::format("column '{}' is not a number", name));
}

}  // namespace sparsio
