#include "count/papi/counter_access.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace sparsio {
namespace {

CounterAccess bare_machine() {
  CounterAccess access;
  access.paranoid = 4;
  return access;
}

TEST(CounterAccess, EveryCauseHasItsReasonAndRemedy) {
  CounterAccess machine = bare_machine();
  CounterAccess cloud = machine;
  cloud.hypervisor = Virtual::yes;
  CounterAccess box = machine;
  box.container = "docker";
  struct Expected {
    int error_number;
    const CounterAccess& access;
    const char* reason;
    const char* remedy;
  };
  const Expected expectations[] = {
      {ENOENT, cloud, "virtual machine has no performance monitoring unit", "virtual PMU"},
      {ENODEV, cloud, "virtual machine", "bare machine"},
      {ENOENT, machine, "the kernel drives no performance monitoring unit", "newer kernel"},
      {EACCES, machine, "perf_event_paranoid is 4", "sysctl kernel.perf_event_paranoid=2"},
      {EPERM, box, "the container (docker) forbids", "--cap-add PERFMON"},
      {ENOSYS, box, "the container (docker) forbids", "seccomp"},
      {EPERM, machine, "may not call perf_event_open", "CAP_PERFMON"},
      {ENOSPC, machine, "too many events at once", "OMP_PLACES"},
      {EINVAL, machine, "another kind of core", "OMP_PLACES"},
      {EBUSY, machine, "monitoring, holds the counters", "--constraint=hwperf"},
      {EMFILE, machine, "too many open files", "ulimit -n"},
      {EIO, machine, "Input/output error", "simulated"},
  };
  for (const Expected& expected : expectations) {
    const Obstacle obstacle = counter_obstacle(expected.error_number, expected.access);
    EXPECT_NE(obstacle.reason.find(expected.reason), std::string::npos) << obstacle.reason;
    EXPECT_NE(obstacle.remedy.find(expected.remedy), std::string::npos) << obstacle.remedy;
  }
}

TEST(CounterAccess, LookingAroundAgreesWithItself) {
  const CounterAccess access = probe_access();
  EXPECT_GE(access.refusal, 0);
  if (access.refusal == 0) {
    EXPECT_TRUE(access.paranoid.has_value()) << "the kernel counts, so it has the setting";
  }
  if (access.pmus.empty()) {
    EXPECT_NE(access.refusal, 0) << "cycles without a monitoring unit";
  }
}

}  // namespace
}  // namespace sparsio
