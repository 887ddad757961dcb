// A row's lines told apart, of an engine whose schedule depends on a cache. It asserts, for tiled over csr and twins on
// machines that differ in the second cache alone, one after the other with one cache of answers:
//   - predicted lines, and the weights among them, are the simulated ones at every level, each for its own schedule;
//   - weights are read once where all values of a block stay, and the rest moves with depth.
#include <gtest/gtest.h>

#include <set>

#include "run/case_cache.hpp"
#include "run/run_case.hpp"

namespace sparsio {
namespace {

Record row(CaseCache& cache, const std::string& engine, const std::string& caches) {
  Case one;
  one.place = "test";
  const std::vector<std::pair<const char*, std::string>> keys = {{"network", "radix_net:neurons=1024,layers=4"},
                                                                 {"inputs", "images:count=48"},
                                                                 {"engine", engine},
                                                                 {"order", "by_target"},
                                                                 {"memory", "100"},
                                                                 {"panel", "48"},
                                                                 {"threads", "1"},
                                                                 {"repetitions", "1"},
                                                                 {"verify", "0"},
                                                                 {"meter", "simulated"},
                                                                 {"caches", caches}};
  for (const auto& [key, value] : keys) one.set(key, value, "test");
  const auto alone = Registry<CommunicatorKind>::instance().find("alone", "test").kind.join();
  CaseResult result = run_case(one, "test", {"", "", ""}, cache, *alone);
  EXPECT_EQ(result.record.text("status"), "ok") << result.record.text("error");
  return result.record;
}

TEST(SplitLines, ArePredictedForEachSchedule) {
  for (const char* engine : {"tiled:kernel=csr", "tiled:kernel=twins"}) {
    CaseCache cache;
    std::set<std::string> notes;
    std::set<double> values;
    for (const char* caches : {"L1=32KiB/8,L2=32KiB/8", "L1=32KiB/8,L2=64KiB/8", "L1=32KiB/8,L2=256KiB/8"}) {
      const Record one = row(cache, engine, caches);
      notes.insert(one.text("note"));
      for (const std::string level : {"memory", "l1", "l2"}) {
        const std::string what = std::string(engine) + ' ' + caches + ' ' + level + ": " + one.text("note");
        EXPECT_EQ(one.real(level + "_predicted_lines"), one.real(level + "_misses")) << what;
        EXPECT_EQ(one.real(level + "_predicted_weight_lines"), one.real(level + "_weight_misses")) << what;
        EXPECT_GT(one.real(level + "_weight_misses"), 4 * 32768 * 4 / 64) << what;
        EXPECT_LT(one.real(level + "_weight_misses"), one.real(level + "_misses")) << what;
      }
      values.insert(one.real("l1_predicted_lines") - one.real("l1_predicted_weight_lines"));
    }
    EXPECT_EQ(notes.size(), 3U) << engine;
    EXPECT_EQ(values.size(), 3U) << engine;
  }
}

}  // namespace
}  // namespace sparsio
