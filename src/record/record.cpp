#include "record/record.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <stdexcept>

#include "base/utf8.hpp"

namespace sparsio {
namespace {

// The alternative of Cell that a column of `type` holds.
size_t cell_index(Type type) {
  return type == Type::integer ? 0 : type == Type::real ? 1 : 2;
}

size_t column_of(const Schema& schema, std::string_view name) {
  for (size_t column = 0; column < schema.size(); ++column)
    if (schema[column].name == name) return column;
  throw std::logic_error(fmt::format("the schema has no column '{}'", name));
}

}  // namespace

std::string_view nature_name(Nature nature) {
  switch (nature) {
    case Nature::given:
      return "given";
    case Nature::deterministic:
      return "deterministic";
    case Nature::counted:
      return "counted";
    case Nature::measured:
      return "measured";
  }
  return "";
}

bool same_cell(const Cell& a, const Cell& b) {
  const auto* x = std::get_if<double>(&a);
  const auto* y = std::get_if<double>(&b);
  return a == b || (x != nullptr && y != nullptr && std::isnan(*x) && std::isnan(*y));
}

Record::Record(const Schema& schema) : schema_(&schema) {
  cells_.reserve(schema.size());
  for (const Column& column : schema) {
    if (column.type == Type::integer)
      cells_.emplace_back(int64_t{0});
    else if (column.type == Type::real)
      cells_.emplace_back(std::numeric_limits<double>::quiet_NaN());
    else
      cells_.emplace_back(std::string());
  }
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
