// avx512: Eigen's product for AVX-512.
#include "exec/kernel/eigen/eigen_product-inl.hpp"

namespace sparsio {

EigenProduct eigen_avx512() {
  return multiply;
}

}  // namespace sparsio
