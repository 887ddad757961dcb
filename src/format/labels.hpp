// labels: which class each input is of, beside the inputs, so that outputs have an accuracy.
// A .npy of integers or whole floats, one dimension or a column, or a .txt with a class a line. Classes count from 0,
// as everybody who trains has them; the number of inputs and classes is for the caller to compare.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sparsio {

/// BadInput at the path, or at the line or element: negative, not whole, not a number, another ending, no labels, a
/// matrix (one-hot labels, of which the remedy is their argmax). A .txt may have blank lines and comments behind '#'.
std::vector<uint32_t> read_labels(const std::string& path);

}  // namespace sparsio
