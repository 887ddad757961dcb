// needs: openblas
// openblas: OpenBLAS's sgemm. It chooses its kernels once, when the program starts: OPENBLAS_CORETYPE=SkylakeX asks for
// those of AVX-512 where it does not know the processor.
#include <cblas.h>

#include "exec/kernel/dense/dense_product.hpp"

namespace sparsio {
namespace {

void multiply(const DenseFactors& f) {
  const auto columns = static_cast<int>(f.columns);
  const auto sources = static_cast<int>(f.sources);
  const auto stride = static_cast<int>(f.stride);
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, static_cast<int>(f.targets), columns, sources, 1.0F, f.w,
              sources, f.x, stride, 0.0F, f.y, stride);
}

const Register<DenseProduct> registered{
    {.multiply = multiply,
     .start = [] { openblas_set_num_threads(1); },  // the walk's threads share the panels
     .simd = [] { return std::string(openblas_get_corename()); }}};

}  // namespace
}  // namespace sparsio
