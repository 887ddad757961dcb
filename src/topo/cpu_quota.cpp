#include "topo/cpu_quota.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace sparsio {
namespace {

namespace fs = std::filesystem;

/// "max 100000" is no limit, "150000 100000" are one and a half processors.
std::optional<double> second_version(const fs::path& group) {
  std::ifstream file(group / "cpu.max");
  double quota = 0;
  double period = 0;
  if (file >> quota >> period && quota > 0 && period > 0) return quota / period;
  return std::nullopt;
}

std::optional<double> first_version(const fs::path& group) {
  std::ifstream quota_file(group / "cpu.cfs_quota_us");
  std::ifstream period_file(group / "cpu.cfs_period_us");
  double quota = 0;
  double period = 0;
  if (quota_file >> quota && period_file >> period && quota > 0 && period > 0) return quota / period;
  return std::nullopt;
}

}  // namespace

std::optional<double> cpu_quota(const std::string& groups, const std::string& mounts) {
  std::optional<double> tightest;
  std::ifstream lines(groups);
  for (std::string line; std::getline(lines, line);) {
    const size_t names = line.find(':');
    const size_t path = names == std::string::npos ? names : line.find(':', names + 1);
    if (path == std::string::npos) continue;
    const std::string controllers = line.substr(names + 1, path - names - 1);
    const bool is_second = controllers.empty();
    if (!is_second && fmt::format(",{},", controllers).find(",cpu,") == std::string::npos) continue;
    const fs::path root = fs::path(mounts) / controllers;
    // Within a container the group may be its own root: then the path of the host is not there, and the mount is ours.
    fs::path group = root / fs::path(line.substr(path + 1)).relative_path();
    while (true) {
      const std::optional<double> here = is_second ? second_version(group) : first_version(group);
      if (here) tightest = std::min(here.value(), tightest.value_or(here.value()));
      if (group == root || !group.has_relative_path() || group.string().size() <= root.string().size()) break;
      group = group.parent_path();
    }
  }
  return tightest;
}

}  // namespace sparsio
