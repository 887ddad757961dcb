// The line model against the simulated cache that replays what engines really touch. It asserts, for panels that are
// whole lines:
//   - predicted misses and write-backs of all engines that are traced are within 5 % of the simulated ones at 9 points
//     in 10 and within 10 % at all, in fully associative LRU caches from 4 KiB to 256 KiB; those of csr and
//     connection_list also in the caches of real machines;
//   - a row in more strips than one is walked once a strip;
//   - a cache that holds everything misses each line once, and those that are weights are those of the arrays that
//     hold weights, biases and indices: a listener that knows no addresses names them.
#include "io/lines/line_model.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <tuple>

#include "exec/walk/order_visit.hpp"
#include "io/lines/line_point_fixture.hpp"
#include "run/open.hpp"

namespace sparsio {
namespace {

double error(uint64_t predicted, double simulated) {
  return simulated == 0 ? static_cast<double>(predicted) : std::abs(static_cast<double>(predicted) / simulated - 1);
}

const std::vector<CacheGeometry> fully_associative = {{"4 KiB", 4U << 10, 64, 0},
                                                      {"16 KiB", 16U << 10, 64, 0},
                                                      {"64 KiB", 64U << 10, 64, 0},
                                                      {"256 KiB", 256U << 10, 64, 0}};
const std::vector<CacheGeometry> real = {{"32 KiB, 8 ways", 32U << 10, 64, 8},
                                         {"48 KiB, 12 ways", 48U << 10, 64, 12},
                                         {"256 KiB, 8 ways, lines of 128", 256U << 10, 128, 8}};

const std::vector<const char*> networks = {"radix_net:neurons=256,layers=12", "mlp:widths=200x4,density=0.1",
                                           "mlp:widths=90-150-40,density=0.4"};

void expect_near(const std::vector<const char*>& specs, const std::vector<CacheGeometry>& caches,
                 const std::vector<uint32_t>& panels,
                 const std::vector<const char*>& engines = {"csr", "connection_list"},
                 InputValues inputs = InputValues::bits) {
  int points = 0;
  int near = 0;
  for (const char* spec : specs) {
    NetworkSource source = open_network(spec, "test");
    const Network network = flatten(source);
    LayerSource* layers = std::get<std::unique_ptr<LayerSource>>(source).get();
    for (const char* engine : engines) {
      for (const char* order : {"by_target", "by_source", "blocks"}) {
        if (std::string(engine) != "connection_list" && std::string(order) != "by_target") continue;
        for (const uint32_t panel : panels) {
          for (const CacheGeometry& cache : caches) {
            const auto prepared = prepared_engine(network, layers, engine, order, panel, cache);
            const LinePoint p = line_point(*prepared, inputs, cache);
            const double worst = std::max(error(p.predicted.misses, p.simulated.misses),
                                          error(p.predicted.write_backs, p.simulated.write_backs));
            EXPECT_LE(worst, 0.10) << spec << ' ' << engine << ' ' << order << " panel " << panel << ' ' << cache.name
                                   << ": misses " << p.predicted.misses << " of " << p.simulated.misses
                                   << ", write-backs " << p.predicted.write_backs << " of " << p.simulated.write_backs;
            near += worst <= 0.05 ? 1 : 0;
            ++points;
          }
        }
      }
    }
  }
  EXPECT_GE(near * 10, points * 9) << near << " of " << points;
}

TEST(LineModel, PredictsWhatTheSimulatedCacheCounts) {
  expect_near(networks, fully_associative, {16, 48});
}

TEST(LineModel, PredictsEnginesWhateverTheirLoops) {
  expect_near(networks, fully_associative, {16, 48}, {"row_pairs", "latency", "reference"});
}

TEST(LineModel, PredictsEnginesThatReadARowOnceForTwins) {
  std::vector<const char*> with_dense = networks;
  with_dense.push_back("mlp:widths=96x4,density=1");
  expect_near(with_dense, fully_associative, {16, 48}, {"twin_tiles"});
}

TEST(LineModel, PredictsTheConflictsOfRealCaches) {
  expect_near(networks, real, {16, 48});
}

TEST(LineModel, ARowOfSeveralStripsIsWalkedOnceAStrip) {
  expect_near({networks[2]}, {fully_associative[1], real[0]}, {272});
}

TEST(LineModel, ACacheThatHoldsEverythingMissesEachLineOnce) {
  NetworkSource source = open_network("mlp:widths=50x3,density=0.5", "test");
  const Network network = flatten(source);
  const std::vector<Step> order = steps(network, Order());
  const auto tell = [&](AccessVisitor& visitor) {
    visit_order(network, order, {.row_bytes = 64, .connection_bytes = 12}, visitor);
  };
  const LinePrediction all = predict_lines(tell, {"all", uint64_t{1} << 30, 64, 0});
  const uint64_t stream = (network.connections() * 12 + 63) / 64;
  const uint64_t bias_lines = (network.neurons() - 1) / 16 - 50 / 16 + 1;  // of the 100 targets
  const uint64_t bit_lines = (50 * 16 / 8 + 63) / 64;                      // 50 inputs, 16 columns of a bit each
  const uint64_t list_lines = (50 * 4 + 63) / 64;                          // of the outputs
  const uint64_t block_lines = 2 * 64 * 32 / 64;                           // in which bits are turned
  EXPECT_EQ(all.misses, network.neurons() + stream + bias_lines + bit_lines + list_lines + block_lines);
  EXPECT_EQ(all.write_backs, network.neurons() + block_lines);  // zeroing makes every row dirty
}

/// The lines of arrays of the network that a pass reads, each array on pages of its own.
class WeightLines final : public AccessVisitor {
 public:
  void place(Array array, uint64_t) override { ++placed_[array]; }
  void read(Array array, uint64_t at, uint64_t bytes) override {
    const std::set<Array> of_the_run = {Array::input_bits, Array::input_values, Array::input_block,
                                        Array::part,       Array::layer_frame,  Array::strip_frame};
    if (bytes == 0 || of_the_run.count(array) > 0) return;
    for (uint64_t line = at / 64; line <= (at + bytes - 1) / 64; ++line) lines.insert({array, placed_[array], line});
  }
  void place_bounds(Array array, uint64_t, uint64_t) override { ++placed_[array]; }
  void read_bounds(Array array, uint64_t, uint64_t element, uint64_t bytes) override {
    read(array, element * bytes, 2 * bytes);
  }
  void scan_targets(const RowScan& scan) override {
    if (scan.list != nullptr) read(Array::row, 0, scan.count * 4);
  }
  void write(Array, uint64_t, uint64_t) override {}
  void place(Buffer, uint64_t, uint64_t) override {}
  void read_row(Buffer, uint64_t, uint64_t, uint64_t) override {}
  void write_row(Buffer, uint64_t, uint64_t, uint64_t) override {}
  void place_inputs(const PackedInputs&) override {}
  void turn_inputs(uint32_t, uint32_t, uint32_t) override {}
  void read_turned(uint32_t) override {}

