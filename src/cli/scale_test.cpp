// A sweep of many cases: expanded, hashed, resumed, merged and summarised within 1 GiB for 10^5 of them, and less for
// fewer. The seconds are printed, not judged; SPARSIO_SCALE_CASES=100000 gives those of results/README.md.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>

#include "cli/program_fixture.hpp"
#include "record/results.hpp"
#include "run/check.hpp"
#include "run/run_case.hpp"
#include "run/schema.hpp"

namespace sparsio {
namespace {

struct Measured {
  int code;
  double seconds;
  double mebibytes;  // peak
};

Measured measure(const std::vector<std::string>& arguments, const std::string& out, const std::string& err) {
  const auto begin = std::chrono::steady_clock::now();
  const pid_t child = start_program(arguments, out, err);
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  const Measured measured{WIFEXITED(status) ? WEXITSTATUS(status) : -1, took.count(),
                          static_cast<double>(usage.ru_maxrss) / 1024};
  std::cout << fmt::format("{:10} {:6.2f} s {:7.0f} MiB\n", arguments.front(), measured.seconds, measured.mebibytes);
  return measured;
}

std::string numbers(int first, int count) {
  std::string text;
  for (int k = 0; k < count; ++k) text += fmt::format("{}{}", k == 0 ? "" : ", ", first + k);
  return text;
}

/// A row for each case as a run would leave it, the model's answers invented.
std::vector<Record> invented_rows(const std::vector<Case>& cases, const Origin& origin) {
  std::vector<Record> rows;
  rows.reserve(cases.size());
  for (const Case& one : cases) {
    rows.push_back(blank_record(one, run_id(one), origin));
    Record& row = rows.back();
    row.set("status", "ok");
    row.set("memory_values", one.real("memory"));
    row.set("memory_source", "given");
    row.set("misses_source", "none");
    row.set("misses_status", "not asked for");
    for (const char* name : {"lower", "upper", "reads", "writes", "total", "ratio"})
      row.set(name, one.real("memory") * 1.25 + one.real("panel"));
  }
  return rows;
}

constexpr bool is_address_sanitized() {
#if defined(__SANITIZE_ADDRESS__)  // g++
  return true;
#elif defined(__has_feature)
  return __has_feature(address_sanitizer);  // clang
#else
  return false;
#endif
}

TEST(Scale, ASweepOfManyCasesIsResumedMergedAndSummarisedInOneGibibyte) {
  if (is_address_sanitized()) GTEST_SKIP() << "the address sanitizer has memory of its own";
  const char* wanted = std::getenv("SPARSIO_SCALE_CASES");
  const int panels = std::max(1, wanted == nullptr ? 15 : std::atoi(wanted) / 1000);
  const size_t many = static_cast<size_t>(panels) * 1000;
  const TestFolder folder;
  const std::string config =
      folder.put("many.toml", fmt::format("network = 'mlp:widths=4x2,density=1'\nmemory = [{}]\npanel = [{}]\n",
                                          numbers(3, 1000), numbers(1, panels)));
  // In a process of its own: a child's peak is never under what its parent had when it was forked.
  const pid_t maker = fork();
  if (maker == 0) {
    const Sweep sweep = read_sweep(config, {}, check_value);
    Results results;
    results.runs = invented_rows(sweep.cases, {config, "n1", "abc"});
    write_results(folder / "all.h5", run_schema(), results);
    results.runs.resize(many * 2 / 3, Record(run_schema()));
    write_results(folder / "most.h5", run_schema(), results);
    _exit(sweep.cases.size() == many ? 0 : 1);
  }
  ASSERT_EQ(wait_for(maker), 0);
  const double most_mebibytes = 100 + 924 * static_cast<double>(many) / 1e5;
  const auto check = [&](const Measured& measured) {
    EXPECT_EQ(measured.code, 0) << text_of(folder / "err");
    EXPECT_LT(measured.mebibytes, most_mebibytes);
  };
  check(measure({"run", config, "--dry-run"}, folder / "out", folder / "err"));
  check(measure({"run", config, "--out", folder / "all.h5"}, folder / "out", folder / "err"));
  EXPECT_NE(text_of(folder / "err").find(fmt::format("{0} cases, 0 run now, {0} there before, 0 not ok", many)),
            std::string::npos);
  check(measure({"merge", folder / "out.h5", folder / "most.h5", folder / "all.h5"}, folder / "out", folder / "err"));
  EXPECT_EQ(text_of(folder / "out"), fmt::format("{}: {} rows, 0 not ok\n", folder / "out.h5", many));
  check(measure({"merge", folder / "out.h5", folder / "most.h5"}, folder / "out", folder / "err"));
  EXPECT_NE(text_of(folder / "out").find("unchanged"), std::string::npos);
  check(measure({"status", folder / "out.h5", "--config", config}, folder / "out", folder / "err"));
  check(measure({"summary", folder / "out.h5"}, folder / "out", folder / "err"));
}

}  // namespace
}  // namespace sparsio
