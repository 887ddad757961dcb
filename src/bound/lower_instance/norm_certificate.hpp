// norm_certificate: a number that the spectral norm of a 0/1 matrix less a constant certainly does not exceed.
// How evenly the connections of a layer lie is what its singular values say: for the matrix A of the connections, any
// a sources and b targets have at most c a b + |A - c J| sqrt(a b) connections between them, for every c, J being all
// ones (the expander mixing lemma). An iteration finds the norm from below, which would certify nothing; t is certified
// when the Cholesky factorisation of t^2 I - B B^T, B = A - c J, runs to its end. Its rounding is covered by a slack of
// 10^-6 t^2: the backward error is below n^2 eps t^2 (Higham 2002, theorem 10.3; Rump 2006), 10^-9 t^2 at n = 2000.
#pragma once

#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "net/order.hpp"

namespace sparsio {

/// Connections, or what they weigh, between any a of `sources` and b of `targets`: at most constant * a * b + norm *
/// sqrt(spread(a) * spread(b)).
struct NormCertificate {
  double constant;
  double norm;
  /// Infinite where the matrix was not centred.
  double sources = std::numeric_limits<double>::infinity();
  double targets = std::numeric_limits<double>::infinity();

  double most(double a, double b) const {
    return constant * a * b + norm * std::sqrt(spread(a, sources) * spread(b, targets));
  }
  /// The largest square of the part of an indicator of at most `taken` of `all` neurons that sums to zero.
  static double spread(double taken, double all) { return taken >= all / 2 ? all / 4 : taken * (1 - taken / all); }
};

/// Floating-point operations that certificates() takes, roughly.
double certificate_work(uint32_t sources, uint32_t targets, std::span<const Step> connections);

/// Certificates for a few constants about the density, for connections from 0 .. sources - 1 to 0 .. targets - 1. May
/// be empty (a factorisation that does not succeed near the norm), never wrong.
std::vector<NormCertificate> certificates(uint32_t sources, uint32_t targets, std::span<const Step> connections);

/// The same for connections that weigh something, from their matrix less its row and column means: an indicator vector
/// then counts only with the part that sums to zero, which is what large sets have little of. What rows or columns are
/// heavier than the mean is in the constant, so it is of use where `weights` make them equal. May be empty.
std::vector<NormCertificate> centred_certificates(uint32_t sources, uint32_t targets, std::span<const Step> connections,
                                                  std::span<const double> weights);

}  // namespace sparsio
