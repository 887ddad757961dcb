#include "count/papi/counter_access.hpp"

#include <fmt/format.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace sparsio {
namespace {

constexpr const char* count_without = "the meters simulated and callgrind count without hardware";

std::string container_name() {
  if (const char* name = std::getenv("container"); name != nullptr && *name != '\0') return name;
  for (const char* variable : {"APPTAINER_CONTAINER", "SINGULARITY_CONTAINER"})
    if (std::getenv(variable) != nullptr) return "singularity";
  std::error_code ignored;
  if (std::filesystem::exists("/.dockerenv", ignored)) return "docker";
  if (std::filesystem::exists("/run/.containerenv", ignored)) return "podman";
  std::ifstream groups("/proc/1/cgroup");
  for (std::string line; std::getline(groups, line);)
    for (const char* name : {"docker", "kubepods", "lxc", "containerd"})
      if (line.find(name) != std::string::npos) return name;
  return "";
}

Virtual hypervisor_flag() {
  std::ifstream cpuinfo("/proc/cpuinfo");
  for (std::string line; std::getline(cpuinfo, line);)
    if (line.starts_with("flags")) return line.find(" hypervisor") == std::string::npos ? Virtual::no : Virtual::yes;
  return Virtual::no;
}

/// Those of the cores; `software`, `tracepoint`, `msr` and the uncore ones count something else.
std::vector<std::string> core_pmus() {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& device : std::filesystem::directory_iterator("/sys/bus/event_source/devices", ignored)) {
    const std::string name = device.path().filename().string();
    if (name.starts_with("cpu") || name.starts_with("armv")) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

int cycles_refusal() {
  perf_event_attr cycles{};
  cycles.size = sizeof cycles;
  cycles.type = PERF_TYPE_HARDWARE;
  cycles.config = PERF_COUNT_HW_CPU_CYCLES;
  cycles.disabled = 1;
  cycles.exclude_kernel = 1;
  cycles.exclude_hv = 1;
  const long file = syscall(SYS_perf_event_open, &cycles, 0, -1, -1, 0);
  if (file < 0) return errno;
  close(static_cast<int>(file));
  return 0;
}

std::string paranoid_text(const CounterAccess& access) {
  return access.paranoid ? fmt::format("kernel.perf_event_paranoid is {}", *access.paranoid)
                         : "the kernel has no perf events";
}

}  // namespace

CounterAccess probe_access() {
  CounterAccess access;
  std::ifstream paranoid("/proc/sys/kernel/perf_event_paranoid");
  if (int level = 0; paranoid >> level) access.paranoid = level;
  access.container = container_name();
  access.hypervisor = hypervisor_flag();
  access.pmus = core_pmus();
  access.refusal = cycles_refusal();
  return access;
}

Obstacle counter_obstacle(int error_number, const CounterAccess& access) {
  switch (error_number) {
    case ENOENT:
    case ENODEV:
    case EOPNOTSUPP:
      if (access.hypervisor == Virtual::yes)
        return {"this virtual machine has no performance monitoring unit",
                fmt::format("run on the bare machine or ask for a virtual PMU (whole-socket and metal instances have "
                            "one); {}",
                            count_without)};
      return {"the kernel drives no performance monitoring unit of this processor",
              fmt::format("take a newer kernel, or enable the counters in the firmware; {}", count_without)};
    case EACCES:
      return {fmt::format("the kernel forbids counting ({})", paranoid_text(access)),
              "ask the administrator for `sysctl kernel.perf_event_paranoid=2` or for CAP_PERFMON"};
    case EPERM:
    case ENOSYS:
      if (!access.container.empty())
        return {fmt::format("the container ({}) forbids perf_event_open", access.container),
                "allow it: --cap-add PERFMON and a seccomp profile with perf_event_open, or run outside the container"};
      return {fmt::format("this process may not call perf_event_open ({})", paranoid_text(access)),
              "ask the administrator for CAP_PERFMON or a lower kernel.perf_event_paranoid"};
    case ENOSPC:
    case EINVAL:
      return {"too many events at once, or an event of another kind of core",
              "keep the threads on one kind of core (OMP_PLACES), and count fewer events at a time"};
    case EBUSY:
      return {
          "another program, such as the site's monitoring, holds the counters",
          "ask for a node without it: on many clusters --exclusive --constraint=hwperf; kernel.nmi_watchdog=0 frees "
          "one counter"};
    case EMFILE:
      return {"too many open files: each thread and event takes one", "raise the limit: ulimit -n"};
    default:
      return {fmt::format("perf_event_open says: {}", std::strerror(error_number)), count_without};
  }
}

}  // namespace sparsio
