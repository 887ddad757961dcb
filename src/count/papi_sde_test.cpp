// needs: sde
// PAPI's way from event set to number, tried with a counter that software moves: it needs no hardware.
#include <gtest/gtest.h>
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
