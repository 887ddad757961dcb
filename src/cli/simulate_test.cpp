// simulate, as a user calls it: rows and gains of two engines, and what is refused.
#include <gtest/gtest.h>

#include "cli/program_fixture.hpp"

namespace sparsio {
namespace {

const std::string machine = "synthetic:pack:1 l3:1(size=1MiB) l2:4(size=64KiB) l1d:1(size=4KiB) core:1 pu:1";

std::vector<std::string> with(const std::vector<std::string>& more) {
  std::vector<std::string> command = {"simulate", "--network", "radix_net:neurons=1024,layers=2", "--machine", machine,
                                      "--panel",  "16"};
  command.insert(command.end(), more.begin(), more.end());
  return command;
}

TEST(Simulate, SaysBytesAndGainsOfEachEngineAndTeam) {
  const Ran ran = run_program(with({"--engine", "csr", "--engine", "twin_tiles", "--workers", "1 4", "--peak", "1e12",
                                    "--bandwidth", "1e9", "--json"}));
  ASSERT_EQ(ran.code, 0) << ran.err;
  for (const char* words :
       {"\"source\": \"simulated\"", "\"simulated_workers\": 4", "\"L1_caches\": 4", "\"L3_caches\": 1",
        "\"memory_bytes\":", "\"limit\": \"memory\"", "\"predicted_gain\": 1.0}"})
    EXPECT_NE(ran.out.find(words), std::string::npos) << words << " in\n" << ran.out;
  EXPECT_EQ(ran.out, run_program(with({"--engine", "csr", "--engine", "twin_tiles", "--workers", "1 4", "--peak",
                                       "1e12", "--bandwidth", "1e9", "--json"}))
                         .out);
}

/// What stands behind `"name": `.
std::string value_of(const std::string& json, const std::string& name) {
  const std::string key = "\"" + name + "\": ";
  const size_t at = json.find(key);
  if (at == std::string::npos) return "";
  const size_t begin = at + key.size();
  return json.substr(begin, json.find_first_of(",}\n", begin) - begin);
}

TEST(Simulate, ACasesMeterSaysTheSame) {
  const std::string network = "mlp:widths=64x4,density=0.2,seed=3";
  const std::string caches = "L1=4KiB/2,L2=64KiB/4";
  const Ran told = run_program({"simulate", "--network", network, "--machine", machine, "--panel", "16", "--engine",
                                "csr", "--workers", "3", "--caches", caches, "--json"});
  ASSERT_EQ(told.code, 0) << told.err;
  const std::vector<std::string> infer = {
      "infer",    "--network",     network,   "--inputs", "random:count=16,density=0.5",
      "--engine", "csr",           "--panel", "16",       "--threads",
      "1",        "--repetitions", "1",       "--caches", caches,
      "--json",   "--meter"};
  std::vector<std::string> team = infer;
  team.push_back("simulated:hierarchy=filtered,workers=3,machine=" + machine);
  const Ran counted = run_program(team);
  ASSERT_EQ(counted.code, 0) << counted.err;
  EXPECT_EQ(value_of(counted.out, "simulated_workers"), "3") << counted.out;
  EXPECT_NE(value_of(told.out, "memory_bytes"), "");
  EXPECT_EQ(value_of(counted.out, "simulated_memory_bytes"), value_of(told.out, "memory_bytes"));
  team.back() = "simulated:hierarchy=filtered";
  const Ran alone = run_program(team);
  EXPECT_EQ(value_of(alone.out, "simulated_workers"), "");
  EXPECT_EQ(value_of(alone.out, "l1_misses"), value_of(counted.out, "l1_misses"));
  team.back() = "simulated:workers=5,machine=" + machine;
  EXPECT_NE(run_program(team).err.find("5 workers on 4 cores"), std::string::npos);
  team.back() = "simulated:workers=5";
  EXPECT_NE(run_program(team).err.find("cannot be read as a topology"), std::string::npos);
}

TEST(Simulate, WhatMakesNoSenseIsRefused) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> all = {
      {{"--engine", "csr", "--workers", "5"}, "--workers: 5 workers on 4 cores"},
      {{"--engine", "csr", "--workers", "0"}, "--workers"},
      {{"--engine", "csr", "--quantum", "0"}, "--quantum"},
      {{"--engine", "csr", "--panels", "0"}, "--panels"},
      {{"--engine", "csr", "--lag", "-1"}, "--lag"},
      {{"--engine", "csr", "--panel", "0"}, "--panel"},
      {{"--engine", "csr", "--hierarchy", "inclusive"}, "--hierarchy"},
      {{"--engine", "csr", "--caches", "L4=1MiB"}, "--caches: the machine has no L4"},
      {{"--engine", "csr", "--peak", "1e9"}, "--bandwidth: a gain is predicted from both"},
      {{"--engine", "csr", "--bandwidth", "1e9"}, "--peak: a gain is predicted from both"},
      {{"--engine", "csr", "--peak", "0", "--bandwidth", "1"}, "--peak: 0 is no rate"},
      {{"--engine", "csr", "--peak", "1", "--peak", "2", "--bandwidth", "1"}, "--peak: 2 peaks for 1 engines"},
      {{"--engine", "csv"}, "--engine"},
      {{"--engine", "dense"}, "--engine"},
      {{}, "--engine: none is given"}};
  for (const auto& [more, message] : all) {
    const Ran ran = run_program(with(more));
    EXPECT_EQ(ran.code, 1) << message << '\n' << ran.out;
    EXPECT_NE(ran.err.find(message), std::string::npos) << message << '\n' << ran.err;
    EXPECT_EQ(ran.out, "");
  }
  EXPECT_EQ(run_program({"simulate", "--network", "mlp", "--engine", "csr", "--machine", "none.xml"}).code, 1);
}

}  // namespace
}  // namespace sparsio
