#include "exec/machine/memory.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>

namespace sparsio {
namespace {

std::atomic<uint64_t> most_allowed{UINT64_MAX};

/// The smallest limit of this process's group and those that contain it. A group without one says `max`, version 1 a
/// number beyond all memory; what cannot be read limits nothing.
uint64_t group_limit() {
  uint64_t least = UINT64_MAX;
  std::ifstream groups("/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {  // hierarchy:controllers:/path
    const size_t controllers = line.find(':') + 1;
    const size_t path = line.find(':', controllers) + 1;
    if (controllers == 0 || path == 0) continue;
    const bool is_unified = path == controllers + 1;
    if (!is_unified && line.substr(controllers, path - controllers - 1) != "memory") continue;
    const std::filesystem::path root = is_unified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory";
    const char* const file = is_unified ? "memory.max" : "memory.limit_in_bytes";
    for (std::filesystem::path group = line.substr(path);; group = group.parent_path()) {
      uint64_t bytes = 0;
      if (std::ifstream(root / group.relative_path() / file) >> bytes) least = std::min(least, bytes);
      if (!group.has_relative_path()) break;
    }
  }
  return least;
}

uint64_t found() {
  const long pages = sysconf(_SC_PHYS_PAGES);
  const long page_bytes = sysconf(_SC_PAGESIZE);
  const uint64_t physical =
      pages > 0 && page_bytes > 0 ? static_cast<uint64_t>(pages) * static_cast<uint64_t>(page_bytes) : UINT64_MAX;
  return std::min(physical, group_limit());
}

}  // namespace

uint64_t machine_memory() {
  static const uint64_t here = found();
  return std::min<uint64_t>(here, most_allowed);
}

MemoryScope::MemoryScope(uint64_t bytes) : most_before_(most_allowed) {
  most_allowed = bytes;
}

MemoryScope::~MemoryScope() {
  most_allowed = most_before_;
}

}  // namespace sparsio
