// cpu_quota: how many processors' time a cgroup leaves this process.
// A container is often given all processors and a part of their time: then its threads are stopped for the rest of each
// period, and what is measured is the quota. cgroup v2 says it in cpu.max, v1 in cpu.cfs_quota_us; the tightest of the
// groups above us holds. Source: Linux, Documentation/admin-guide/cgroup-v2.rst.
#pragma once

#include <optional>
#include <string>

namespace sparsio {

/// Processors, perhaps a fraction; none where there is no limit. `groups` and `mounts`: other files, for tests.
std::optional<double> cpu_quota(const std::string& groups = "/proc/self/cgroup",
                                const std::string& mounts = "/sys/fs/cgroup");

}  // namespace sparsio
