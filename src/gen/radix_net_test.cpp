// radix_net against the constants of the challenge: permutations of all four sizes, degrees, twins.
#include "gen/radix_net.hpp"

#include <gtest/gtest.h>

#include "base/spec.hpp"
#include "gen/generator.hpp"

namespace sparsio {
namespace {

uint64_t fnv1a(const std::vector<uint32_t>& values) {
  uint64_t hash = 1469598103934665603U;
  for (const uint32_t value : values)
    for (int byte = 0; byte < 4; ++byte) hash = (hash ^ (value >> (8 * byte) & 0xFF)) * 1099511628211U;
  return hash;
}

struct Official {
  uint32_t neurons;
  uint64_t blocks;
  std::vector<uint32_t> first;
  uint64_t hash;
};

TEST(RadixNet, PermutationsAreTheOfficialOnesAtAllFourSizes) {
  const Official sizes[] = {
      {1024, 320, {608, 451, 122, 447, 871, 771, 98, 745}, 0x425402856938b5abU},
      {4096, 240, {3409, 1670, 834, 304, 2609, 2014, 3384, 3092}, 0x2dac315b7160c33fU},
      {16384, 192, {7768, 14268, 8489, 13554, 306, 6840, 6744, 13641}, 0x4243fcc15ab10c77U},
      {65536, 160, {41138, 18549, 12174, 17948, 47195, 56430, 53899, 13877}, 0xd19dc69f0bd034fbU}};
  for (const Official& size : sizes) {
    const std::vector<uint32_t> p = radix_net_permutations(size.neurons, size.blocks);
    EXPECT_EQ(std::vector<uint32_t>(p.begin(), p.begin() + 8), size.first);
    EXPECT_EQ(fnv1a(p), size.hash) << size.neurons;
  }
}

TEST(RadixNet, EveryNeuronHas32ConnectionsInAndOut) {
  const auto spec = resolve<NetworkKind>("radix_net:neurons=1024,layers=13", "test");
  NetworkSource source = spec.kind().make(spec.params);
  auto& layers = *std::get<std::unique_ptr<LayerSource>>(source);
  Layer layer;
  int count = 0;
  for (; layers.next(layer); ++count) {
    std::vector<int> out(layer.sources, 0);
    for (uint32_t t = 0; t < layer.targets; ++t) {
      ASSERT_EQ(layer.begin[t + 1] - layer.begin[t], 32U);
      for (uint64_t k = layer.begin[t]; k < layer.begin[t + 1]; ++k) {
        ++out[layer.source[k]];
        ASSERT_TRUE(k == layer.begin[t] || layer.source[k - 1] < layer.source[k]);
      }
    }
    for (const int degree : out) ASSERT_EQ(degree, 32);
  }
  EXPECT_EQ(count, 13);
}

/// From within a period and from its beginning, to the end of the next.
TEST(RadixNet, LayersFromALaterOneOnAreThoseOfTheWhole) {
  const auto layers_of = [](const std::string& text) {
    const auto spec = resolve<NetworkKind>(text, "test");
    NetworkSource source = spec.kind().make(spec.params);
    auto& layers = *std::get<std::unique_ptr<LayerSource>>(source);
    std::vector<std::vector<uint32_t>> sources;
    for (Layer layer; layers.next(layer);) sources.push_back(layer.source);
    return sources;
  };
  const auto whole = layers_of("radix_net:neurons=1024,layers=18");
  ASSERT_EQ(whole.size(), 18U);
  for (const uint32_t first : {1, 2, 6, 7, 13}) {
    const auto part = layers_of("radix_net:neurons=1024,layers=6,first=" + std::to_string(first));
    const auto begin = whole.begin() + first - 1;
    EXPECT_EQ(part, std::vector(begin, begin + 6)) << first;
  }
  EXPECT_NE(whole[0], whole[6]);  // the first permuted one
}

}  // namespace
}  // namespace sparsio
