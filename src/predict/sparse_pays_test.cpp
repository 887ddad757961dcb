// Where sparse stops paying, by calibrations whose costs are made up. Asserts:
//   - where only a connection costs something for csr and only a byte for dense, the crossing is the density at which
//     the two are equal, for any shape, and the layer's own times are its connections and weights at those costs;
//   - it is 1 where dense never wins, 0 where it always does; the faster one of two sparse engines counts;
//   - a large layer is looked at by its first targets and predicted in proportion;
//   - a layer's times are those that choose predicts of the network that is this layer, missed lines and all;
//   - without dense, or near no calibrated panel, it says which is missing.
#include "predict/sparse_pays.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "predict/chooser.hpp"
#include "topo/caches.hpp"

namespace sparsio {
namespace {

constexpr uint32_t panel = 48;

EngineRate rate(const std::string& engine, double connection, double byte) {
  return {engine, panel, 0, {{"connection", connection}, {"stream_byte", byte}}, 0};
}

Calibration calibration_of(std::vector<EngineRate> rates) {
  Calibration calibration;
  calibration.engines = std::move(rates);
  return calibration;
}

Layer layer_of(uint32_t sources, uint32_t targets, double density) {
  Layer layer{.sources = sources, .targets = targets, .begin = {0}, .source = {}, .weight = {}, .bias = {}};
  RandomStream random(5, sources);
  for (uint32_t t = 0; t < targets; ++t) {
    for (uint32_t s = 0; s < sources; ++s)
      if (random.uniform() < density) layer.source.push_back(s);
    layer.begin.push_back(layer.source.size());
  }
  layer.weight.assign(layer.source.size(), 0.5F);
  layer.bias.assign(targets, 0.0F);
  return layer;
}

class SparsePaysTest : public testing::Test {
 protected:
  void SetUp() override {
    if (Registry<EngineKind>::instance().look_up("dense") == nullptr) GTEST_SKIP() << "no dense in this build";
  }
};

TEST_F(SparsePaysTest, TheCrossingIsWhereTheCostsAreEqual) {
  for (const auto& [sources, targets] : {std::pair{100U, 80U}, std::pair{300U, 40U}})
    for (const double wanted : {0.05, 0.3, 0.42, 0.6, 0.9}) {
      const Layer layer = layer_of(sources, targets, 0.2);
      const double weights = (sources + 1.0) * targets;
      const double byte = wanted * sources * targets / (4 * weights);  // connections at `wanted`, 1 each
      SparsePays pays(calibration_of({rate("csr", 1, 0), rate("dense", 0, byte)}), {}, panel);
      ASSERT_EQ(pays.reason(), "");
      const LayerForecast told = pays.forecast(layer);
      EXPECT_NEAR(told.crossing, wanted, 0.02) << sources << " " << wanted;
      EXPECT_DOUBLE_EQ(told.sparse_seconds, static_cast<double>(layer.connections()));
      EXPECT_NEAR(told.dense_seconds, 4 * weights * byte, 1e-9 * weights);
      EXPECT_EQ(told.sparse, "csr");
      EXPECT_EQ(told.targets, targets);
      EXPECT_EQ(told.sparse_pays(), wanted > 0.2);
      EXPECT_GE(told.factor(), 1);
    }
}

TEST_F(SparsePaysTest, SomeCrossAtNoDensity) {
  const Layer layer = layer_of(50, 50, 0.5);
  EXPECT_EQ(SparsePays(calibration_of({rate("csr", 1, 0), rate("dense", 0, 1)}), {}, panel).forecast(layer).crossing,
            1);
  EXPECT_EQ(SparsePays(calibration_of({rate("csr", 9, 0), rate("dense", 0, 1e-3)}), {}, panel).forecast(layer).crossing,
            0);
}

TEST_F(SparsePaysTest, TheFasterSparseEngineCounts) {
  const Layer layer = layer_of(60, 60, 0.3);
  const std::vector<EngineRate> rates = {rate("csr", 2, 0), rate("row_pairs", 1, 0), rate("dense", 0, 0.2)};
  const LayerForecast told = SparsePays(calibration_of(rates), {}, panel).forecast(layer);
  EXPECT_EQ(told.sparse, "row_pairs");
  EXPECT_DOUBLE_EQ(told.sparse_seconds, static_cast<double>(layer.connections()));
  EXPECT_NEAR(told.crossing, 4 * 0.2 * 61 / 60, 0.02);
}

TEST_F(SparsePaysTest, ALargeLayerIsLookedAtByItsFirstTargets) {
  const Layer layer = layer_of(4096, 256, 0.05);
  SparsePays pays(calibration_of({rate("csr", 1, 0), rate("dense", 0, 1)}), {}, panel);
  const LayerForecast told = pays.forecast(layer);
  ASSERT_EQ(told.targets, 64U);
  EXPECT_DOUBLE_EQ(told.sparse_seconds, static_cast<double>(layer.begin[64]) * 4);
  EXPECT_DOUBLE_EQ(told.dense_seconds, 4.0 * 4097 * 256);
}

TEST_F(SparsePaysTest, PredictsWhatChoosePredicts) {
  const std::string network = "mlp:widths=200-120,density=0.3";
  EngineRate csr = rate("csr", 1e-9, 0);
  csr.seconds_a.insert(csr.seconds_a.end(), {{"neuron", 3e-9}, {"L1_line", 5e-9}, {"L2_line", 7e-9}});
  const Calibration calibration = calibration_of({csr, rate("dense", 0, 1e-10)});
  const Machine machine = detect_machine(1);
  CaseCache cache;
  Layer layer;
  cache.network(network, "test")->layers()->next(layer);
  const LayerForecast told = SparsePays(calibration, geometries(machine), panel).forecast(layer);
  const ChoiceRequest request{network, "random:count=48", {"by_target"}, 100, 0, 1};
  for (const Choice& choice : choose(request, calibration, machine, cache)) {
    EXPECT_EQ(choice.predicted_seconds, choice.engine == "dense" ? told.dense_seconds : told.sparse_seconds);
  }
}

TEST_F(SparsePaysTest, SaysWhatIsNotCalibrated) {
  EXPECT_EQ(SparsePays(calibration_of({rate("csr", 1, 0)}), {}, panel).reason(),
            "dense is not calibrated near a panel of 48");
  EXPECT_EQ(SparsePays(calibration_of({rate("dense", 1, 0)}), {}, panel).reason(),
            "no sparse engine is calibrated near a panel of 48");
  EXPECT_NE(SparsePays(calibration_of({rate("csr", 1, 0), rate("dense", 1, 0)}), {}, 4).reason(), "");
}

}  // namespace
}  // namespace sparsio
