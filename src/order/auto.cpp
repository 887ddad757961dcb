// auto: tries the orders there are and refines the best, the model being the judge.
// Every order that takes no search of its own is made and simulated under `policy`, and so is `stays`. Where orders
// neuron by neuron come near, the target sequence of the best one is improved by local search (target_search) and put
// through a rolling window; what the model likes best is returned. `iterations` bounds each search in proposals;
// whatever the network, at most `work` connections are simulated for the last one, so that the time is bounded too.
// Same seed, same order.
#include <algorithm>

#include "order/order_kind.hpp"
#include "order/shared/rolling_window.hpp"
#include "order/shared/stream.hpp"
#include "order/shared/target_search.hpp"

namespace sparsio {
namespace {

constexpr uint64_t work = 4'000'000'000;         // proposals x connections at most
constexpr uint64_t default_proposals = 400'000;  // of the search among neuron-by-neuron orders

class Choice {
 public:
  Choice(const Network& network, uint64_t memory, const std::string& policy)
      : network_(network), memory_(memory), policy_(policy) {}

  uint64_t offer(Order order) {
    const uint64_t words = total_words(network_, order, policy_, memory_);
    if (words < fewest_) {
      fewest_ = words;
      best_ = std::move(order);
    }
    return words;
  }

  uint64_t fewest() const { return fewest_; }
  Order take() { return std::move(best_); }

 private:
  const Network& network_;
  uint64_t memory_;
  std::string policy_;
  uint64_t fewest_ = UINT64_MAX;
  Order best_;
};

/// Targets in the order in which they are completed.
std::vector<uint32_t> completion_sequence(const Network& network, const Order& order) {
  std::vector<uint64_t> missing = network.in_degrees();
  std::vector<uint32_t> targets;
  for (const Step& step : steps(network, order))
    if (--missing[step.target] == 0) targets.push_back(step.target);
  return targets;
}

Order make(const Network& network, uint64_t memory, const Params& params) {
  const std::string& policy = params.text("policy");
  const Adjacency adjacency(network);
  Choice choice(network, memory, policy);
  std::vector<uint32_t> start;
  uint64_t start_words = UINT64_MAX;
  for (const char* name : {"by_target", "by_source", "blocks", "window", "twins", "depth_first", "rcm", "cluster",
                           "greedy", "multi_layer_blocks"}) {
    const auto& kind = Registry<OrderKind>::instance().find(name, "auto").kind;
    Order order = kind.make(network, memory, Params(kind.options, {}, name));
    std::vector<uint32_t> sequence = completion_sequence(network, order);
    choice.offer(std::move(order));
    const uint64_t words = choice.offer(neuron_by_neuron(network, sequence));
    if (words >= start_words) continue;
    start_words = words;
    start = std::move(sequence);
  }
  const uint64_t room = resident_targets(memory);
  if (network.connections() * network.neurons() <= 1'000'000'000)
    for (const uint64_t size : {room, room - room / 10, room / 2})
      choice.offer(stream(network, adjacency, std::max<uint64_t>(1, size)));
  const auto& stays = Registry<OrderKind>::instance().find("stays", "auto").kind;
  choice.offer(stays.make(
      network, memory,
      Params(stays.options, {{"iterations", params.text("iterations")}, {"seed", params.text("seed")}}, "auto")));
  // Where neuron by neuron is far behind, as in all but trees and chains, no search among such orders makes up for it.
  if (start_words - choice.fewest() > choice.fewest() / 30) return choice.take();
  SearchBudget budget{params.count("iterations"), 0.5, 0.1, 300, params.count("seed")};
  if (budget.proposals == 0) budget.proposals = default_proposals;
  budget.proposals =
      std::min({budget.proposals, work / std::max<uint64_t>(1, network.connections()), uint64_t{150} * start.size()});
  start = search_targets(network, adjacency, std::move(start), memory, budget);
  choice.offer(neuron_by_neuron(network, start));
  for (const uint64_t size : {room, room / 2, room / 4, room / 16})
    if (size > 1) choice.offer(rolling_window(network, adjacency, start, size));
  return choice.take();
}

const Register<OrderKind> registered{
    {"tries the other orders, picks and refines by the model",
     {{"policy", Type::text, "min", "eviction policy that is judged by", checked_by(check_policy)},
      {"iterations", Type::integer, "0", "most proposals of each search; 0: by the network"},
      {"seed", Type::integer, "1", "fixes the searches"}},
     make}};

}  // namespace
}  // namespace sparsio
