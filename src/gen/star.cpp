// star: one neuron in the middle, all others connected to it and to nothing else.
// Nothing is shared, so nothing can be saved: three words of fast memory already reach the lower bound. The other end
// of the scale from `dense`, and the network in which one neuron cannot be split among threads.
#include "gen/generator.hpp"
#include "gen/shared/gaps.hpp"

namespace sparsio {
namespace {

NetworkSource make(const Params& params) {
  const auto leaves = static_cast<uint32_t>(params.count("leaves"));
  const bool inwards = params.text("direction") == "in";
  const double bound = weight_bound(inwards ? leaves : 1);
  std::vector<Connection> connections;
  connections.reserve(leaves);
  std::vector<float> bias(leaves + size_t{1}, 0.0F);
  for (uint32_t k = 0; k < leaves; ++k) {
    RandomStream random(params.count("seed"), k);
    const auto weight = static_cast<float>(random.uniform(-bound, bound));
    connections.push_back(inwards ? Connection{k, leaves, weight} : Connection{0, k + 1, weight});
    if (!inwards) bias[k + 1] = static_cast<float>(random.uniform(-0.1, 0.1));
  }
  if (inwards) bias[leaves] = static_cast<float>(RandomStream(params.count("seed"), leaves).uniform(-0.1, 0.1));
  return Network(leaves + 1, std::move(connections), std::move(bias), Activation::relu, "star");
}

const Register<NetworkKind> registered{
    {"one neuron that reads all others, or feeds them: three words of fast memory are enough",
     {{"leaves", Type::integer, "1000", "neurons around the middle", between(1, 1U << 28)},
      {"direction", Type::text, "in", "in: the middle reads the leaves; out: it feeds them", one_of("in out")},
      {"seed", Type::integer, "1", "fixes weights and biases"}},
     make}};

}  // namespace
}  // namespace sparsio
