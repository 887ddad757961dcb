#include "run/takers.hpp"

#include <algorithm>
#include <optional>

#include "net/given_layers.hpp"
#include "run/case_cache.hpp"

namespace sparsio {
namespace {

/// The first bias of each kind: what zeros do not stay zero with, what is positive, and any.
std::vector<float> kinds_of(std::span<const float> biases, Activation activation) {
  std::vector<float> kinds;
  const auto take_first = [&](const auto& is_of_kind) {
    const auto found = std::find_if(biases.begin(), biases.end(), is_of_kind);
    if (found != biases.end()) kinds.push_back(*found);
  };
  take_first([&](float bias) { return !zeros_stay(activation, bias); });
  take_first([](float bias) { return bias > 0; });
  take_first([](float) { return true; });
  return kinds;
}

/// As a run would be given it (run_case): who goes layer by layer gets no network held whole.
Plan plan_for(const EngineKind& kind, Track track, LayerSource* layers, const Network* whole) {
  Plan plan;
  plan.layers = layers;
  plan.network = kind.orders.empty() || layers == nullptr ? whole : nullptr;
  plan.track = track;
  return plan;
}

std::optional<std::string> refusal_of(const EngineKind& kind, const Params& params, const Plan& plan) {
  try {
    kind.make(params)->prepare(plan);
  } catch (const Unsupported& refused) {
    return refused.what();
  }
  return std::nullopt;
}

}  // namespace

void StandIn::add(const Layer& layer) {
  Layer small;
  small.sources = layers_.empty() ? 1 : layers_.back().targets;
  small.activation = layer.activation;
  small.bias = kinds_of(layer.bias, layer.activation);
  small.targets = static_cast<uint32_t>(small.bias.size());
  small.begin = {0};
  for (uint32_t t = 0; t < small.targets; ++t) {
    if (layer.connections() > 0) {
      small.source.push_back(0);
      small.weight.push_back(1);
    }
    small.begin.push_back(small.source.size());
  }
  connections_ += layer.connections();
  layers_.push_back(std::move(small));
}

void StandIn::add(const Network& network) {
  const Activation activation = network.activations().front();
  std::vector<float> bias = kinds_of(network.bias(), activation);
  std::vector<Connection> connections;
  bias.insert(bias.begin(), 0.0F);  // of an input, which has no sum
  for (uint32_t v = 1; v < bias.size() && network.connections() > 0; ++v) connections.push_back({0, v, 1});
  const auto neurons = static_cast<uint32_t>(bias.size());
  general_ = Network(neurons, std::move(connections), std::move(bias), activation, "stand-in");
  connections_ = network.connections();
}

std::vector<Taker> StandIn::takers() const {
  GivenLayers given(layers_.empty() ? std::vector<Layer>{Layer()} : layers_);
  LayerSource* const layers = layers_.empty() ? nullptr : &given;
  Network whole;
  if (layers != nullptr && connections_ <= most_connections_held) whole = Network(given, most_connections_held);
  const Network* const network = layers == nullptr                       ? &general_
                                 : connections_ <= most_connections_held ? &whole
                                                                         : nullptr;
  std::vector<Taker> takers;
  for (const auto& entry : Registry<EngineKind>::instance().entries()) {
    const auto engine = resolve<EngineKind>(entry.name, "engine");
    const EngineKind kind = kind_of(engine);
    Taker taker{entry.name, {}, {}};
    for (const Track track : kind.tracks) {
      const auto reason = refusal_of(entry.kind, engine.params, plan_for(entry.kind, track, layers, network));
      if (reason)
        taker.refusals.push_back({track, *reason});
      else
        taker.tracks.push_back(track);
    }
    takers.push_back(std::move(taker));
  }
  return takers;
}

}  // namespace sparsio
