// compact_growth: networks that reach the lower bound at a chosen fast memory M_g (after Gleinig et al. 2023; the exact
// process there is not known to us, this one is ours).
// A pool of M_g - 2 live neurons, at first inputs. Each step a new neuron draws `in_degree` distinct sources from the
// pool, one pool neuron that has been read retires, the new one takes its place. Ids are in order of emission, so
// neuron-by-neuron order keeps M_g - 1 neurons live: reads and writes are W + N + S at M = M_g under every policy.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.hpp"
#include "gen/generator.hpp"

namespace sparsio {
namespace {

NetworkSource make(const Params& params) {
  const uint64_t memory = params.count("memory");
  const uint64_t in_degree = params.count("in_degree");
  const uint64_t new_neurons = params.count("steps");
  const auto pool_size = static_cast<uint32_t>(memory - 2);
  if (in_degree > pool_size)
    throw BadInput("compact_growth: in_degree",
                   std::to_string(in_degree) + " sources cannot be drawn from a pool of " + std::to_string(pool_size),
                   "give at most memory - 2");
  if ((new_neurons * in_degree) >> 32 != 0 || (new_neurons + pool_size) >> 32 != 0)
    throw Unsupported("compact_growth with 2^32 connections or more does not fit a network held whole");
  RandomStream random(params.count("seed"), 0);
  const double bound = std::sqrt(6.0 / static_cast<double>(in_degree));

  const auto neurons = static_cast<uint32_t>(pool_size + new_neurons);
  std::vector<float> bias(neurons, 0.0F);
  std::vector<Connection> connections;
  connections.reserve(new_neurons * in_degree);
  std::vector<uint32_t> pool(pool_size);  // the first `in_degree` places are those just drawn
  std::iota(pool.begin(), pool.end(), 0U);
  std::vector<bool> read(neurons, false);
  for (uint32_t v = pool_size; v < neurons; ++v) {
    bias[v] = static_cast<float>(random.uniform(-0.1, 0.1));
    for (uint32_t d = 0; d < in_degree; ++d) {
      std::swap(pool[d], pool[d + random.below(pool_size - d)]);
      connections.push_back({pool[d], v, static_cast<float>(random.uniform(-bound, bound))});
    }
    for (uint32_t d = 0; d < in_degree; ++d) read[pool[d]] = true;
    uint64_t retired = random.below(pool_size);
    while (!read[pool[retired]]) retired = random.below(pool_size);
    pool[retired] = v;
  }
  return Network(neurons, std::move(connections), std::move(bias), Activation::relu, "compact_growth");
}

const Register<NetworkKind> registered{
    {"a random DAG that needs exactly `memory` words of fast memory to reach the lower bound",
     {{"memory", Type::integer, "100", "M_g, the fast memory at which neuron-by-neuron order meets the lower bound",
       between(3, 1U << 24)},
      {"in_degree", Type::integer, "20", "sources of each new neuron, at most memory - 2", between(1, 1U << 16)},
      {"steps", Type::integer, "2000", "new neurons", between(1, 1U << 28)},
      {"seed", Type::integer, "1", "fixes connections, weights and biases"}},
     make}};

}  // namespace
}  // namespace sparsio
