// random_dag: a general network without layers, each forward pair of neurons connected with probability `density`.
// The hardest shape for an order: neuron v reads about density x v others from anywhere before it. A neuron's sources
// come from a stream of its own.
#include <fmt/format.h>

#include "gen/generator.hpp"
#include "gen/shared/gaps.hpp"

namespace sparsio {
namespace {

NetworkSource make(const Params& params) {
  const auto neurons = static_cast<uint32_t>(params.count("neurons"));
  const double density = params.real("density");
  const uint64_t seed = params.count("seed");
  if (density * neurons * (neurons - 1.0) / 2 > 0x1p32)
    throw Unsupported("random_dag with 2^32 connections or more does not fit a network held whole");
  std::vector<Connection> connections;
  std::vector<float> bias(neurons, 0.0F);
  for (uint32_t v = 1; v < neurons; ++v) {
    RandomStream random(seed, v);
    const double bound = weight_bound(density * v);
    const auto drawn = static_cast<float>(random.uniform(-0.1, 0.1));
    for (uint64_t u = next_kept(random, density, 0); u < v; u = next_kept(random, density, u + 1)) {
      connections.push_back({static_cast<uint32_t>(u), v, static_cast<float>(random.uniform(-bound, bound))});
      bias[v] = drawn;
    }
  }
  if (connections.empty())
    throw BadInput("random_dag: density", fmt::format("{} leaves no connection of {} neurons", density, neurons),
                   "give a larger density or another seed");
  return Network(neurons, std::move(connections), std::move(bias), Activation::relu, "random_dag");
}

const Register<NetworkKind> registered{
    {"a random DAG without layers, each forward pair connected with probability density",
     {{"neurons", Type::integer, "2000", "neurons; those without a connection do not count", between(2, 1U << 26)},
      {"density", Type::real, "0.01", "probability of each pair u < v", between(0, 1)},
      {"seed", Type::integer, "1", "fixes connections, weights and biases"}},
     make}};

}  // namespace
}  // namespace sparsio
