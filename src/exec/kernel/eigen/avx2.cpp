// avx2: Eigen's product for AVX2 and FMA.
#include "exec/kernel/eigen/eigen_product-inl.hpp"

namespace sparsio {

EigenProduct eigen_avx2() {
  return multiply;
}

}  // namespace sparsio
