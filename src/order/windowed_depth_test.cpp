// windowed_depth against the engine whose words it gives: tiled over csr tells its pass to a listener that knows only
// which neuron's value lies in which row. It asserts, on random layers with twins, odd widths and rings:
// - targets are complete in the order in which the engine writes them, from the sources that the engine reads, for any
//   depth and for windows of a cache;
// - with M - 1 a block's window nothing moves twice within the block: of radix_net's first five layers at 4096 neurons
//   the lower bound is met with 1025 words, and three layers and two at once need little more than half of what layer
//   by layer needs above it;
// - where no two layers close it is layer by layer, connection by connection;
// - layers that a general DAG does not know it has are found; where a connection skips one, depth is refused.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "base/random.hpp"
#include "base/spec.hpp"
#include "exec/engine.hpp"
#include "gen/generator.hpp"
#include "net/layers_fixture.hpp"
#include "net/valid_order_fixture.hpp"
#include "order/order_kind.hpp"
#include "order/shared/adjacency.hpp"
#include "order/shared/random_layers_fixture.hpp"

namespace sparsio {
namespace {

Order make(const Network& network, const std::string& options, uint64_t memory) {
  const auto order = resolve<OrderKind>("windowed_depth" + (options.empty() ? "" : ":" + options), "test");
  return order.kind().make(network, memory, order.params);
}

std::vector<uint64_t> connections(const Network& network, const Order& order) {
  std::vector<uint64_t> list;
  for (uint64_t k = 0; k < network.connections(); ++k) list.push_back(order.at(k));
  return list;
}

struct Made {
  uint32_t target;
  std::vector<uint32_t> sources;  // ascending

  bool operator==(const Made&) const = default;
};

/// What a pass of one strip reads before each write, in neurons: inputs come first, and every target has sources.
class Heard final : public AccessVisitor {
 public:
  Heard(const Network& network, const Order& order) : inputs_(network.layer_begin()[1]) {
    std::vector<uint64_t> missing = network.in_degrees();
    for (const Step& step : steps(network, order))
      if (--missing[step.target] == 0) want.push_back({step.target, {}});
    for (Made& one : want) {
      const auto sources = network.sources_of(one.target);
      one.sources.assign(sources.begin(), sources.end());
    }
  }

  void read_row(Buffer, uint64_t row, uint64_t, uint64_t) override { read_.push_back(neuron_in_[row]); }
  void write_row(Buffer, uint64_t row, uint64_t, uint64_t) override {
    neuron_in_.resize(std::max<size_t>(neuron_in_.size(), row + 1));
    if (next_input_ < inputs_) {
      neuron_in_[row] = next_input_++;
      return;
    }
    const uint32_t target = got.size() < want.size() ? want[got.size()].target : UINT32_MAX;
    std::sort(read_.begin(), read_.end());
    got.push_back({target, std::exchange(read_, {})});
    neuron_in_[row] = target;
  }
  void place(Buffer, uint64_t, uint64_t) override {}
  void scan_targets(const RowScan&) override {}
  void place(Array, uint64_t) override {}
  void read(Array, uint64_t, uint64_t) override {}
  void write(Array, uint64_t, uint64_t) override {}
  void place_bounds(Array, uint64_t, uint64_t) override {}
  void read_bounds(Array, uint64_t, uint64_t, uint64_t) override {}
  void place_inputs(const PackedInputs&) override {}
  void turn_inputs(uint32_t, uint32_t, uint32_t) override {}
  void read_turned(uint32_t) override {}

  std::vector<Made> want;  // as the order has it
  std::vector<Made> got;   // told by the engine, where the targets are the order's

