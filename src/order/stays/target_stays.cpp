#include "order/stays/target_stays.hpp"

namespace sparsio {

TargetStays::TargetStays(const Network& network, const Adjacency& adjacency, const Order& start, uint64_t size)
    : network_(network), adjacency_(adjacency), stay_(network.neurons(), {-1, -1}), depth_(network.depth()) {
  std::vector<uint64_t> missing = network.in_degrees();
  const auto entry = [size](uint64_t rank) { return static_cast<Stage>(rank < size ? 0 : rank - size + 1); };
  uint64_t entered = 0;
  for (const Step& step : steps(network, start)) {
    const uint32_t v = step.target;
    if (missing[v] == network.in_degree(v)) stay_[v].first = entry(entered++);
    if (--missing[v] > 0) continue;
    stay_[v].last = static_cast<Stage>(leaving_.size());
    leaving_.push_back(v);
  }
  targets_ = leaving_;
  std::sort(targets_.begin(), targets_.end());
  if (std::any_of(targets_.begin(), targets_.end(), [&](uint32_t v) { return stay_[v].first > stay_[v].last; }))
    for (size_t rank = 0; rank < leaving_.size(); ++rank) stay_[leaving_[rank]].first = entry(rank);
  for (const uint32_t v : targets_) {
    if (depth_[v] >= level_.size()) level_.resize(depth_[v] + 1);
    level_[depth_[v]].push_back(v);
  }
}

}  // namespace sparsio
