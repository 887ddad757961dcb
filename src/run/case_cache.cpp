#include "run/case_cache.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/spec.hpp"
#include "run/labels.hpp"
#include "run/open.hpp"

namespace sparsio {
NetworkAtHand::NetworkAtHand(NetworkSource source) : source_(std::move(source)) {}

LayerSource* NetworkAtHand::layers() {
  if (auto* stream = std::get_if<std::unique_ptr<LayerSource>>(&source_)) return stream->get();
  const Network& network = std::get<Network>(source_);
  if (network.layer_begin().empty()) return nullptr;
  if (!of_network_) of_network_ = layered(network);
  return of_network_.get();
}

const Network& NetworkAtHand::whole() {
  if (const Network* network = std::get_if<Network>(&source_)) return *network;
  if (!whole_) whole_.emplace(*std::get<std::unique_ptr<LayerSource>>(source_), most_connections_held);
  return *whole_;
}

const Network* NetworkAtHand::whole_if_small() {
  if (too_large_) return nullptr;
  try {
    return &whole();
  } catch (const Unsupported&) {
    too_large_ = true;
    return nullptr;
  }
}

uint32_t NetworkAtHand::input_width() {
  if (LayerSource* stream = layers()) return stream->widths().front();
  return static_cast<uint32_t>(whole().input_ids().size());
}

uint32_t NetworkAtHand::output_width() {
  if (LayerSource* stream = layers()) return stream->widths().back();
  return static_cast<uint32_t>(whole().output_ids().size());
}

uint64_t NetworkAtHand::depth() {
  return layers() == nullptr ? 0 : layers()->layers();
}

std::shared_ptr<NetworkAtHand> CaseCache::network(const std::string& spec, const std::string& place) {
  return networks_.get(spec, [&] { return std::make_shared<NetworkAtHand>(open_network(spec, place)); });
}

std::shared_ptr<const Inputs> CaseCache::inputs(const std::string& spec, uint32_t width, const std::string& place) {
  return inputs_.get(fmt::format("{} {}", spec, width),
                     [&] { return std::make_shared<const Inputs>(open_inputs(spec, width, place)); });
}

std::shared_ptr<const std::vector<uint32_t>> CaseCache::labels(const std::string& spec, const std::string& place) {
  return labels_.get(spec, [&] { return std::make_shared<const std::vector<uint32_t>>(open_labels(spec, place)); });
}

std::shared_ptr<const Schedule> CaseCache::schedule(const std::string& network, const Network& whole,
                                                    const std::string& order, uint64_t memory,
                                                    const std::string& place) {
  return schedules_.get(fmt::format("{} {} {}", network, order, memory), [&] {
    const auto bound = bounds_.get(fmt::format("{} {}", network, memory), [&] {
      const auto& kept = chains_.get(network, [] { return std::make_shared<std::optional<PairChains>>(); });
      return std::make_shared<const InstanceBound>(lower_instance(whole, memory, *kept));
    });
    return std::make_shared<const Schedule>(make_schedule(whole, order, memory, place, *bound));
  });
}

std::shared_ptr<const Order> CaseCache::order(const std::string& network, const Network& whole,
                                              const std::string& order, uint64_t memory, const std::string& place) {
  return orders_.get(fmt::format("{} {} {}", network, order, memory), [&] {
    const auto kind = resolve<OrderKind>(order, place);
    return std::make_shared<const Order>(kind.kind().make(whole, memory, kind.params));
  });
}

const Machine& CaseCache::machine(uint32_t threads) {
  const auto found = machines_.find(threads);
  if (found != machines_.end()) return found->second;
  return machines_.emplace(threads, detect_machine(threads)).first->second;
}

LinePrediction CaseCache::prediction(const std::string& key, const std::function<LinePrediction()>& predict) {
  const auto found = predictions_.find(key);
  if (found != predictions_.end()) return found->second;
  return predictions_.emplace(key, predict()).first->second;
}

Counts CaseCache::counts(const std::string& key, const std::function<Counts()>& count) {
  const auto found = counts_.find(key);
  if (found != counts_.end()) return found->second;
  return counts_.emplace(key, count()).first->second;
}

}  // namespace sparsio
