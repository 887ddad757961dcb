// What a result says about where it comes from, and what it must never say.
#include "record/provenance.hpp"

#include <gtest/gtest.h>
#include <sys/utsname.h>

#include <algorithm>
#include <cstdlib>
#include <set>

namespace sparsio {
namespace {

std::string value(const std::vector<NamedText>& facts, const std::string& name) {
  for (const auto& [key, text] : facts)
    if (key == name) return text;
  return "(absent)";
}

TEST(Provenance, SaysWhatWasBuiltWhereAndWhen) {
  const std::vector<NamedText> facts = provenance({"sparsio", "run", "my config.toml", "--set", "a='b'"});
  std::set<std::string> names;
  for (const auto& [name, text] : facts) EXPECT_TRUE(names.insert(name).second) << name << " twice";
  for (const char* name : {"program.version", "git.revision", "build.compiler", "build.type", "build.flags",
                           "library.hdf5", "library.hwloc", "library.papi", "host.kernel", "host.cpu"}) {
    EXPECT_NE(value(facts, name), "(absent)") << name;
    EXPECT_NE(value(facts, name), "") << name;
  }
  const std::string revision = value(facts, "git.revision");
  EXPECT_TRUE(revision == "unknown" || revision.find_first_not_of("0123456789abcdef") == std::string::npos) << revision;
  EXPECT_EQ(std::set<std::string>({"yes", "no", "unknown"}).count(value(facts, "git.dirty")), 1U);
  utsname system{};
  ASSERT_EQ(uname(&system), 0);
  EXPECT_EQ(value(facts, "host.name"), system.nodename);
  EXPECT_EQ(value(facts, "process.command"), R"(sparsio run 'my config.toml' --set 'a='\''b'\''')");
  const std::string started = value(facts, "process.started");
  ASSERT_EQ(started.size(), 20U);
  EXPECT_EQ(started.substr(0, 2) + started.substr(10, 1) + started.substr(19), "20TZ");
}

TEST(Provenance, RecordsOnlyHarmlessVariables) {
  setenv("OMP_SCHEDULE", "static,7", 1);
  setenv("SLURM_JOB_ID", "12", 1);
  setenv("SLURM_JWT", "a secret token", 1);
  setenv("TEST_PASSWORD", "a secret", 1);
  const std::vector<NamedText> facts = provenance({});
  EXPECT_EQ(value(facts, "environment.OMP_SCHEDULE"), "static,7");
  EXPECT_EQ(value(facts, "environment.SLURM_JOB_ID"), "12");
  for (const auto& [name, text] : facts) EXPECT_EQ(text.find("a secret"), std::string::npos) << name;
  for (const char* name : {"OMP_SCHEDULE", "SLURM_JOB_ID", "SLURM_JWT", "TEST_PASSWORD"}) unsetenv(name);
}

TEST(Provenance, ReadsTheProcessorsName) {
  EXPECT_EQ(cpu_model("processor\t: 0\nmodel\t\t: 143\nmodel name\t: Intel(R) Xeon(R) 8488C\nflags\t: a\n"),
            "Intel(R) Xeon(R) 8488C");
  EXPECT_EQ(cpu_model("processor\t: 0\ncpu\t\t: POWER9, altivec supported\nclock\t: 3\n"), "POWER9, altivec supported");
  EXPECT_EQ(cpu_model("processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd40\n"),
            "ARM implementer 0x41 part 0xd40");
  EXPECT_EQ(cpu_model(""), "unknown");
  EXPECT_EQ(cpu_model("model name\t:\n: x\n"), "unknown");
}

}  // namespace
}  // namespace sparsio
