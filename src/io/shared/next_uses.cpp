#include "io/shared/next_uses.hpp"

#include "base/error.hpp"

namespace sparsio {

std::vector<uint32_t> next_uses(uint32_t neurons, std::span<const Step> steps) {
  if (steps.size() >= uint64_t{1} << 31) throw Unsupported("min handles up to 2^31 connections");
  std::vector<uint32_t> next(2 * steps.size());
  std::vector<uint32_t> following(neurons, never);
  for (size_t k = steps.size(); k-- > 0;) {
    const auto target_key = static_cast<uint32_t>(2 * k);
    next[target_key + 1] = following[steps[k].source];
    following[steps[k].source] = target_key + 1;
    next[target_key] = following[steps[k].target];
    following[steps[k].target] = target_key;
  }
  return next;
}

}  // namespace sparsio
