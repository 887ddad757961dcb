// simd_limit: an instruction set older than the machine's best, to see what the best is worth.
// The engines choose at run time (Highway); this takes away what is newer than the one named. It must be called before
// any engine is made. Results say the set that was used (column simd).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sparsio {

/// At most the set of that name, as Highway and the column `simd` write it: AVX3, AVX2, SSE4 ... BadInput at `place`
/// for one that this machine or build lacks.
void limit_simd(std::string_view name, const std::string& place);

/// The same by the environment variable SPARSIO_SIMD, if it is set.
void limit_simd_by_environment();

/// Those that can be chosen here, the best first.
std::vector<std::string> simd_names();

}  // namespace sparsio
