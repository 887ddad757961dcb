// table: rows for eyes and for other programs.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "record/record.hpp"

namespace sparsio {

/// Aligned columns two spaces apart, the header first. A column whose cells are all numbers (or nan, inf, - or empty)
/// is aligned to the right. Every row has as many cells as the header.
std::string text_table(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows);

/// A cell as text: reals in the shortest form that reads back as the same number, `nan` where nothing is known.
std::string cell_text(const Cell& cell);

/// The columns of `schema` by their names. RFC 4180 with a header line, lines ended by \n. What is not known is `nan`,
/// never empty and never 0.
void export_csv(const Schema& schema, const std::vector<Record>& runs, std::ostream& out);

/// A list of objects, one a line, in the form of record_to_json.
void export_json(const std::vector<Record>& runs, std::ostream& out);

}  // namespace sparsio
