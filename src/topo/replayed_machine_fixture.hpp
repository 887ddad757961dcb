// replayed_machine_fixture: other people's machines, for tests.
// hwloc replays a topology from an environment variable; this sets it around one detection and restores it.
#pragma once

#include <cstdlib>
#include <optional>
#include <string>

#include "topo/topology.hpp"

namespace sparsio {

inline Machine replay_machine(const char* variable, const std::string& value, uint32_t threads) {
  const char* found = std::getenv(variable);
  const std::optional<std::string> before = found == nullptr ? std::nullopt : std::optional<std::string>(found);
  struct Restore {
    const char* name;
    const std::optional<std::string>& value;
    ~Restore() { value ? setenv(name, value->c_str(), 1) : unsetenv(name); }
  } restore{variable, before};
  setenv(variable, value.c_str(), 1);
  return detect_machine(threads);
}

inline Machine synthetic_machine(const std::string& topology, uint32_t threads) {
  return replay_machine("HWLOC_SYNTHETIC", topology, threads);
}

inline constexpr const char* desktop = "pack:1 l3:1(size=32MiB) l2:8(size=1MiB) l1d:1(size=32KiB) core:1 pu:2";
inline constexpr const char* two_sockets = "pack:2 l3:1(size=64MiB) l2:16(size=2MiB) l1d:1(size=48KiB) core:1 pu:1";
inline constexpr const char* cloud = "pack:1 l3:1(size=480MiB) l2:2(size=2MiB) l1d:1(size=48KiB) core:1 pu:1";
inline constexpr const char* clusters = "pack:1 l2:2(size=12MiB) l1d:4(size=128KiB) core:1 pu:1";
inline constexpr const char* bare = "core:4 pu:1";

}  // namespace sparsio
