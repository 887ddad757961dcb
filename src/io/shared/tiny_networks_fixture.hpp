// tiny_networks_fixture: small random networks for the tests that check every plug-in against an oracle.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "base/params.hpp"
#include "base/random.hpp"
#include "net/network.hpp"
#include "net/order.hpp"

namespace sparsio {

/// A random DAG of 2 .. `neurons` neurons, each forward pair connected with a probability drawn per network; it may
/// have dead ends, isolated neurons and several components. At least one connection.
inline Network random_dag(uint64_t seed, uint32_t neurons) {
  RandomStream random(seed, 1);
  const auto n = static_cast<uint32_t>(2 + random.below(neurons - 1));
  const double density = random.uniform(0.1, 1.0);
  std::vector<Connection> connections;
  for (uint32_t v = 1; v < n; ++v)
    for (uint32_t u = 0; u < v; ++u)
      if (random.uniform() < density) connections.push_back({u, v, static_cast<float>(random.uniform(-1, 1))});
  if (connections.empty()) connections.push_back({0, n - 1, 1.0F});
  return Network(n, std::move(connections), std::vector<float>(n, 0.1F), Activation::relu, "random_dag");
}

/// A layered network of 2 .. 4 layers of 1 .. 4 neurons, each possible connection there with a probability drawn a
/// network. At least one connection.
inline Network random_layers(uint64_t seed) {
  class Layers final : public LayerSource {
   public:
    explicit Layers(uint64_t of) : random_(of, 4), seed_(of) {
      for (uint64_t left = 2 + random_.below(3); left > 0; --left)
        widths_.push_back(static_cast<uint32_t>(1 + random_.below(4)));
      density_ = random_.uniform(0.3, 1.2);
    }
    const std::vector<uint32_t>& widths() const override { return widths_; }
    void restart() override {
      at_ = 0;
      random_ = RandomStream(seed_, 5);
    }
    bool next(Layer& layer) override {
      if (at_ == layers()) return false;
      layer = {widths_[at_], widths_[at_ + 1], {0}, {}, {}, {}};
      for (uint32_t t = 0; t < layer.targets; ++t) {
        for (uint32_t s = 0; s < layer.sources; ++s)
          if (random_.uniform() < density_ || at_ + s + t == 0) layer.source.push_back(s);
        layer.begin.push_back(layer.source.size());
      }
      layer.weight.assign(layer.source.size(), 0.5F);
      layer.bias.assign(layer.targets, 0.1F);
      ++at_;
      return true;
    }

   private:
    std::vector<uint32_t> widths_;
    double density_;
    RandomStream random_;
    uint64_t seed_;
    uint64_t at_ = 0;
  };
  Layers layers(seed);
  return Network(layers, UINT32_MAX);
}

/// A random valid order: any connection whose source is complete may be next.
inline Order random_order(const Network& network, uint64_t seed) {
  RandomStream random(seed, 2);
  std::vector<uint64_t> missing(network.neurons());
  for (uint32_t v = 0; v < network.neurons(); ++v) missing[v] = network.in_degree(v);
  const std::vector<Step> by_target = steps(network, Order());
  std::vector<uint32_t> left(by_target.size());
  for (uint32_t k = 0; k < left.size(); ++k) left[k] = k;
  std::vector<uint32_t> connection;
  while (!left.empty()) {
    const uint64_t i = random.below(left.size());
    if (missing[by_target[left[i]].source] > 0) continue;
    --missing[by_target[left[i]].target];
    connection.push_back(left[i]);
    left[i] = left.back();
    left.pop_back();
  }
  return Order(std::move(connection));
}

/// Does a plug-in with these options give up, as Unsupported, after a number of states?
inline bool searches_states(const Options& options) {
  return std::any_of(options.begin(), options.end(), [](const Option& option) { return option.name == "states"; });
}

/// The defaults, but small budgets, so that a search ends soon and what is too large for it is refused at once.
inline Params quick_params(const Options& options, const std::string& name) {
  std::vector<NamedText> given;
  for (const Option& option : options) {
    if (option.name == "states") given.emplace_back("states", "3000");
    if (option.name == "iterations") given.emplace_back("iterations", "200");
    if (option.name == "proposals") given.emplace_back("proposals", "2000");
  }
  return Params(options, given, name);
}

}  // namespace sparsio
