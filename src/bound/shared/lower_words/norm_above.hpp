// norm_above: a number that the spectral norm of a matrix does not exceed.
// The largest eigenvalue of the Gram matrix G is computed by a backward stable method: it is that of a matrix that
// differs from G by at most a small multiple of n eps |G| (Higham 2002, chapter 21), and |G| is at most the trace. The
// slack added, 10^-10 of the trace, is more than 100 times that for n up to 4096; the true norm is never above.
#pragma once

#include <Eigen/Dense>

namespace sparsio {

inline double norm_above(const Eigen::MatrixXd& matrix) {
  const Eigen::MatrixXd gram = matrix * matrix.transpose();
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(gram, Eigen::EigenvaluesOnly);
  const double trace = gram.trace();
  const double largest = solver.info() == Eigen::Success ? solver.eigenvalues().maxCoeff() : trace;
  return std::sqrt(std::max(0.0, largest) + 1e-10 * trace);
}

}  // namespace sparsio