  std::set<std::tuple<Array, int, uint64_t>> lines;

 private:
  std::map<Array, int> placed_;  // so often
};

TEST(LineModel, TellsWeightsFromValues) {
  const CacheGeometry all{"all", uint64_t{1} << 30, 64, 0};
  int compared = 0;
  for (const char* spec : networks) {
    NetworkSource source = open_network(spec, "test");
    const Network network = flatten(source);
    LayerSource* layers = std::get<std::unique_ptr<LayerSource>>(source).get();
    for (const char* engine :
         {"csr", "connection_list", "row_pairs", "twin_tiles", "tiled:kernel=csr,depth=2", "reference"}) {
      for (const InputValues inputs : {InputValues::bits, InputValues::floats}) {
        const auto prepared = prepared_engine(network, layers, engine, "by_target", 48, all);
        WeightLines heard;
        prepared->visit(heard, {}, inputs);
        const LinePoint point = line_point(*prepared, inputs, all);
        EXPECT_EQ(point.predicted.weight_misses, heard.lines.size()) << spec << ' ' << engine;
        EXPECT_EQ(point.simulated.weight_misses, static_cast<double>(heard.lines.size())) << spec << ' ' << engine;
        EXPECT_GE(heard.lines.size() * 64, network.connections() * 4) << spec << ' ' << engine;
        ++compared;
      }
    }
  }
  EXPECT_EQ(compared, 36);
}

}  // namespace
}  // namespace sparsio
