// input_matrix: inputs put together value by value, whatever the file's order, and the check of their shape.
// They are packed to bits as long as every value is 0 or 1; the first other value turns all into floats. A negative 0
// is another value, so that floats come back bit by bit.
#pragma once

#include <cstdint>
#include <string>

#include "net/inputs.hpp"

namespace sparsio {

/// BadInput at `place` unless a matrix of the file is inputs for `width` neurons (0: not known): rows are inputs. One
/// that is transposed is told so.
void check_input_shape(uint64_t rows, uint64_t columns, uint32_t width, const std::string& place);

/// "PATH: input 3, value 7", from 0-based numbers.
std::string value_place(const std::string& path, uint64_t row, uint64_t column);

class InputMatrix {
 public:
  InputMatrix(uint64_t rows, uint32_t columns);

  void add_row();
  void set(uint64_t row, uint32_t column, float value);
  uint64_t rows() const { return inputs_.count; }
  Inputs take();

 private:
  void unpack();

  Inputs inputs_;
  bool is_packed_ = true;
};

}  // namespace sparsio
