// categories: the answer of a Graph Challenge run, the inputs that are still alive after the last layer.
// On disk one 1-based input number a line, strictly ascending, blanks around it or not; in memory the same numbers,
// still 1-based.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sparsio {

/// BadInput at "file:line": not a number, 0, not above the line before. An empty file is an empty answer.
std::vector<uint32_t> read_categories(const std::string& path);

}  // namespace sparsio
