#include "count/papi/counter_access.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace sparsio {
namespace {

Surroundings bare_machine() {
  Surroundings around;
  around.paranoid = 4;
  return around;
}

TEST(Surroundings, EveryCauseHasItsReasonAndRemedy) {
  Surroundings machine = bare_machine();
  Surroundings cloud = machine;
  cloud.hypervisor = Virtual::yes;
  Surroundings box = machine;
  box.container = "docker";
  struct Expected {
    int error_number;
    const Surroundings& around;
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
    const Trouble trouble = counter_trouble(expected.error_number, expected.around);
    EXPECT_NE(trouble.reason.find(expected.reason), std::string::npos) << trouble.reason;
    EXPECT_NE(trouble.remedy.find(expected.remedy), std::string::npos) << trouble.remedy;
  }
}

TEST(Surroundings, LookingAroundAgreesWithItself) {
  const Surroundings around = look_around();
  EXPECT_GE(around.refusal, 0);
  if (around.refusal == 0) {
    EXPECT_TRUE(around.paranoid.has_value()) << "the kernel counts, so it has the setting";
  }
  if (around.pmus.empty()) {
    EXPECT_NE(around.refusal, 0) << "cycles without a monitoring unit";
  }
}

}  // namespace
}  // namespace sparsio
