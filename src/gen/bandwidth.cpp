// bandwidth: a full band, every neuron reads the `bandwidth` neurons before it and none that is farther.
// The network whose needs are known exactly: in neuron-by-neuron order bandwidth + 1 neurons are live, so fast memory
// of bandwidth + 2 words reaches the lower bound W + N + S under every policy, and one word less does not (Gleinig et
// al. 2023: a topological order of bandwidth k needs M = k + 2).
#include <algorithm>

#include "gen/generator.hpp"
#include "gen/shared/gaps.hpp"

namespace sparsio {
namespace {

NetworkSource make(const Params& params) {
  const auto neurons = static_cast<uint32_t>(params.count("neurons"));
  const auto bandwidth = static_cast<uint32_t>(params.count("bandwidth"));
  const uint64_t seed = params.count("seed");
  if ((uint64_t{neurons} * std::min(bandwidth, neurons)) >> 32 != 0)
    throw Unsupported("bandwidth with 2^32 connections or more does not fit a network held whole");
  std::vector<Connection> connections;
  connections.reserve(uint64_t{neurons} * std::min(bandwidth, neurons));
  std::vector<float> bias(neurons, 0.0F);
  for (uint32_t v = 1; v < neurons; ++v) {
    RandomStream random(seed, v);
    const uint32_t first = v > bandwidth ? v - bandwidth : 0;
    const double bound = weight_bound(v - first);
    bias[v] = static_cast<float>(random.uniform(-0.1, 0.1));
    for (uint32_t u = first; u < v; ++u)
      connections.push_back({u, v, static_cast<float>(random.uniform(-bound, bound))});
  }
  return Network(neurons, std::move(connections), std::move(bias), Activation::relu, "bandwidth");
}

const Register<NetworkKind> registered{
    {"a full band, every neuron reads the `bandwidth` before it: needs exactly bandwidth + 2 words",
     {{"neurons", Type::integer, "2000", "neurons in a row", between(2, 1U << 28)},
      {"bandwidth", Type::integer, "98", "the longest span of a connection, in neurons", between(1, 1U << 28)},
      {"seed", Type::integer, "1", "fixes weights and biases"}},
     make}};

}  // namespace
}  // namespace sparsio
