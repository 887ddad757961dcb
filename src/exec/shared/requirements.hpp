// requirements: whether an engine can take a network and inputs; what cannot be is refused in the same words by all of
// them.
#pragma once

#include <string_view>
#include <vector>

#include "net/inputs.hpp"
#include "net/plan.hpp"

namespace sparsio {

/// The layers of the plan's network; Unsupported if it has none.
LayerSource& layers_of(const Plan& plan, std::string_view engine);

/// Unsupported unless an engine of that name `has` the activation of `layer`; with a track that skips what is zero,
/// also if an input of zeros does not stay zero.
void check_activation(const Layer& layer, const std::vector<ActivationKind>& has, Track track, std::string_view engine);
/// Unsupported unless the engine of that name has the activation, or it is among those that it `has`.
void check_activation(const Activation& wanted, std::string_view engine);
void check_activation(const Activation& wanted, const std::vector<ActivationKind>& has, std::string_view engine);

/// Connections of the plan's layers; those of a network that is not held whole are counted, which is a walk.
uint64_t connections_of(const Plan& plan);

/// Unsupported if what the engine would store is more than the machine's memory.
void check_memory(std::string_view engine, uint64_t bytes);

/// Unsupported unless `inputs` have a value for each of so many input neurons.
void check_width(const Inputs& inputs, uint64_t neurons);

}  // namespace sparsio
