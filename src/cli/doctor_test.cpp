// doctor, as a user calls it: on this machine, and posing as another.
#include <gtest/gtest.h>

#include <cstdio>

namespace sparsio {
namespace {

struct Output {
  int code;
  std::string text;
};

Output run(const std::string& environment, const std::string& arguments) {
  FILE* const pipe = popen((environment + " '" SPARSIO_PROGRAM "' " + arguments).c_str(), "r");
  EXPECT_NE(pipe, nullptr);
  std::string text;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) text += static_cast<char>(c);
  return {pclose(pipe), text};
}

void expect_has(const std::string& text, const std::string& words) {
  EXPECT_NE(text.find(words), std::string::npos) << words << " in\n" << text;
}

TEST(Doctor, TellsAboutThisMachine) {
  const Output output = run("", "doctor --threads 2");
  EXPECT_EQ(output.code, 0);
  for (const char* words :
       {"cores ", "virtual_machine ", "container ", "perf_event_paranoid ", "pmu ", "binding ", "caches",
        "memory_choices", "L2 (default)", "events", "simulated", "callgrind", "papi", "libraries", "hwloc"})
    expect_has(output.text, words);
}

TEST(Doctor, SaysTheSameAsJson) {
  const Output output = run("", "doctor --json");
  EXPECT_EQ(output.code, 0);
  EXPECT_EQ(output.text.front(), '{');
  for (const char* words : {"\"bindings\"", "\"caches\"", "\"memory_choices\"", "\"events\"", "\"remedy\"",
                            "\"libraries\"", "\"pmu\"", "\"status\""})
    expect_has(output.text, words);
}

TEST(Doctor, SaysWhichMAnotherMachineWouldGetAndWhy) {
  const Output cloud = run("HWLOC_SYNTHETIC='pack:1 l3:1(size=480MiB) l2:2(size=2MiB) l1d:1(size=48KiB) core:1 pu:1'",
                           "doctor --panel 64");
  EXPECT_EQ(cloud.code, 0);
  expect_has(cloud.text, "no: 240 MiB a core");
  expect_has(cloud.text, "synthetic:L2 (L3 refused: 240 MiB a core)");
  expect_has(cloud.text, "8192");  // 2 MiB / (4 B x 64)
  const Output bare = run("HWLOC_SYNTHETIC='core:4 pu:1'", "doctor --threads 4");
  expect_has(bare.text, "fallback");
  expect_has(bare.text, "this machine shows no caches");
}

TEST(Doctor, RefusesWhatMakesNoSense) {
  EXPECT_NE(run("", "doctor --threads 0 2>/dev/null").code, 0);
  EXPECT_NE(run("", "doctor --panel 0 2>/dev/null").code, 0);
  EXPECT_NE(run("HWLOC_XMLFILE=/nowhere.xml", "doctor 2>/dev/null").code, 0);
}

}  // namespace
}  // namespace sparsio