 private:
  uint32_t inputs_;
  uint32_t next_input_ = 0;
  std::vector<uint32_t> neuron_in_;  // of each row
  std::vector<uint32_t> read_;
};

/// Twins of a common list of sources; rings in every third item.
std::vector<Layer> random_layers(uint64_t item) {
  RandomStream random(72, item);
  std::vector<Layer> layers;
  auto width = static_cast<uint32_t>(item % 3 == 0 ? 96 : 2 + random.below(90));
  for (uint64_t l = 2 + random.below(5); l > 0; --l) {
    Layer layer;
    layer.sources = width;
    layer.targets = item % 3 == 0 ? width : static_cast<uint32_t>(1 + random.below(90));
    layer.begin.assign(1, 0);
    const auto twins = static_cast<uint32_t>(item % 3 == 0 ? 4 : 1 + random.below(12));
    std::vector<uint32_t> list;
    for (uint32_t t = 0; t < layer.targets; ++t) {
      if (t % twins == 0) {
        list.clear();
        for (uint32_t s = 0; s < width; ++s)
          if (item % 3 == 0 ? (s + width - t) % width < 8 : random.uniform() < 0.1) list.push_back(s);
        if (list.empty()) list.push_back(static_cast<uint32_t>(random.below(width)));
      }
      layer.source.insert(layer.source.end(), list.begin(), list.end());
      layer.begin.push_back(layer.source.size());
    }
    layer.weight.assign(layer.source.size(), 0.5F);
    layer.bias.assign(layer.targets, 0.1F);
    width = layer.targets;
    layers.push_back(std::move(layer));
  }
  return layers;
}

/// The engine over csr against the order.
void expect_same(const std::vector<Layer>& given, uint64_t item, const std::string& engine, uint64_t l2_bytes,
                 const std::string& options, uint64_t memory) {
  GivenLayers layers(given);
  const Network network(layers, UINT32_MAX);
  Plan plan;
  plan.layers = &layers;
  plan.panel = 16;
  plan.l2_bytes = l2_bytes;
  const auto kind = resolve<EngineKind>(engine, "test");
  const auto made = kind.kind().make(kind.params);
  made->prepare(plan);
  const Order order = make(network, options, memory);
  ASSERT_TRUE(is_valid(network, order));
  Heard heard(network, order);
  made->visit(heard, {}, {InputValues::bits, Life::all});
  ASSERT_EQ(heard.got.size(), heard.want.size());
  EXPECT_TRUE(heard.got == heard.want) << "item " << item << ' ' << options << ": " << made->note();
}

TEST(WindowedDepth, CompletesTargetsAsTheEngineTiledWritesThem) {
  for (uint64_t item = 0; item < 30; ++item) {
    const std::vector<Layer> layers = random_layers(item);
    for (uint32_t depth = 1; depth <= layers.size(); ++depth)
      expect_same(layers, item, fmt::format("tiled:kernel=csr,depth={}", depth), 0,
                  fmt::format("depth={},window=100000", depth), 10000);
    for (const uint64_t window : {8, 20, 40}) {  // rows of 64 bytes in 3/5 of a cache
      const uint64_t l2_bytes = (window * 64 * 5 + 2) / 3;
      expect_same(layers, item, "tiled:kernel=csr", l2_bytes, fmt::format("window={}", window), 10000);
      expect_same(layers, item, "tiled:kernel=csr", l2_bytes, "", window + 1);
    }
  }
}

TEST(WindowedDepth, MovesNothingTwiceInABlockWhoseWindowFits) {
  const auto kind = resolve<NetworkKind>("radix_net:neurons=4096,layers=5", "test");
  NetworkSource source = kind.kind().make(kind.params);
  const Network network = flatten(source);
  const uint64_t lower = network.connections() + 6 * 4096 + 4096;
  const auto above = [&](const std::string& options, uint64_t memory) {
    return total_words(network, make(network, options, memory), "min", memory) - lower;
  };
  EXPECT_EQ(above("depth=5", 1025), 0U);
  const uint64_t by_layer = above("depth=1", 1025);
  EXPECT_GT(by_layer, 4U * 2 * (4096 - 1025)) << "four layers of values go and come";
  const uint64_t less = above("depth=5", 1024);
  EXPECT_GT(less, 0U) << "four layers and one";
  EXPECT_LT(less, by_layer / 3);
}

TEST(WindowedDepth, IsLayerByLayerWhereNoTwoLayersClose) {
  for (uint64_t seed = 1; seed < 5; ++seed) {
    const Network network = layers(80, 5, 0.1, seed);
    EXPECT_EQ(connections(network, make(network, "", 40)), connections(network, make(network, "depth=1", 40)));
  }
}

TEST(WindowedDepth, FindsTheLayersOfADag) {
  for (uint64_t item = 0; item < 12; ++item) {
    GivenLayers source(random_layers(item));
    const Network network(source, UINT32_MAX);
    std::vector<Connection> list;
    for (const Step& step : steps(network, Order())) list.push_back({step.source, step.target, 1.0F});
    const Network dag(network.neurons(), list, std::vector<float>(network.neurons(), 0.0F), Activation::relu, "test");
    ASSERT_TRUE(dag.layer_begin().empty());
    EXPECT_EQ(connections(dag, make(dag, "depth=2,window=30", 99)),
              connections(network, make(network, "depth=2,window=30", 99)));
  }
}

TEST(WindowedDepth, RefusesDepthThatIsNotThere) {
  const Network network = layers(20, 4, 0.3, 1);
  EXPECT_NO_THROW(make(network, "depth=3", 10));
  EXPECT_THROW(make(network, "depth=4", 10), Unsupported);
  const Network skips(3, {{0, 1, 1.0F}, {1, 2, 1.0F}, {0, 2, 1.0F}}, std::vector<float>(3, 0.0F), Activation::relu,
                      "test");
  EXPECT_THROW(make(skips, "depth=2", 10), Unsupported);
  EXPECT_TRUE(is_valid(skips, make(skips, "", 10)));
}

}  // namespace
}  // namespace sparsio
