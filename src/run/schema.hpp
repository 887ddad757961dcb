// schema: the columns of a row, one table. Keys of the case first, then the three answers.
#pragma once

#include "record/record.hpp"

namespace sparsio {

/// A copy never moves: records point to it.
const Schema& run_schema();

/// The names of the columns that are shown to tools outside (Column::is_published).
const std::vector<std::string>& published_columns();

/// The levels that predicted and counted lines are given for; the prefixes of their columns. `memory` is the row's own
/// fast memory as a fully associative cache.
const std::vector<std::string>& level_prefixes();

}  // namespace sparsio
