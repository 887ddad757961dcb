// choices: what the program chose for a row where its case leaves the choice open, as engine `auto` and panel 0 do.
// A choice follows a measurement or the machine, so that two runs of one case may differ in it, and then in values that
// are otherwise the same each time. Which columns hold choices stands in the table of columns (Column::chosen_from).
#pragma once

#include <set>
#include <string>
#include <vector>

#include "record/record.hpp"

namespace sparsio {

/// The columns of choices in which the rows differ. A choice that either row does not know is the same: of a file
/// written before the column, of a case that failed before anything was chosen. So is one that is made from a key of
/// `told_apart`, by which rows that are told apart may follow from it.
std::vector<std::string> other_choices(const Record& a, const Record& b,
                                       const std::set<std::string, std::less<>>& told_apart);

/// " engine_used=csr panel_used=48"
std::string choices_text(const Record& row, const std::vector<std::string>& columns);

}  // namespace sparsio
