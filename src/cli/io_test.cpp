// io --order exact prints the optimum that it found, which is what exact_schedule() returns and every weight once, in
// words and in bytes; it lies between the bound and what the order moves under `min`. Other orders do not speak of it,
// and a row of a sweep has it as a column.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "cli/program_fixture.hpp"
#include "order/exact/exact_schedule.hpp"
#include "record/results.hpp"
#include "run/case_cache.hpp"
#include "run/schema.hpp"

namespace sparsio {
namespace {

const char* const tiny = "mlp:widths=4x3,density=0.6,seed=3";

/// The number beside `name`; NaN where there is none.
double number_of(const std::string& text, const std::string& name) {
  const size_t at = ("\n" + text).find("\n" + name + " ");
  return at == std::string::npos ? std::nan("") : std::strtod(text.c_str() + at + name.size(), nullptr);
}

TEST(Io, ExactPrintsTheOptimum) {
  CaseCache cache;
  const auto network = cache.network(tiny, "test");
  const uint64_t weights = network->whole().connections();
  const ExactSchedule found = exact_schedule(network->whole(), 4, 1'000'000);
  const std::vector<std::string> command = {"io",       "--network", tiny,      "--memory", "4",
                                            "--policy", "min",       "--order", "exact"};
  const Ran ran = run_program(command);
  ASSERT_EQ(ran.code, 0) << ran.err;
  const double optimum = number_of(ran.out, "optimum");
  EXPECT_EQ(optimum, static_cast<double>(found.value_reads + found.value_writes + weights)) << ran.out;
  EXPECT_GE(optimum, number_of(ran.out, "lower_instance"));
  EXPECT_LE(optimum, number_of(ran.out, "total"));
  std::vector<std::string> in_bytes = command;
  in_bytes.insert(in_bytes.end(), {"--cost", "bytes", "--panel", "16"});
  const double words = static_cast<double>(found.value_reads + found.value_writes);
  EXPECT_EQ(number_of(run_program(in_bytes).out, "optimum"), words * 4 * 16 + static_cast<double>(weights) * 4);
}

TEST(Io, OtherOrdersDoNotSpeakOfTheOptimum) {
  const Ran ran = run_program({"io", "--network", tiny, "--memory", "4", "--order", "by_source"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_TRUE(std::isnan(number_of(ran.out, "optimum"))) << ran.out;
}

TEST(Io, ARowHasTheOptimum) {
  const TestFolder folder;
  const std::string config =
      folder.put("c.toml", std::string("network = \"") + tiny + "\"\nmemory = 4\norder = [\"exact\", \"by_target\"]\n");
  const std::string out = folder / "r.h5";
  ASSERT_EQ(run_program({"run", config, "--out", out}).code, 0);
  const Results results = read_results(out, run_schema());
  ASSERT_EQ(results.runs.size(), 2U);
  for (const Record& row : results.runs)
    EXPECT_EQ(std::isnan(row.real("optimum")), row.text("order") == "by_target") << row.text("order");
  EXPECT_LE(results.runs.front().real("optimum"), results.runs.front().real("total"));
}

}  // namespace
}  // namespace sparsio
