// needs: sde
// PAPI's way from event set to number, tried with a counter that software moves: it needs no hardware.
#include <gtest/gtest.h>
#include <sde_lib.h>

#include <stdexcept>

#include "count/papi_counters.hpp"

namespace sparsio {
namespace {

long long ticks = 0;

/// Known to PAPI once and for all.
std::string tick_event() {
  static const papi_handle_t handle = [] {
    papi_handle_t made = papi_sde_init("sparsio_test");
    papi_sde_register_counter(made, "ticks", PAPI_SDE_RO | PAPI_SDE_DELTA, PAPI_SDE_long_long, &ticks);
    return made;
  }();
  return handle == nullptr ? "" : "sde:::sparsio_test::ticks";
}

TEST(PapiSde, AnEventSetCountsBetweenStartAndStop) {
  const std::string event = tick_event();
  ASSERT_EQ(papi_refusal(), "");
  ASSERT_EQ(papi_knows(event), Known::yes);
  TeamCounters team(1, [&] { return make_papi_counters({event}); });
  for (const int moved : {5, 0, 7}) {
    ticks += 100;  // not counted
    team.start();
    ticks += moved;
    EXPECT_EQ(team.stop().at(0).at(0), moved);
  }
}

TEST(PapiSde, EveryThreadOfATeamHasASetOfItsOwn) {
  const std::string event = tick_event();
  TeamCounters team(3, [&] { return make_papi_counters({event}); });
  team.start();
  ticks += 11;  // one counter of the process: all see it move
  for (const std::vector<double>& row : team.stop()) EXPECT_EQ(row.at(0), 11);
}

TEST(PapiSde, EventsThatFitShareASet) {
  const std::string event = tick_event();
  EXPECT_EQ(fitting_sets({event}), (std::vector<std::vector<std::string>>{{event}}));
  EXPECT_TRUE(fitting_sets({}).empty());
  EXPECT_THROW(make_papi_counters({event, "NO_SUCH_EVENT"}), std::runtime_error);
}

}  // namespace
}  // namespace sparsio
