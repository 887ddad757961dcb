// needs: sde
// PAPI's way from event set to number, tried with a counter that software moves: it needs no hardware.
#include <gtest/gtest.h>
#include <omp.h>
#include <sde_lib.h>

#include <stdexcept>

#include "count/papi/papi_counters.hpp"

namespace sparsio {
namespace {

long long ticks = 0;
long long tocks = 0;

/// Known to PAPI once and for all.
std::string event_named(const std::string& name) {
  static const papi_handle_t handle = [] {
    papi_handle_t made = papi_sde_init("sparsio_test");
    papi_sde_register_counter(made, "ticks", PAPI_SDE_RO | PAPI_SDE_DELTA, PAPI_SDE_long_long, &ticks);
    papi_sde_register_counter(made, "tocks", PAPI_SDE_RO | PAPI_SDE_DELTA, PAPI_SDE_long_long, &tocks);
    return made;
  }();
  return handle == nullptr ? "" : "sde:::sparsio_test::" + name;
}

std::string tick_event() {
  return event_named("ticks");
}

TEST(PapiSde, AnEventSetCountsBetweenStartAndStop) {
  const std::string event = tick_event();
  ASSERT_EQ(papi_refusal(), "");
  ASSERT_EQ(papi_knows(event), Known::yes);
  const auto counters = make_papi_counters({event});
  for (const int moved : {5, 0, 7}) {
    ticks += 100;  // not counted
    counters->start();
    ticks += moved;
    EXPECT_EQ(counters->stop().at(0), moved);
  }
}

TEST(PapiSde, EveryThreadHasASetOfItsOwn) {
  const std::string event = tick_event();
  std::vector<double> counts(3, 0);
#pragma omp parallel num_threads(3)
  {
    const auto counters = make_papi_counters({event});
    counters->start();
#pragma omp barrier
#pragma omp single
    ticks += 11;  // one counter of the process: all see it move
    counts[static_cast<size_t>(omp_get_thread_num())] = counters->stop().at(0);
  }
  EXPECT_EQ(counts, (std::vector<double>{11, 11, 11}));
}

TEST(PapiSde, EventsThatFitShareASet) {
  const std::string event = tick_event();
  EXPECT_EQ(fitting_sets({event}), (std::vector<std::vector<std::string>>{{event}}));
  EXPECT_TRUE(fitting_sets({}).empty());
  const std::string other = event_named("tocks");
  const std::vector<std::vector<std::string>> one_set = {{event, other}};
  EXPECT_EQ(fitting_sets({event, other}), one_set);
  // What cannot be counted beside the others begins a set, to be counted in a pass of its own.
  const std::vector<std::vector<std::string>> three_sets = {{event}, {"NO_SUCH_EVENT"}, {other}};
  EXPECT_EQ(fitting_sets({event, "NO_SUCH_EVENT", other}), three_sets);
  const auto both = make_papi_counters({event, other});
  both->start();
  ticks += 3;
  tocks += 4;
  EXPECT_EQ(both->stop(), (std::vector<double>{3, 4}));
  EXPECT_THROW(make_papi_counters({event, "NO_SUCH_EVENT"}), std::runtime_error);
}

}  // namespace
}  // namespace sparsio
