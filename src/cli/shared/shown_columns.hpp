// shown_columns: what a command prints of a case's record: some columns, under the names that scripts know.
#pragma once

#include <string_view>
#include <vector>

#include "record/fields.hpp"
#include "record/record.hpp"

namespace sparsio {

/// Counts are reals in a record, which may not know them, and integers where a command prints one that is known. A
/// known_count is left out where it is not known: what only some cases have.
enum class Form { as_is, count, known_count };

struct ShownColumn {
  std::string_view field;
  std::string_view column;
  Form form = Form::as_is;
};

/// One field a column, in order, but for known_counts that are not known.
Fields shown(const std::vector<ShownColumn>& columns, const Record& record);

}  // namespace sparsio
