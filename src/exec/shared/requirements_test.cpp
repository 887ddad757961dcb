// What does not fit in memory is refused before it is stored, and what does is stored once. It asserts of the engines
// that store every connection: with as much memory as they need they run, with less they say Unsupported, how much
// there is and which engine would do; what they find is the same for a network held whole and one walked layer by
// layer; and no copy of the connections is made on the way.
#include "exec/shared/requirements.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "exec/engine.hpp"
#include "exec/machine/memory.hpp"
#include "exec/shared/allocations_fixture.hpp"
#include "net/layers_fixture.hpp"

namespace sparsio {
namespace {

constexpr uint32_t width = 50;
constexpr uint64_t depth = 40;
constexpr uint64_t connections = depth * width * width;

GivenLayers complete_layers() {
  Layer layer{width, width, {0}, {}, {}, std::vector<float>(width, -0.1F)};
  for (uint32_t t = 0; t < width; ++t) {
    for (uint32_t s = 0; s < width; ++s) {
      layer.source.push_back(s);
      layer.weight.push_back(0.25F);
    }
    layer.begin.push_back(layer.source.size());
  }
  return {std::vector<Layer>(depth, layer), Activation::challenge};
}

void prepare(const std::string& name, const Plan& plan) {
  const auto& entry = Registry<EngineKind>::instance().find(name, "test");
  entry.kind.make(Params(entry.kind.options, {}, name))->prepare(plan);
}

/// What it says; "" if it does not refuse.
std::string refusal(const std::string& name, const Plan& plan, uint64_t memory) {
  const MemoryScope scope(memory);
  try {
    prepare(name, plan);
  } catch (const Unsupported& reason) {
    return reason.what();
  }
  return "";
}

TEST(Fit, EnginesThatStoreEveryConnectionRefuseWhatDoesNotFit) {
  GivenLayers layers = complete_layers();
  const Network network(layers, 1'000'000);
  Plan plan;
  plan.layers = &layers;
  for (const Network* const whole : {static_cast<const Network*>(nullptr), &network}) {
    plan.network = whole;
    for (const auto& [name, each] : {std::pair<std::string, uint64_t>{"csr", 8}, {"row_pairs", 5}}) {
      const std::string words = refusal(name, plan, each * connections - 1);
      EXPECT_NE(words.find(name + " would store "), std::string::npos) << words;
      EXPECT_NE(words.find(std::to_string(each * connections - 1)), std::string::npos) << words;
      EXPECT_NE(words.find("twin_tiles"), std::string::npos) << words;
      EXPECT_NE(refusal(name, plan, each * connections + 4 * depth * width - 1), "") << "biases are stored as well";
      EXPECT_EQ(refusal(name, plan, 16 * connections), "") << name;
    }
  }
}

TEST(Fit, DenseRefusesByTheSameRule) {
  const std::vector<std::string> names = Registry<EngineKind>::instance().names();
  if (std::find(names.begin(), names.end(), "dense") == names.end()) GTEST_SKIP() << "no dense in this build";
  GivenLayers layers = complete_layers();
  Plan plan;
  plan.layers = &layers;
  EXPECT_NE(refusal("dense", plan, 4 * connections), "");
  EXPECT_EQ(refusal("dense", plan, 4 * (connections + depth * width)), "");
}

TEST(Fit, CsrTakesItsMemoryOnce) {
  SKIP_WHERE_ALLOCATIONS_ARE_UNSEEN();
  GivenLayers layers = complete_layers();
  Plan plan;
  plan.layers = &layers;
  const AllocationsUnderTest allocations(AllocationsUnderTest::none, connections);  // an eighth of its connections
  prepare("csr", plan);
  EXPECT_EQ(allocations.large_requests(), 1U);
}

TEST(Fit, AMachineHasMemoryAndAScopeGivesBackWhatItTook) {
  const uint64_t before = machine_memory();
  EXPECT_GT(before, uint64_t{1} << 24);
  {
    const MemoryScope scope(1000);
    EXPECT_EQ(machine_memory(), 1000U);
  }
  EXPECT_EQ(machine_memory(), before);
}

}  // namespace
}  // namespace sparsio
