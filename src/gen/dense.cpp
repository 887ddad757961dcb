// dense: fully connected layers, nothing pruned. What a sparse engine is measured against, and the network with the
// most reuse there is: every value is read by every neuron of the next layer.
#include "gen/shared/pruned_layers.hpp"

namespace sparsio {
namespace {

NetworkSource make(const Params& params) {
  return pruned_layers(params, 1, "dense");
}

const Register<NetworkKind> registered{{"fully connected layers, nothing pruned",
                                        {widths_option,
                                         {"seed", Type::integer, "1", "fixes weights and biases"},
                                         activation_option,
                                         last_activation_option},
                                        make}};

}  // namespace
}  // namespace sparsio
