// eigen_product-inl: the product as Eigen's documentation has it, on memory that is ours; see eigen_product.hpp.
// Both sides row-major, so that each connection adds a row of x to a row of y: of Eigen's ways the fastest.
#pragma once

#include <Eigen/SparseCore>

#include "exec/kernel/eigen/eigen_product.hpp"

namespace sparsio {
namespace {

void multiply(const EigenRows& w, const float* x, float* y, uint32_t stride, uint32_t columns) {
  using Panel = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  using Sparse = Eigen::SparseMatrix<float, Eigen::RowMajor, int>;
  const Eigen::OuterStride<> apart(stride);
  const Eigen::Map<const Sparse> sparse(w.targets, w.sources, w.begin[w.targets], w.begin, w.source, w.weight);
  const Eigen::Map<const Panel, Eigen::Unaligned, Eigen::OuterStride<>> from(x, w.sources, columns, apart);
  Eigen::Map<Panel, Eigen::Unaligned, Eigen::OuterStride<>> to(y, w.targets, columns, apart);
  to.noalias() = sparse * from;
}

}  // namespace
}  // namespace sparsio
