#include "format/shared/input_matrix.hpp"

#include <fmt/format.h>

#include <bit>

#include "base/error.hpp"

namespace sparsio {

void check_input_shape(uint64_t rows, uint64_t columns, uint32_t width, const std::string& place) {
  if (rows == 0 || columns == 0)
    throw BadInput(place, fmt::format("{} x {} are no inputs", rows, columns), "give a row an input");
  if (columns >= UINT32_MAX) throw BadInput(place, fmt::format("rows of {} values", columns), "give at most 2^32 - 2");
  if (width == 0 || columns == width) return;
  if (rows == width)
    throw BadInput(
        place,
        fmt::format("{} x {} for a network of {} inputs: it is transposed, rows are inputs", rows, columns, width),
        fmt::format("save X.T, which is {} x {}", columns, rows));
  const std::string what = fmt::format("{} x {} for a network of {} inputs", rows, columns, width);
  if (columns == width + uint64_t{1})
    throw BadInput(place, what,
                   fmt::format("rows are inputs of {} values: if a column holds labels, take it out", width));
  throw BadInput(place, what, fmt::format("rows are inputs: give N x {}", width));
}

std::string value_place(const std::string& path, uint64_t row, uint64_t column) {
  return fmt::format("{}: input {}, value {}", path, row + 1, column + 1);
}

InputMatrix::InputMatrix(uint64_t rows, uint32_t columns) : inputs_{rows, columns, {}, {}, "file"} {
  inputs_.bits.resize(rows * inputs_.row_bytes());
}

void InputMatrix::add_row() {
  ++inputs_.count;
  if (is_packed_)
    inputs_.bits.resize(inputs_.count * inputs_.row_bytes());
  else
    inputs_.values.resize(inputs_.count * inputs_.width);
}

void InputMatrix::set(uint64_t row, uint32_t column, float value) {
  if (is_packed_) {
    const auto bits = std::bit_cast<uint32_t>(value);
    if (bits == 0) return;
    if (value == 1) {
      uint8_t& byte = inputs_.bits[row * inputs_.row_bytes() + column / 8];
      byte = static_cast<uint8_t>(byte | 0x80U >> column % 8);
      return;
    }
    unpack();
  }
  inputs_.values[row * inputs_.width + column] = value;
}

void InputMatrix::unpack() {
  std::vector<float> values(inputs_.count * inputs_.width);
  for (uint64_t row = 0; row < inputs_.count; ++row)
    for (uint32_t column = 0; column < inputs_.width; ++column)
      values[row * inputs_.width + column] = inputs_.at(row, column);
  inputs_.values = std::move(values);
  inputs_.bits = {};
  is_packed_ = false;
}

Inputs InputMatrix::take() {
  return std::move(inputs_);
}

}  // namespace sparsio
