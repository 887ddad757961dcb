// The panel that is chosen, on drawn machines:
// - a panel that is given stays; the choice is a multiple of a line of floats, but for one input;
// - more L2, no narrower a panel; wider layers, no wider a panel; never below the engine's registers;
// - a batch is shared among the threads, and one input is one panel;
// - strips are made even, and never more of them for that.
#include "run/panel_choice.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "config/case.hpp"
#include "exec/walk/panel_kernels.hpp"
#include "run/open.hpp"

namespace sparsio {
namespace {

Machine with_caches(uint64_t l1, uint64_t l2) {
  CacheLevel first;
  first.level = 1;
  first.bytes = first.share_bytes = l1;
  CacheLevel second;
  second.level = 2;
  second.bytes = second.share_bytes = l2;
  Machine machine;
  machine.threads.push_back({0, "core 0", {first, second}});
  return machine;
}

uint32_t chosen(const std::string& network, uint64_t l2, uint64_t inputs = 60000, const char* engine = "twin_tiles") {
  const NetworkSource source = open_network(network, "test");
  const EngineKind& kind = Registry<EngineKind>::instance().find(engine, "test").kind;
  return choose_panel(0, &kind, std::get<std::unique_ptr<LayerSource>>(source).get(), inputs, 2,
                      with_caches(48 << 10, l2))
      .panel;
}

TEST(PanelChoice, FollowsTheCaches) {
  const std::string network = "radix_net:neurons=1024,layers=20";
  EXPECT_EQ(chosen(network, 1 << 20), std::max<uint32_t>(64, 3 * simd_lanes()));
  EXPECT_GE(chosen(network, 2 << 20), chosen(network, 1 << 20));
  EXPECT_LE(chosen("radix_net:neurons=4096,layers=24", 1 << 20), chosen(network, 1 << 20));
  for (const char* engine : {"csr", "row_pairs", "twin_tiles"})
    for (const uint64_t l2 : {uint64_t{1} << 18, uint64_t{1} << 20, uint64_t{1} << 23}) {
      const uint32_t panel = chosen(network, l2, 60000, engine);
      EXPECT_EQ(panel % 16, 0U);
      EXPECT_GE(panel,
                Registry<EngineKind>::instance().find(engine, "test").kind.strip_vectors * simd_lanes() / 16 * 16);
      EXPECT_LE(panel, widest_panel);
    }
}

TEST(PanelChoice, IsAStripWhereAnEngineWantsNoWiderOne) {
  const auto strip = Registry<EngineKind>::instance().find("row_pairs", "test").kind.best_panel;
  for (const double density : {0.01, 0.1, 0.5}) {
    const std::string network = fmt::format("mlp:widths=500x3,density={}", density);
    EXPECT_EQ(chosen(network, 1 << 20, 60000, "row_pairs"), strip(density)) << network;
    EXPECT_EQ(strip(density) % 16, 0U);
  }
  EXPECT_LE(strip(0.01), strip(0.5));
  EXPECT_EQ(chosen("mlp:widths=100x3,density=0.1", 1 << 20, 20, "row_pairs"), 16U);
  EXPECT_NE(chosen("mlp:widths=100x3,density=0.1", 1 << 20, 60000, "csr"), strip(0.1));
}

TEST(PanelChoice, SharesASmallBatch) {
  const std::string network = "mlp:widths=50x3,density=0.5";
  EXPECT_EQ(chosen(network, 1 << 20, 1), 1U);
  EXPECT_EQ(chosen(network, 1 << 20, 60), 32U);
}

TEST(PanelChoice, MakesFewPassesEven) {
  const uint32_t strip = Registry<EngineKind>::instance().find("row_pairs", "test").kind.best_panel(0.5);
  bool is_any_even = false;
  for (uint64_t inputs = 2; inputs < 2000; inputs += 7) {
    const uint32_t panel = chosen("mlp:widths=50x3,density=0.5", 1 << 20, inputs, "row_pairs");
    const uint64_t share = (inputs + 1) / 2;
    const uint64_t passes = (share + panel - 1) / panel;
    EXPECT_LE(panel, strip);
    EXPECT_EQ(panel % 16, 0U);
    EXPECT_EQ(passes, (share + strip - 1) / strip) << inputs;
    EXPECT_LT(panel * passes, share + 16 * passes) << inputs;  // no more than a line too many in each
    is_any_even = is_any_even || (passes > 1 && panel < strip);
  }
  EXPECT_TRUE(is_any_even || strip == 16);
}

TEST(PanelChoice, NoConfigMayAskForAPanelThatEnginesCannotHold) {
  EXPECT_EQ(case_keys()[case_column("panel", "test")].high, widest_panel);
}

TEST(PanelChoice, LeavesAGivenPanel) {
  const PanelChoice choice = choose_panel(7, nullptr, nullptr, 100, 2, Machine());
  EXPECT_EQ(choice.panel, 7U);
  EXPECT_EQ(choice.source, "given");
}

}  // namespace
}  // namespace sparsio
