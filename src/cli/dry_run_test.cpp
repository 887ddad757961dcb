// run --dry-run: no two cases of a sweep are the same line but for their run ids, whichever key tells them apart; a key
// in which no two cases differ is not printed beyond those that always are.
#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <sstream>

#include "cli/program_fixture.hpp"
#include "config/case.hpp"

namespace sparsio {
namespace {

/// Two values that the key may have, as TOML.
std::pair<std::string, std::string> two_values(const CaseKey& key, const TestFolder& folder) {
  const auto quoted = [](const std::string& text) { return "\"" + text + "\""; };
  if (key.type == Type::integer) {
    const auto low = static_cast<int64_t>(std::max(1.0, key.low));
    return {std::to_string(low), std::to_string(low + 1)};
  }
  if (key.type == Type::real) return {std::to_string(key.low), std::to_string(std::min(key.high, key.low + 1))};
  switch (key.role) {
    case Role::network:
      return {quoted("mlp:widths=9x3"), quoted("mlp:widths=9x4")};
    case Role::inputs:
      return {quoted("random:count=4"), quoted("random:count=5")};
    case Role::order:
      return {quoted("by_target"), quoted("by_source")};
    case Role::policy:
      return {quoted("lru"), quoted("min")};
    case Role::engine:
      return {quoted("csr"), quoted("reference")};
    case Role::meter:
      return {quoted("none"), quoted("simulated")};
    case Role::driver:
      return {quoted("single"), quoted("data")};
    case Role::partitioner:
      return {quoted("twins"), quoted("joint")};
    case Role::memory:
      return {quoted("L1"), quoted("100")};
    case Role::caches:
      return {quoted("none"), quoted("L1=4KiB/4")};
    case Role::labels:
    case Role::file:
      return {quoted(folder.put("a.tsv", "1\n")), quoted(folder.put("b.tsv", "2\n"))};
    default: {
      std::istringstream words{std::string(key.choices)};
      std::string first;
      std::string second;
      words >> first >> second;
      return {quoted(first), quoted(second)};
    }
  }
}

/// The lines without their run ids.
std::vector<std::string> lines_of(const std::string& config) {
  const Ran ran = run_program({"run", config, "--dry-run"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  std::vector<std::string> lines;
  std::istringstream text(ran.out);
  for (std::string line; std::getline(text, line);) lines.push_back(line.substr(line.find(' ') + 1));
  return lines;
}

TEST(DryRun, CasesThatDifferInAnyKeyAreDifferentLines) {
  const TestFolder folder;
  for (const CaseKey& key : case_keys()) {
    const auto [first, second] = two_values(key, folder);
    const char* const engine = key.name == "order" ? "connection_list" : "twin_tiles";  // with orders, with tracks
    std::string config;
    for (const auto& [name, value] :
         {std::pair("network", "mlp:widths=9x3"), std::pair("inputs", "random:count=4"), std::pair("engine", engine)})
      if (key.name != name) config += std::string(name) + " = \"" + value + "\"\n";
    config += std::string(key.name) + " = [" + first + ", " + second + "]\n";
    const std::vector<std::string> lines = lines_of(folder.put("c.toml", config));
    ASSERT_EQ(lines.size(), 2U) << config;
    EXPECT_NE(lines[0], lines[1]) << config;
  }
}

TEST(DryRun, WhatIsTheSameInAllCasesIsNotPrinted) {
  const TestFolder folder;
  const std::string config = folder.put("c.toml", "network = \"mlp:widths=9x3\"\nmemory = [5, 6]\nthreads = 2\n");
  EXPECT_EQ(lines_of(config).front(),
            "mlp:widths=9x3,density=0.1,seed=1 order=by_target policy=lru memory=5 engine=none track=general panel=48");
}

}  // namespace
}  // namespace sparsio
