// outputs: the values of the last layer as other programs read them, one row an input, in the inputs' order.
// .npy and .csv for everybody, .h5 in our own form (facts as of inputs, and a matrix `outputs`). What stands at the
// path already is replaced only if it is outputs, as far as a file can tell: a .h5 says it; the values of a .npy of
// ours begin at byte 192, where numpy's begin at 128; the numbers of a .csv of ours are floats in shortest digits with
// a point.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace sparsio {

/// For before anything is computed. BadInput at `path`: another ending, a folder, a folder that is not there or may not
/// be written, a file that is not outputs.
void check_outputs_path(const std::string& path);

/// 32-bit floats, `rows` x `columns` of them, row by row. Written beside and renamed: there is the whole file or the
/// one before. BadInput as above, or a full disk.
void write_outputs(const std::string& path, uint64_t rows, uint32_t columns, std::span<const float> values);

}  // namespace sparsio
