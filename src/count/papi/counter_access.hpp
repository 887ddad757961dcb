// counter_access: what stands between this process and the processor's counters, and what to do about it.
// The kernel says no with an error number only; the same number means different things in a container, in a virtual
// machine and on a cluster. So the number is asked for (perf_event_open for processor cycles) and read together with
// what /proc and /sys say.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace sparsio {

enum class Virtual { no, yes };

struct CounterAccess {
  std::optional<int> paranoid;  // kernel.perf_event_paranoid; none: the kernel counts no performance events
  std::string container;        // "docker", "podman", "singularity" ...; "" for none that shows
  Virtual hypervisor = Virtual::no;
  std::vector<std::string> pmus;  // core monitoring units the kernel drives: "cpu", "cpu_core", "armv8_pmuv3_0"
  int refusal = 0;                // error number for counting this process's cycles; 0: the kernel counts them
};

/// Of this process, now.
CounterAccess probe_access();

/// Why something is not counted, and what can be done.
struct Obstacle {
  std::string reason;
  std::string remedy;
};

/// The obstacle behind an error number of perf_event_open in these surroundings.
Obstacle counter_obstacle(int error_number, const CounterAccess& access);

}  // namespace sparsio
