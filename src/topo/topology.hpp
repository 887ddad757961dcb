// topology: the machine as a thread of ours sees it.
// The question is not "what caches are in this box" but "what does thread t have": we ask where each OpenMP thread may
// run, take the caches that cover those places, and divide a shared cache by those who share it. Nothing is ever
// pinned; what the threads got is reported. Caches of level 3 and above are not believed in a virtual machine (which
// shows the host's) or above 128 MiB a core, unless the user asks for them by name.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sparsio {

enum class VirtualMachine { no, yes, unknown };
enum class Trust { trusted, refused };

/// A data or unified cache over the place of one thread.
struct CacheLevel {
  int level = 0;
  uint64_t bytes = 0;  // of the whole cache
  uint32_t line_bytes = 64;
  uint32_t ways = 0;               // 0: fully associative, or not known
  uint32_t shared_by_cores = 1;    // cores under the cache, those that we may not use included
  uint32_t shared_by_threads = 1;  // of ours, that may run under it
  uint64_t share_bytes = 0;        // one thread's: bytes / max(cores, threads)
  Trust trust = Trust::trusted;
  std::string reason;  // why refused

  bool operator==(const CacheLevel&) const = default;
};

struct ThreadPlace {
  uint32_t thread = 0;
  std::string binding;             // "core 3 pu 6", "core 3" (all its units), "pus 0-3", "unbound"
  std::vector<CacheLevel> caches;  // innermost first
};

struct Machine {
  std::string cpu_model;  // "" where not known
  std::string source;     // "hwloc" (this system), "synthetic" or "xml" (replayed)
  VirtualMachine virtual_machine = VirtualMachine::unknown;
  uint32_t cores = 0;  // that some thread may run on
  uint32_t processing_units = 0;
  std::vector<ThreadPlace> threads;
  std::string xml;  // the topology, to be stored with the results
  std::vector<std::string> warnings;

  bool is_this_system() const { return source == "hwloc"; }
};

/// The machine as a team of `threads` OpenMP threads finds it (it runs a parallel region to ask). HWLOC_SYNTHETIC and
/// HWLOC_XMLFILE replay another machine: thread t is then taken to be on core t mod cores. BadInput: 0 threads, a
/// topology that cannot be read.
Machine detect_machine(uint32_t threads);

/// Whether the cache's share is believable for one of `virtual_machine`'s threads; fills share_bytes, trust and reason.
void judge_cache(CacheLevel& cache, VirtualMachine virtual_machine);

/// The cache of that level over thread 0, null if there is none.
const CacheLevel* find_cache(const Machine& machine, int level);

/// "no", "yes", "unknown".
std::string_view virtual_machine_name(VirtualMachine virtual_machine);

}  // namespace sparsio
