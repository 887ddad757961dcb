// baseline: Eigen's product for the instruction set of the whole build.
#include "exec/kernel/eigen/eigen_product-inl.hpp"

namespace sparsio {

EigenProduct eigen_baseline() {
  return multiply;
}

}  // namespace sparsio
