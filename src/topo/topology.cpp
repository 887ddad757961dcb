#include "topo/topology.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "topo/byte_size.hpp"

namespace sparsio {
namespace {

/// Ryzen 5800X3D 12 MiB, EPYC 74F3 11, 7373X 48, 9184X 48: stacked caches on few cores. What shows more is a part of a
/// host, whatever it says of itself.
constexpr uint64_t most_believable_bytes_a_core = uint64_t{128} << 20;

}  // namespace

void judge_cache(CacheLevel& cache, VirtualMachine virtual_machine) {
  const uint32_t cores = std::max(1U, cache.shared_by_cores);
  cache.share_bytes = cache.bytes / std::max(cores, cache.shared_by_threads);
  cache.trust = Trust::trusted;
  cache.reason.clear();
  const uint64_t bytes_a_core = cache.bytes / cores;
  const bool is_virtual = virtual_machine == VirtualMachine::yes;
  if (cache.level < 3 || (!is_virtual && bytes_a_core <= most_believable_bytes_a_core)) return;
  cache.trust = Trust::refused;
  cache.reason = fmt::format("{} a core{}", byte_size_text(bytes_a_core), is_virtual ? " in a virtual machine" : "");
}

const CacheLevel* find_cache(const Machine& machine, int level) {
  if (machine.threads.empty()) return nullptr;
  for (const CacheLevel& cache : machine.threads[0].caches)
    if (cache.level == level) return &cache;
  return nullptr;
}

std::string_view virtual_machine_name(VirtualMachine virtual_machine) {
  constexpr std::string_view names[] = {"no", "yes", "unknown"};
  return names[static_cast<size_t>(virtual_machine)];
}

}  // namespace sparsio
