// Times of work by hand; the work that engines declare and their traces make; rates that every engine gets.
#include "predict/engine_time.hpp"

#include <gtest/gtest.h>

#include "predict/engine_rates.hpp"
#include "run/case_cache.hpp"

namespace sparsio {
namespace {

Calibration two_levels() {
  Calibration calibration;
  calibration.reads = {{"L1", 1 << 15, 64e9, 128e9}, {"L2", 1 << 20, 32e9, 64e9}, {"memory", 1 << 28, 8e9, 8e9}};
  calibration.engines = {{"csr", 16, 8e9, {{"connection", 1e-9}, {"L1_line", 2e-9}, {"L2_line", 8e-9}}, 0}};
  return calibration;
}

TEST(EngineTime, IsTheSumOfWhatEachAmountCosts) {
  const EngineRate rate = two_levels().engines.front();
  EXPECT_EQ(pass_seconds({{"connection", 1e6}}, rate), (std::pair<double, std::string>(1e-3, "connection")));
  const auto [seconds, limit] = pass_seconds({{"connection", 1e6}, {"L1_line", 1e6}, {"unpriced", 1e9}}, rate);
  EXPECT_DOUBLE_EQ(seconds, 3e-3);
  EXPECT_EQ(limit, "L1_line");
}

TEST(EngineTime, ThreadsSharePanelsAndMemoryButNotCaches) {
  const Calibration calibration = two_levels();
  const EngineRate& rate = calibration.engines.front();
  EXPECT_DOUBLE_EQ(predicted_seconds({{"connection", 1e6}}, rate, 5, 2, calibration).first, 3e-3);  // three of five
  EXPECT_DOUBLE_EQ(predicted_seconds({{"L1_line", 1e6}}, rate, 2, 2, calibration).first, 2e-3);
  EXPECT_DOUBLE_EQ(predicted_seconds({{"L2_line", 1e6}}, rate, 2, 1, calibration).first, 16e-3);
  EXPECT_DOUBLE_EQ(predicted_seconds({{"L2_line", 1e6}}, rate, 2, 2, calibration).first, 16e-3);  // half as fast each
}

TEST(EngineTime, NearPanelsCostInProportionAndFarOnesAreNotKnown) {
  const Calibration calibration = two_levels();
  const auto wider = rate_at(calibration, "csr", 24);
  ASSERT_TRUE(wider.has_value());
  EXPECT_DOUBLE_EQ(amount(wider->seconds_a, "connection"), 1.5e-9);
  EXPECT_DOUBLE_EQ(amount(wider->seconds_a, "L2_line"), 8e-9);  // a line is a line
  EXPECT_FALSE(rate_at(calibration, "csr", 48).has_value());
  EXPECT_FALSE(rate_at(calibration, "csr", 1).has_value());
  EXPECT_FALSE(rate_at(calibration, "dense", 16).has_value());
}

// Neurons that share their sources are one stream of indices and fewer loads of rows; csr knows nothing of it.
TEST(PassWork, TwinsShowInTheStreamAndInTheLines) {
  const auto work = [](const char* engine_name, const char* spec) {
    CaseCache cache;
    const auto network = cache.network(spec, "test");
    Plan plan;
    plan.network = network->whole_if_small();
    plan.layers = network->layers();
    plan.panel = 16;
    const auto& kind = Registry<EngineKind>::instance().find(engine_name, "test").kind;
    const auto engine = kind.make(Params(kind.options, {}, "test"));
    engine->prepare(plan);
    return work_of(*engine, plan, InputValues::bits, {{"L1", 2048, 64, 0}});
  };
  const char* const twins = "radix_net:neurons=256,layers=2";
  const PassWork csr = work("csr", twins);
  const PassWork twin_tiles = work("twin_tiles", twins);
  EXPECT_EQ(amount(csr, "connection"), 2 * 256 * 32);
  EXPECT_EQ(amount(csr, "neuron"), 3 * 256);
  EXPECT_EQ(amount(csr, "stream_byte"), 2 * 256 * 32 * 8);
  EXPECT_LT(amount(twin_tiles, "stream_byte"), 0.6 * amount(csr, "stream_byte"));
  EXPECT_LT(amount(twin_tiles, "L1_line"), 0.6 * amount(csr, "L1_line"));
}

// By target, each connection but the first of a neuron adds to the sum just stored; by source, only a neuron's last can
// meet its next.
TEST(PassWork, OrdersDifferInWhatTheyChain) {
  CaseCache cache;
  const char* const spec = "mlp:widths=40x3,density=0.3";
  const auto network = cache.network(spec, "test");
  const Network& whole = network->whole();
  const auto& kind = Registry<EngineKind>::instance().find("connection_list", "test").kind;
  const auto chained = [&](const char* order) {
    Plan plan;
    plan.network = &whole;
    plan.order = *cache.order(spec, whole, order, 100, "test");
    plan.panel = 16;
    const auto engine = kind.make(Params(kind.options, {}, "test"));
    engine->prepare(plan);
    return amount(work_of(*engine, plan, InputValues::bits, {}), "chained");
  };
  const auto& facts = whole.facts();
  EXPECT_EQ(chained("by_target"), static_cast<double>(facts.connections - (facts.neurons - facts.inputs)));
  EXPECT_LT(chained("by_source"), 0.2 * chained("by_target"));
}

TEST(EngineRates, EveryGeneralEngineHasRatesAtEveryPanel) {
  const std::vector<CacheGeometry> levels = {{"L1", 32 << 10, 64, 8}};
  const std::vector<EngineRate> rates =
      measure_engine_rates(0, levels, {"mlp:widths=64x3,density=0.2", "radix_net:neurons=64,layers=2"});
  size_t of_csr = 0;
  for (const EngineRate& rate : rates) {
    EXPECT_GT(rate.flops_a_second, 0) << rate.engine;
    double costs = 0;
    for (const auto& [name, seconds] : rate.seconds_a) {
      EXPECT_GE(seconds, 0) << rate.engine << ' ' << name;
      costs += seconds;
    }
    EXPECT_GT(costs, 0) << rate.engine;
    of_csr += rate.engine == "csr" ? 1 : 0;
  }
  EXPECT_EQ(of_csr, calibrated_panels().size());
}

}  // namespace
}  // namespace sparsio
