#include "exec/shared/requirements.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "exec/engine.hpp"
#include "exec/machine/memory.hpp"

namespace sparsio {

LayerSource& layers_of(const Plan& plan, std::string_view engine) {
  if (plan.layers == nullptr)
    throw Unsupported(fmt::format(
        "{} works layer by layer; a network without layers (skip connections) has connection_list", engine));
  return *plan.layers;
}

void check_activation(const Layer& layer, const std::vector<ActivationKind>& has, Track track,
                      std::string_view engine) {
  check_activation(layer.activation, has, engine);
  if (track != Track::value && track != Track::structure_value) return;
  const std::string follows = fmt::format("track {}: an input of zeros does not stay zero", track_name(track));
  if (layer.activation.kind == ActivationKind::softmax) throw Unsupported(follows + " after softmax");
  for (const float bias : layer.bias)
    if (!zeros_stay(layer.activation, bias))
      throw Unsupported(fmt::format("{}, for f(0, {}) = {} with {}", follows, bias,
                                    static_cast<float>(activate(layer.activation, 0, double{bias})),
                                    activation_name(layer.activation)));
}

void check_activation(const Activation& wanted, std::string_view engine) {
  check_activation(wanted, Registry<EngineKind>::instance().find(std::string(engine), "engine").kind.activations,
                   engine);
}

void check_activation(const Activation& wanted, const std::vector<ActivationKind>& has, std::string_view engine) {
  if (std::find(has.begin(), has.end(), wanted.kind) != has.end()) return;
  std::string names;
  for (const ActivationKind one : has) names += fmt::format(" {}", rule_of(one).name);
  throw Unsupported(fmt::format("{} has no activation {}; it has:{}", engine, activation_name(wanted), names));
}

uint64_t connections_of(const Plan& plan) {
  if (plan.network != nullptr) return plan.network->connections();
  uint64_t connections = 0;
  plan.layers->restart();
  for (Layer layer; plan.layers->next(layer);) connections += layer.connections();
  return connections;
}

void check_memory(std::string_view engine, uint64_t bytes) {
  const uint64_t most = machine_memory();
  if (bytes <= most) return;
  const auto gib = [](uint64_t b) { return static_cast<double>(b) / 0x1p30; };
  throw Unsupported(
      fmt::format("{} would store {} bytes ({:.3g} GiB) and there are {} ({:.3g} GiB) of memory here; twin_tiles "
                  "stores little more than 4 bytes a connection where targets share their sources, and reference walks "
                  "the layers without storing them",
                  engine, bytes, gib(bytes), most, gib(most)));
}

void check_width(const Inputs& inputs, uint64_t neurons) {
  if (inputs.width != neurons)
    throw Unsupported(fmt::format("inputs of width {} for {} input neurons", inputs.width, neurons));
}

}  // namespace sparsio
