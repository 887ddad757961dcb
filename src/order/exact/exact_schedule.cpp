#include "order/exact/exact_schedule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "base/error.hpp"
#include "order/exact/exact_state.hpp"

namespace sparsio {
namespace {

constexpr uint32_t no_node = UINT32_MAX;

/// A state met, with the cheapest way to it so far: the state before and one load or two.
struct Node {
  ExactState state;
  uint32_t before;
  uint16_t words;
  bool expanded;
  ExactLoad first;
  ExactLoad second;
};

class Search {
 public:
  Search(const ExactModel& model, uint64_t most_states) : model_(model), most_states_(most_states) {
    table_.assign(1 << 12, no_node);
  }

  ExactSchedule run() {
    meet({}, 0, no_node, {}, {});
    for (now_ = 0; now_ < queue_.size(); ++now_)
      while (!queue_[now_].empty()) {
        const uint32_t at = queue_[now_].back();
        queue_[now_].pop_back();
        if (nodes_[at].expanded) continue;
        if (nodes_[at].state.done == model_.all_done()) return schedule(at);
        nodes_[at].expanded = true;
        expand(at);
      }
    throw std::logic_error("exact: no schedule found");
  }

 private:
  /// Calls visit(load) for every neuron that may be loaded with every eviction that makes room.
  template <class Visit>
  void each_eviction(const ExactState& state, uint8_t x, uint32_t spared, const Visit& visit) const {
    if (static_cast<uint32_t>(std::popcount(state.held)) < model_.slots()) {
      visit(ExactLoad{x, no_neuron});
      return;
    }
    for (uint32_t left = state.held & ~spared; left != 0; left &= left - 1) {
      const auto v = static_cast<uint8_t>(std::countr_zero(left));
      if (model_.evictable(state, v)) visit(ExactLoad{x, v});
    }
  }

  bool may_load(const ExactState& state, uint32_t x) const {
    return (state.held >> x & 1) == 0 && model_.needed(state, x);
  }

  void expand(uint32_t at) {
    const ExactState from = nodes_[at].state;
    const uint32_t words = nodes_[at].words;
    for (uint8_t x = 0; x < model_.neurons(); ++x) {
      if (!may_load(from, x)) continue;
      each_eviction(from, x, 0, [&](ExactLoad first) {
        ExactState after = from;
        const uint32_t more = model_.take(after, first);
        if (after.done != from.done)
          meet(after, words + more, at, first, {});
        else
          expand_pair(at, after, words + more, first);
      });
    }
  }

  /// The first load did nothing by itself: a second, which would do nothing by itself either, must meet it.
  void expand_pair(uint32_t at, const ExactState& half, uint32_t words, ExactLoad first) {
    const uint32_t x = 1U << first.neuron;
    ExactState without = half;
    without.held &= ~x;
    for (uint8_t y = static_cast<uint8_t>(first.neuron + 1); y < model_.neurons(); ++y) {
      if (y == first.evicted || !may_load(half, y)) continue;
      ExactState alone = without;
      model_.take(alone, {y, no_neuron});
      if (alone.done != without.done) continue;
      each_eviction(half, y, x, [&](ExactLoad second) {
        if (first.evicted != no_neuron && second.evicted < first.evicted) return;
        ExactState after = half;
        const uint32_t more = model_.take(after, second);
        if (after.done != half.done) meet(after, words + more, at, first, second);
      });
    }
  }

  void meet(ExactState state, uint32_t words, uint32_t before, ExactLoad first, ExactLoad second) {
    model_.canonical(state);
    uint64_t at = hash(state) & (table_.size() - 1);
    while (table_[at] != no_node && nodes_[table_[at]].state != state) at = (at + 1) & (table_.size() - 1);
    uint32_t found = table_[at];
    if (found == no_node) {
      if (nodes_.size() >= most_states_)
        throw Unsupported(
            fmt::format("exact met more than {} states; give it more (states=), or a smaller network", most_states_));
      found = static_cast<uint32_t>(nodes_.size());
      table_[at] = found;
      nodes_.push_back({state, before, static_cast<uint16_t>(words), false, first, second});
      if (nodes_.size() * 2 > table_.size()) grow();
    } else {
      if (nodes_[found].words <= words) return;
      nodes_[found] = {state, before, static_cast<uint16_t>(words), false, first, second};
    }
    // What was least on the way here is least from here too: the estimate may be lower than the one before.
    const size_t least = std::max<size_t>(now_, words + model_.at_least(state));
    if (queue_.size() <= least) queue_.resize(least + 1);
    queue_[least].push_back(found);
  }

  static uint64_t hash(const ExactState& state) {
    uint64_t x = state.done * 0x9e3779b97f4a7c15U ^ (uint64_t{state.held} << 32 | state.dirty) * 0xd1342543de82ef95U;
    x = (x ^ (x >> 32)) * 0xbf58476d1ce4e5b9U;
    return x ^ (x >> 29);
  }

  void grow() {
    table_.assign(table_.size() * 2, no_node);
    for (uint32_t i = 0; i < nodes_.size(); ++i) {
      uint64_t at = hash(nodes_[i].state) & (table_.size() - 1);
      while (table_[at] != no_node) at = (at + 1) & (table_.size() - 1);
      table_[at] = i;
    }
  }

  /// Walks from the beginning to `last` again, undoing the renaming of twins.
  ExactSchedule schedule(uint32_t last) const {
    std::vector<uint32_t> path;
    for (uint32_t at = last; at != no_node; at = nodes_[at].before) path.push_back(at);
    ExactSchedule result;
    result.states = nodes_.size();
    std::vector<uint32_t> order;
    ExactModel::Renaming real;  // the neuron that a name in the search stands for
    for (uint32_t v = 0; v < real.size(); ++v) real[v] = static_cast<uint8_t>(v);
    for (size_t i = path.size() - 1; i-- > 0;) {
      const Node& node = nodes_[path[i]];
      ExactState state = nodes_[path[i + 1]].state;
      for (const ExactLoad load : {node.first, node.second}) {
        if (load.neuron == no_neuron) continue;
        const uint32_t evicted = load.evicted == no_neuron ? ScheduledLoad::no_eviction : model_.id(real[load.evicted]);
        result.loads.push_back({order.size(), model_.id(real[load.neuron]), evicted});
        std::vector<uint32_t> processed;
        model_.take(state, load, &processed);
        for (const uint32_t k : processed) {
          const auto [u, v] = model_.ends(k);
          order.push_back(model_.connection(real[u], real[v]));
        }
      }
      const ExactModel::Renaming names = model_.canonical(state);
      ExactModel::Renaming renamed = real;
      for (uint32_t v = 0; v < real.size(); ++v) renamed[names[v]] = real[v];
      real = renamed;
    }
    result.value_reads = result.loads.size();
    result.value_writes = nodes_[last].words - result.value_reads;
    if (!order.empty()) result.order = Order(std::move(order));
    return result;
  }

  const ExactModel& model_;
  uint64_t most_states_;
  std::vector<Node> nodes_;
  std::vector<uint32_t> table_;               // open addressing, at most half full
  std::vector<std::vector<uint32_t>> queue_;  // nodes by words so far + words at least to come
  size_t now_ = 0;                            // the list of queue_ that is being emptied
};

}  // namespace

ExactSchedule exact_schedule(const Network& network, uint64_t memory, uint64_t most_states) {
  const ExactModel model(network, memory);
  return Search(model, std::min<uint64_t>(most_states, no_node)).run();
}

}  // namespace sparsio
