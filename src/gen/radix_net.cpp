#include "gen/radix_net.hpp"

#include <algorithm>
#include <bit>
#include <numeric>
#include <random>

#include "gen/generator.hpp"
#include "net/official_bias.hpp"

namespace sparsio {
namespace {

constexpr uint32_t copies = 16;  // the side of the block of ones in the Kronecker product

struct OfficialSize {
  uint32_t neurons;
  uint32_t permutations;  // drawn for 1920 layers
};
constexpr OfficialSize official_sizes[] = {{1024, 319}, {4096, 239}, {16384, 191}, {65536, 159}};

double next_double(std::mt19937& random) {
  const uint64_t high = random() >> 5;
  const uint64_t low = random() >> 6;
  return static_cast<double>((high << 26) + low) / 0x1p53;
}

uint32_t layers_a_block(uint32_t neurons) {
  return static_cast<uint32_t>(std::countr_zero(neurons / copies));
}

class RadixNetLayers final : public LayerSource {
 public:
  /// `before` are left out at the beginning.
  RadixNetLayers(uint32_t neurons, uint64_t layers, uint64_t before)
      : neurons_(neurons), modulus_(neurons / copies), before_(before), widths_(layers + 1, neurons) {
    const uint64_t blocks = (before + layers + layers_a_block(neurons) - 1) / layers_a_block(neurons);
    permutations_ = radix_net_permutations(neurons, blocks);
  }

  const std::vector<uint32_t>& widths() const override { return widths_; }
  void restart() override { at_ = 0; }

  bool next(Layer& layer) override {
    if (at_ == layers()) return false;
    const uint64_t block = (before_ + at_) / layers_a_block(neurons_);
    const uint32_t stride = 1U << ((before_ + at_) % layers_a_block(neurons_));
    ++at_;
    layer.sources = layer.targets = neurons_;
    layer.activation = Activation::challenge;
    layer.begin.resize(neurons_ + size_t{1});
    layer.source.resize(size_t{neurons_} * degree);
    layer.weight.assign(layer.source.size(), 0.0625F);
    layer.bias.assign(neurons_, radix_net_bias(neurons_));
    for (uint32_t j = 0; j <= neurons_; ++j) layer.begin[j] = uint64_t{j} * degree;
    for (uint32_t residue = 0; residue < modulus_; ++residue) {
      // The 16 targets of this residue are twins: they share their 32 sources.
      uint32_t* const first = &layer.source[size_t{residue} * degree];
      for (uint32_t copy = 0; copy < copies; ++copy) {
        first[2 * copy] = permuted(block, residue + copy * modulus_);
        first[2 * copy + 1] = permuted(block, (residue + stride) % modulus_ + copy * modulus_);
      }
      std::sort(first, first + degree);
      for (uint32_t copy = 1; copy < copies; ++copy)
        std::copy(first, first + degree, first + size_t{copy} * modulus_ * degree);
    }
    return true;
  }

 private:
  static constexpr uint32_t degree = 2 * copies;

  uint32_t permuted(uint64_t block, uint32_t source) const {
    return block == 0 ? source : permutations_[(block - 1) * neurons_ + source];
  }

  uint32_t neurons_;
  uint32_t modulus_;
  uint64_t before_;
  std::vector<uint32_t> widths_;
  std::vector<uint32_t> permutations_;
  uint64_t at_ = 0;
};

void check_neurons(const std::string& text, const std::string& place) {
  const uint64_t neurons = parse_count(text, place);
  if (!std::has_single_bit(neurons) || neurons < uint64_t{4} * copies || neurons > 1U << 24)
    throw BadInput(place, text + " is not a power of two from 64 to 2^24", "give 1024, 4096, 16384 or 65536");
}

NetworkSource make(const Params& params) {
  const auto neurons = static_cast<uint32_t>(params.count("neurons"));
  return std::make_unique<RadixNetLayers>(neurons, params.count("layers"), params.count("first") - 1);
}

const Register<NetworkKind> registered{
    {"the HPEC Graph Challenge networks, byte for byte: 32 connections in and out of every neuron, weights 1/16",
     {{"neurons", Type::integer, "1024",
       "neurons a layer: 1024 4096 16384 65536 are official, any power of two from 64 works",
       checked_by(check_neurons)},
      {"layers", Type::integer, "120", "layers of connections: 120 480 1920 are official", between(1, 1U << 20)},
      {.name = "first",
       .type = Type::integer,
       .fallback = "1",
       .help = "the layer to begin with: log2(neurons / 16) + 1 is the first whose sources are permuted",
       .allowed = between(1, 1U << 20),
       .since = 4}},
     make}};

}  // namespace

float radix_net_bias(uint32_t neurons) {
  const auto* const next = std::find_if(std::begin(official_sizes), std::end(official_sizes) - 1,
                                        [&](const OfficialSize& size) { return neurons <= size.neurons; });
  return official_bias(next->neurons).value();
}

std::vector<uint32_t> radix_net_permutations(uint32_t neurons, uint64_t blocks) {
  std::mt19937 random;  // default seed, 5489
  const auto* const official = std::find_if(std::begin(official_sizes), std::end(official_sizes),
                                            [&](const OfficialSize& size) { return size.neurons == neurons; });
  if (official != std::end(official_sizes))
    for (const OfficialSize* smaller = official_sizes; smaller != official; ++smaller)
      random.discard(uint64_t{2} * smaller->permutations * smaller->neurons);
  std::vector<uint32_t> permutations(blocks > 1 ? (blocks - 1) * neurons : 0);
  std::vector<double> key(neurons);
  for (size_t first = 0; first < permutations.size(); first += neurons) {
    for (double& k : key) k = next_double(random);
    const auto begin = permutations.begin() + static_cast<int64_t>(first);
    std::iota(begin, begin + neurons, 0U);
    std::stable_sort(begin, begin + neurons, [&](uint32_t a, uint32_t b) { return key[a] < key[b]; });
  }
  return permutations;
}

}  // namespace sparsio
