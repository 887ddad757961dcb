#include "exec/simd_limit.hpp"

#include <algorithm>
#include <cstdlib>

// Every set that engines are compiled for.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "exec/simd_limit.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace sparsio {
namespace HWY_NAMESPACE {

int64_t Target() {
  return HWY_TARGET;
}

}  // namespace HWY_NAMESPACE
}  // namespace sparsio
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "plugin/error.hpp"
#include "plugin/nearest.hpp"

namespace sparsio {

HWY_EXPORT(Target);

namespace {

/// Better sets have lower bits.
std::vector<int64_t> targets_here() {
  std::vector<int64_t> targets = hwy::SupportedAndGeneratedTargets();
  std::sort(targets.begin(), targets.end());
  return targets;
}

}  // namespace

std::vector<std::string> simd_names() {
  std::vector<std::string> names;
  for (const int64_t target : targets_here()) names.emplace_back(hwy::TargetName(target));
  return names;
}

void limit_simd(std::string_view name, const std::string& place) {
  for (const int64_t target : targets_here()) {
    if (hwy::TargetName(target) != name) continue;
    hwy::DisableTargets(target - 1);
    hwy::GetChosenTarget().DeInit();
    static_cast<void>(HWY_DYNAMIC_DISPATCH(Target)());
    return;
  }
  throw BadInput(place, "no instruction set '" + std::string(name) + "' here", suggest(name, simd_names()));
}

void limit_simd_by_environment() {
  if (const char* const name = std::getenv("SPARSIO_SIMD")) limit_simd(name, "SPARSIO_SIMD");
}

}  // namespace sparsio
#endif
