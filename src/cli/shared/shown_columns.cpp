#include "cli/shared/shown_columns.hpp"

#include <cmath>

namespace sparsio {
namespace {

FieldValue value_of(const ShownColumn& one, const Record& record) {
  const Cell& cell = record.cell(one.column);
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  if (const auto* integer = std::get_if<int64_t>(&cell)) return *integer;
  const double real = std::get<double>(cell);
  if (one.form != Form::as_is && !std::isnan(real)) return static_cast<uint64_t>(real);
  return real;
}

}  // namespace

Fields shown(const std::vector<ShownColumn>& columns, const Record& record) {
  Fields fields;
  for (const ShownColumn& one : columns) {
    if (one.form == Form::known_count && std::isnan(record.real(one.column))) continue;
    fields.emplace_back(std::string(one.field), value_of(one, record));
  }
  return fields;
}

}  // namespace sparsio
