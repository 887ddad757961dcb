#include "exec/machine/simd_limit.hpp"

#include <algorithm>
#include <cstdlib>

// Every set that engines are compiled for.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "exec/machine/simd_limit.cpp"
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
#include "base/error.hpp"
#include "base/nearest.hpp"

namespace sparsio {

HWY_EXPORT(Target);

namespace {

/// The next dispatch chooses anew, with what is disabled left out.
void choose_anew() {
  hwy::GetChosenTarget().DeInit();
  static_cast<void>(HWY_DYNAMIC_DISPATCH(Target)());
}

/// Better sets have lower bits. Highway forgets what is disabled when it is asked, so it chooses anew.
std::vector<int64_t> targets_here() {
  std::vector<int64_t> targets = hwy::SupportedAndGeneratedTargets();
  choose_anew();
  std::sort(targets.begin(), targets.end());
  return targets;
}

int64_t disabled_targets = 0;  // by us, a bit a set

void disable(int64_t targets) {
  disabled_targets = targets;
  hwy::DisableTargets(targets);
  choose_anew();
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
    disable(target - 1);
    return;
  }
  throw BadInput(place, "no instruction set '" + std::string(name) + "' here", suggest(name, simd_names()));
}

SimdScope::SimdScope(std::string_view name) : disabled_before_(disabled_targets) {
  const std::vector<std::string> names = simd_names();
  if (std::find(names.begin(), names.end(), name) != names.end()) limit_simd(name, "SimdScope");
}

SimdScope::~SimdScope() {
  if (disabled_targets != disabled_before_) disable(disabled_before_);
}

void limit_simd_by_environment() {
  if (const char* const name = std::getenv("SPARSIO_SIMD")) limit_simd(name, "SPARSIO_SIMD");
}

}  // namespace sparsio
#endif
