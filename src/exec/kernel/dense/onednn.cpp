// needs: onednn
// onednn: oneDNN's sgemm, whose loops are made for the processor at hand when they are first called.
// Alone on its thread it would share a product among all threads there are; the walk's threads share the panels.
#include <fmt/format.h>
#include <omp.h>
#include <oneapi/dnnl/dnnl.h>

#include <new>
#include <stdexcept>

#include "exec/kernel/dense/dense_product.hpp"

namespace sparsio {
namespace {

class OneThread {
 public:
  OneThread() : before_(omp_get_max_threads()) { omp_set_num_threads(1); }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;
  ~OneThread() { omp_set_num_threads(before_); }

 private:
  int before_;
};

void multiply(const DenseFactors& f) {
  const OneThread one;
  const dnnl_status_t status =
      dnnl_sgemm('N', 'N', f.targets, f.columns, f.sources, 1.0F, f.w, f.sources, f.x, f.stride, 0.0F, f.y, f.stride);
  if (status == dnnl_out_of_memory) throw std::bad_alloc();
  if (status != dnnl_success)
    throw std::runtime_error(fmt::format("oneDNN: a product failed with status {}", static_cast<int>(status)));
}

std::string simd() {
  const unsigned isa = dnnl_get_effective_cpu_isa();
  const auto has = [isa](unsigned set) { return (isa & set) == set; };
  if (has(dnnl_cpu_isa_avx512_core)) return "oneDNN AVX-512";
  return has(dnnl_cpu_isa_avx2) ? "oneDNN AVX2" : "oneDNN SSE4";
}

const Register<DenseProduct> registered{{.multiply = multiply, .start = [] {}, .simd = simd}};

}  // namespace
}  // namespace sparsio
