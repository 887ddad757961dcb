// nonnegative_fit: which costs, none of them negative, explain what was measured?
// y_i is about sum_j c_j x_ij; the c are those with the least sum of squared relative errors, so that a small case
// counts as much as a large one. The best c >= 0 is the unconstrained best of the columns that it does not set to zero
// (Lawson, Hanson, Solving Least Squares Problems, 1974, ch. 23); there are few columns, so every choice of them is
// tried.
#pragma once

#include <vector>

namespace sparsio {

/// `rows` of equally many finite values, at most 16, of which none is negative; every y is positive. A column of zeros
/// costs 0, and so does each of several that cannot be told apart but one.
std::vector<double> nonnegative_fit(const std::vector<std::vector<double>>& rows, const std::vector<double>& y);

}  // namespace sparsio
