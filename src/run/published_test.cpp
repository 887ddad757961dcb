// needs: sde
// The model's I/Os as PAPI sees them: software-defined events, equal to the row's columns, hardware or not.
#include <gtest/gtest.h>

#include <cmath>

#include "count/papi/papi_counters.hpp"
#include "count/shared/publisher.hpp"
#include "run/case_cache.hpp"
#include "run/run_case.hpp"
#include "run/schema.hpp"

namespace sparsio {
namespace {

Case small_case(const std::string& order) {
  Case one;
  one.place = "test";
  one.set("network", "mlp:widths=64x4,density=0.2,seed=3", "test");
  one.set("order", order, "test");
  one.set("memory", "20", "test");
  one.set("caches", "L1=4KiB/4,L2=16KiB/8", "test");
  return one;
}

TEST(Published, PapiReadsTheRowsColumns) {
  announce(published_columns());
  ASSERT_EQ(papi_refusal(), "");
  std::vector<std::string> events;
  for (const std::string& name : published_columns()) events.push_back("sde:::sparsio::" + name);
  CaseCache cache;
  const auto alone = Registry<CommunicatorKind>::instance().find("alone", "test").kind.join();
  const auto counters = make_papi_counters(events);
  for (const char* order : {"by_target", "by_source"}) {
    counters->start();
    const CaseResult result = run_case(small_case(order), "test", {"", "", ""}, cache, *alone);
    const std::vector<double> counted = counters->stop();
    ASSERT_EQ(result.record.text("status"), "ok") << result.record.text("error");
    EXPECT_GT(counted[0], 0);
    for (size_t k = 0; k < events.size(); ++k) {
      const double column = result.record.real(published_columns()[k]);
      EXPECT_EQ(counted[k], std::isnan(column) ? 0 : column) << order << " " << events[k];
    }
  }
}

TEST(Published, ARegionSumsItsRows) {
  announce(published_columns());
  const auto counters = make_papi_counters({"sde:::sparsio::writes"});
  counters->start();
  publish({{"writes", 5}, {"writes", std::nan("")}, {"no_such_column", 7}});
  publish({{"writes", 6}});
  EXPECT_EQ(counters->stop().at(0), 11);
}

}  // namespace
}  // namespace sparsio
