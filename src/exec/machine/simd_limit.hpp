// simd_limit: an instruction set older than the machine's best, to see what the best is worth.
// The engines choose at run time (Highway); this takes away what is newer than the one named. It must be called before
// any engine is made. Results say the set that was used (column simd).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sparsio {

/// At most the set of that name, as Highway and the column `simd` write it: AVX3, AVX2, SSE4 ... BadInput at `place`
/// for one that this machine or build lacks.
void limit_simd(std::string_view name, const std::string& place);

/// The same by the environment variable SPARSIO_SIMD, if it is set.
void limit_simd_by_environment();

/// At most the set of that name until the end of its life; nothing changes where this machine or build lacks it, or
/// uses none newer anyway. An engine made before must not be run meanwhile, nor one made meanwhile afterwards.
class SimdScope {
 public:
  explicit SimdScope(std::string_view name);
  SimdScope(const SimdScope&) = delete;
  SimdScope& operator=(const SimdScope&) = delete;
  ~SimdScope();

 private:
  int64_t disabled_before_;
};

/// Those that can be chosen here, the best first.
std::vector<std::string> simd_names();

}  // namespace sparsio
