// mlp: fully connected layers of which a random part is kept, the random networks of Gleinig et al. 2023.
#include "gen/shared/pruned_layers.hpp"

namespace sparsio {
namespace {

NetworkSource make(const Params& params) {
  return pruned_layers(params, params.real("density"), "mlp");
}

const Register<NetworkKind> registered{
    {"a multilayer perceptron pruned at random, each possible connection kept with probability density",
     {widths_option,
      {"density", Type::real, "0.1", "probability of each possible connection", between(0, 1)},
      {"seed", Type::integer, "1", "fixes connections, weights and biases"},
      activation_option,
      last_activation_option},
     make}};

}  // namespace
}  // namespace sparsio
