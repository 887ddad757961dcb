#include "exec/fit.hpp"

#include <fmt/format.h>

#include "plugin/error.hpp"

namespace sparsio {

LayerSource& layers_of(const Plan& plan, std::string_view engine) {
  if (plan.layers == nullptr)
    throw Unsupported(fmt::format(
        "{} works layer by layer; a network without layers (skip connections) has connection_list", engine));
  return *plan.layers;
}

void check_width(const Inputs& inputs, uint64_t neurons) {
  if (inputs.width != neurons)
    throw Unsupported(fmt::format("inputs of width {} for {} input neurons", inputs.width, neurons));
}

}  // namespace sparsio
