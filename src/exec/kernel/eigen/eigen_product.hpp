// eigen_product: Eigen's sparse times dense, once for each instruction set.
// Eigen chooses its vectors when it is compiled, and a program that should run anywhere is compiled for the least of
// machines, on which it would be half as fast as what its users have: no fair baseline. So the one loop (-inl) is
// compiled three times with the flags of an instruction set, and each time Eigen is a namespace of another name
// (cmake/dependencies.cmake): its inline functions would else be the same symbols, of which the linker keeps any one.
#pragma once

#include <cstdint>

namespace sparsio {

/// A matrix in compressed rows, a row a target.
struct EigenRows {
  int targets;
  int sources;
  const int* begin;
  const int* source;
  const float* weight;
};

/// y = w x, on `columns` columns; rows are `stride` floats apart.
using EigenProduct = void (*)(const EigenRows& w, const float* x, float* y, uint32_t stride, uint32_t columns);

EigenProduct eigen_baseline();
EigenProduct eigen_avx2();
EigenProduct eigen_avx512();

}  // namespace sparsio
