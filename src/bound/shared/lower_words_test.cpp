// The bound for words of partitions. Asserts:
//   - it is the least of all even partitions where these can be gone through, from the definition of a word, and no
//     form is above it: tiny networks of any kind, and tiny networks of classes;
//   - the figures that we claim for a network of the Graph Challenge.
// SPARSIO_LONG=1: 500 networks instead of 60.
#include "bound/shared/lower_words.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <set>

#include "base/random.hpp"
#include "base/spec.hpp"
#include "bound/shared/lower_words/class_path.hpp"
#include "bound/shared/lower_words/layer_counts.hpp"
#include "bound/shared/row_range.hpp"
#include "gen/generator.hpp"
#include "net/given_layers.hpp"

namespace sparsio {
namespace {

int networks() {
  return std::getenv("SPARSIO_LONG") != nullptr ? 500 : 60;
}

Layer layer_of(uint32_t sources, const std::vector<std::set<uint32_t>>& rows) {
  Layer layer;
  layer.sources = sources;
  layer.targets = static_cast<uint32_t>(rows.size());
  layer.begin = {0};
  for (const auto& row : rows) {
    layer.source.insert(layer.source.end(), row.begin(), row.end());
    layer.begin.push_back(layer.source.size());
  }
  layer.weight.assign(layer.source.size(), 1.0F);
  layer.bias.assign(rows.size(), 0.0F);
  return layer;
}

/// At most 12 neurons.
std::vector<Layer> tiny_layers(RandomStream& random) {
  std::vector<Layer> layers;
  auto width = static_cast<uint32_t>(2 + random.below(5));
  for (uint32_t left = 12 - width; left >= 2;) {
    const auto next = static_cast<uint32_t>(2 + random.below(std::min(5U, left - 1)));
    std::vector<std::set<uint32_t>> rows(next);
    const double density = 0.2 + 0.7 * random.uniform();
    for (auto& row : rows)
      for (uint32_t s = 0; s < width; ++s)
        if (random.uniform() < density) row.insert(s);
    layers.push_back(layer_of(width, rows));
    width = next;
    left -= next;
  }
  return layers;
}

/// Layers of a small radix net, sources and targets of each in an order of their own: `copies` neurons a class.
std::vector<Layer> class_layers(uint32_t bits, uint32_t copies, size_t count, RandomStream& random) {
  const uint32_t classes = 1U << bits;
  const uint32_t neurons = classes * copies;
  std::vector<Layer> layers;
  for (size_t l = 0; l < count; ++l) {
    std::vector<uint32_t> source(neurons);
    std::iota(source.begin(), source.end(), 0U);
    for (uint32_t i = neurons; i > 1; --i) std::swap(source[i - 1], source[random.below(i)]);
    std::vector<std::set<uint32_t>> rows(neurons);
    for (uint32_t t = 0; t < neurons; ++t)
      for (uint32_t copy = 0; copy < copies; ++copy) {
        rows[t].insert(source[t % classes + copy * classes]);
        rows[t].insert(source[(t + (1U << l % bits)) % classes + copy * classes]);
      }
    for (uint32_t i = neurons; i > 1; --i) std::swap(rows[i - 1], rows[random.below(i)]);
    layers.push_back(layer_of(neurons, rows));
  }
  return layers;
}

/// Words by the definition: of each value, the parts that read it and do not own it; an input is owned by a reader.
uint64_t words_of(const std::vector<Layer>& layers, const Partition& owners) {
  uint64_t words = 0;
  for (size_t l = 0; l < layers.size(); ++l)
    for (uint32_t v = 0; v < layers[l].sources; ++v) {
      std::set<uint32_t> readers;
      for (uint32_t t = 0; t < layers[l].targets; ++t) {
        const auto sources = layers[l].sources_of(t);
        if (std::find(sources.begin(), sources.end(), v) != sources.end()) readers.insert(owners.owner[l + 1][t]);
      }
      if (readers.empty()) continue;
      const uint32_t owner = l == 0 ? *readers.begin() : owners.owner[l][v];
      words += readers.size() - readers.count(owner);
    }
  return words;
}

/// As even as can be.
Partition even(const std::vector<Layer>& layers, uint32_t parts) {
  Partition made{parts, {std::vector<uint32_t>(layers[0].sources, 0)}};
  for (const Layer& layer : layers) {
    made.owner.emplace_back(layer.targets);
    for (uint32_t t = 0; t < layer.targets; ++t) made.owner.back()[t] = t % parts;
  }
  return made;
}

/// Goes through all partitions whose parts have as many rows as those of `like`.
uint64_t least_words(const std::vector<Layer>& layers, const Partition& like) {
  uint64_t rows = 0;
  uint64_t all = 1;
  for (const Layer& layer : layers) rows += layer.targets;
  for (uint64_t row = 0; row < rows; ++row) all *= like.parts;
  uint64_t least = UINT64_MAX;
  Partition one = like;
  for (uint64_t code = 0; code < all; ++code) {
    uint64_t left = code;
    bool is_even = true;
    for (size_t l = 1; l < one.owner.size(); ++l) {
      for (uint32_t& owner : one.owner[l]) {
        owner = static_cast<uint32_t>(left % like.parts);
        left /= like.parts;
      }
      const RowRange now = rows_of(one, l);
      const RowRange given = rows_of(like, l);
      is_even = is_even && now.least >= given.least && now.most <= given.most;
    }
    if (is_even) least = std::min(least, words_of(layers, one));
  }
  return least;
}

uint64_t counts(const std::vector<Layer>& layers, const Partition& like) {
  uint64_t words = 0;
  for (size_t l = 0; l < layers.size(); ++l) words += words_by_counts(layers[l], like.parts, rows_of(like, l + 1));
  return words;
}

uint64_t path(const std::vector<Layer>& layers, const Partition& like, const ClassEffort& effort) {
  ClassPath path(like.parts, effort);
  for (size_t l = 0; l < layers.size(); ++l) {
    auto classes = class_layer(layers[l]);
    if (!classes) return 0;
    path.add(std::move(*classes), rows_of(like, l), rows_of(like, l + 1));
  }
  return path.words();
}

TEST(LowerWords, IsTheLeastOfAllPartitionsOfTinyNetworks) {
  RandomStream random(1, 1);
  std::vector<double> by_counts;
  for (int k = 0; k < networks(); ++k) {
    const std::vector<Layer> layers = tiny_layers(random);
    size_t rows = 0;
    for (const Layer& layer : layers) rows += layer.targets;
    const Partition like = even(layers, rows <= 7 && k % 2 == 0 ? 3 : 2);
    const uint64_t least = least_words(layers, like);
    GivenLayers network(layers, Activation::relu);
    const WordsBound bound = lower_words(network, like, work_in_passing);
    ASSERT_EQ(bound.words, least) << k;
    EXPECT_EQ(bound.form, "all partitions");
    const uint64_t counted = counts(layers, like);
    ASSERT_LE(counted, least) << k;
    if (least > 0) by_counts.push_back(static_cast<double>(counted) / static_cast<double>(least));
  }
  std::sort(by_counts.begin(), by_counts.end());
  RecordProperty("median_of_counts", std::to_string(by_counts[by_counts.size() / 2]));
}

TEST(LowerWords, NoFormIsAboveTheLeastOfNetworksOfClasses) {
  RandomStream random(2, 1);
  int proved = 0;
  for (int k = 0; k < networks() / 4; ++k) {
    const uint32_t copies = 1 + k % 2;
    const std::vector<Layer> layers = class_layers(2, copies, 2 + k % 4, random);
    const Partition like = even(layers, 2);
    GivenLayers network(layers, Activation::relu);
    const WordsBound least = lower_words(network, like, work_in_passing);
    ASSERT_EQ(least.form, "all partitions");
    for (const ClassEffort& effort : {ClassEffort::reads(), ClassEffort::plain(), ClassEffort::whole(2)}) {
      const uint64_t words = path(layers, like, effort);
      ASSERT_LE(words, least.words) << k;
      proved += words > 0 ? 1 : 0;
    }
  }
  EXPECT_GT(proved, networks() / 8);
}

uint64_t challenge(uint32_t layers, uint32_t parts, double work, const std::string& form) {
  const auto kind = resolve<NetworkKind>("radix_net:neurons=1024,layers=" + std::to_string(layers), "test");
  NetworkSource source = kind.kind().make(kind.params);
  LayerSource& network = *std::get<std::unique_ptr<LayerSource>>(source);
  Partition like{parts, {}};
  for (const uint32_t width : network.widths()) {
    auto& owner = like.owner.emplace_back(width);
    for (uint32_t i = 0; i < width; ++i) owner[i] = i % parts;
  }
  const WordsBound bound = lower_words(network, like, work);
  EXPECT_EQ(bound.form, form);
  return bound.words;
}

TEST(LowerWords, IsWhatWeClaimOfTheChallenge) {
  EXPECT_EQ(challenge(120, 8, work_of_a_minute, "A+"), 87'120U);
  // The prototype of form A, which does not join the pairs of a block's last layer, proves 76048.
  const uint64_t plain = challenge(120, 8, work_in_passing, "A");
  EXPECT_GE(plain, 76'048U);
  EXPECT_LE(plain, 87'120U);
  EXPECT_LE(challenge(120, 8, 1, "reads"), plain);
  EXPECT_EQ(challenge(24, 1, work_in_passing, "all partitions"), 0U);
}

}  // namespace
}  // namespace sparsio
