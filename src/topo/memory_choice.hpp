// memory_choice: from what the user wrote for `memory` to the M of the model.
// `100` is a number of values; `2MiB` bytes; `L2`, `L2/2` a level of thread 0's caches, by its share. C bytes hold
// M = floor(C / (4 B)) values of panel B (io/MODEL.md, 6). A level that is not believed (topology.hpp) gives way to
// L2 unless it is asked for as `L3!`; a level that is absent to 1 MiB. The choice always carries its source.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "topo/topology.hpp"

namespace sparsio {

struct MemoryChoice {
  uint64_t bytes = 0;
  uint64_t values = 0;  // M, at least 3
  /// "given:values", "given:bytes", "hwloc:L2", "hwloc:L2/2", "hwloc:L2 (L3 refused: 16 MiB a core in a virtual
  /// machine)", "hwloc:L3 (asked for)", "fallback"; "synthetic:" or "xml:" on a replayed machine.
  std::string source;
  std::vector<std::string> warnings;
};

/// Is M what was given, whatever the panel?
inline bool is_of_any_panel(const MemoryChoice& memory) {
  return memory.source == "given:values";
}

/// BadInput at `place`: text that means nothing, fewer than 3 values, a panel of 0.
MemoryChoice choose_memory(std::string_view text, uint64_t panel, const Machine& machine, const std::string& place);

/// Throws what choose_memory would throw on every machine and panel: for checking configs before anything runs.
void check_memory_text(std::string_view text, const std::string& place);

}  // namespace sparsio
