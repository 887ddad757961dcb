#include "order/shared/target_search.hpp"

#include <algorithm>

#include "base/annealer.hpp"
#include "io/shared/time_set.hpp"

namespace sparsio {
namespace {

constexpr uint32_t never = UINT32_MAX;
constexpr uint64_t checkpoint_every = 16;
constexpr uint64_t horizon = 200;  // targets simulated beyond a change before it is judged

/// Fast memory between two targets, neuron by neuron: finished values, each with the place of its next use.
class Memory {
 public:
  Memory(const Network& network, const Adjacency& adjacency, uint64_t memory)
      : network_(network),
        adjacency_(adjacency),
        capacity_(std::max<uint64_t>(memory, 4) - 2),  // one word for the weight, one for the accumulator
        state_(network.neurons(), absent),
        next_(network.neurons(), never),
        index_(network.neurons(), 0),
        waiting_(network.neurons() + size_t{1}, 0),
        times_(network.neurons() + size_t{1}),
        marked_at_(network.neurons(), 0) {}

  struct Value {
    uint32_t neuron;
    uint32_t dirty;
  };

  void clear() {
    while (!held_.empty()) forget(held_.back());
  }

  void restore(std::span<const Value> values, std::span<const uint32_t> place, uint32_t now) {
    clear();
    for (const Value& value : values)
      hold(value.neuron, value.dirty ? dirty : clean, next_use(value.neuron, place, now));
  }

  void save(std::vector<Value>& values) const {
    values.clear();
    for (const uint32_t u : held_) values.push_back({u, state_[u] == dirty});
  }

  bool equals(std::span<const Value> values) const {
    if (values.size() != held_.size()) return false;
    return std::all_of(values.begin(), values.end(),
                       [&](const Value& v) { return state_[v.neuron] == (v.dirty ? dirty : clean); });
  }

  /// Processes target v at place `now`; the words moved, without what every order moves.
  uint64_t process(uint32_t v, std::span<const uint32_t> place, std::span<const uint32_t> sequence, uint32_t now) {
    uint64_t words = 0;
    const auto sources = network_.sources_of(v);
    // The resident sources first: they make room if they die.
    for (const uint32_t u : sources)
      if (state_[u] != absent) {
        const uint32_t next = next_use(u, place, now + 1);
        const auto was = state_[u];
        forget(u);
        if (next != never) hold(u, was, next);
        marked_at_[u] = stamp_;
      }
    for (const uint32_t u : sources) {
      if (marked_at_[u] == stamp_) continue;
      ++words;
      const uint32_t next = next_use(u, place, now + 1);
      words += make_room(sequence);
      if (next != never) hold(u, clean, next);
    }
    ++stamp_;
    if (const uint32_t next = next_use(v, place, now + 1); next != never) {
      words += make_room(sequence);
      hold(v, dirty, next);
    }
    return words;
  }

 private:
  enum State : uint8_t { absent, clean, dirty };

  uint32_t next_use(uint32_t u, std::span<const uint32_t> place, uint32_t from) const {
    uint32_t next = never;
    for (const uint32_t k : adjacency_.out(u)) {
      const uint32_t at = place[adjacency_.target[k]];
      if (at >= from) next = std::min(next, at);
    }
    return next;
  }

  void hold(uint32_t u, State state, uint32_t next) {
    state_[u] = state;
    next_[u] = next;
    index_[u] = static_cast<uint32_t>(held_.size());
    held_.push_back(u);
    if (waiting_[next]++ == 0) times_.insert(next);
  }

  void forget(uint32_t u) {
    state_[u] = absent;
    index_[held_.back()] = index_[u];
    held_[index_[u]] = held_.back();
    held_.pop_back();
    if (--waiting_[next_[u]] == 0) times_.erase(next_[u]);
  }

  uint64_t make_room(std::span<const uint32_t> sequence) {
    if (held_.size() < capacity_) return 0;
    const auto latest = static_cast<uint32_t>(times_.latest());
    const uint32_t v = sequence[latest];
    for (const uint32_t u : network_.sources_of(v)) {
      if (state_[u] == absent || next_[u] != latest) continue;
      const bool written = state_[u] == dirty;
      forget(u);
      return written ? 1 : 0;
    }
    return 0;
  }

  const Network& network_;
  const Adjacency& adjacency_;
  uint64_t capacity_;
  std::vector<State> state_;
  std::vector<uint32_t> next_;
  std::vector<uint32_t> index_;  // of each resident neuron in held_
  std::vector<uint32_t> held_;
  std::vector<uint32_t> waiting_;  // values next used at each place
  TimeSet times_;                  // places with a waiting value
  std::vector<uint64_t> marked_at_;
  uint64_t stamp_ = 1;
};

class Search {
 public:
  Search(const Network& network, const Adjacency& adjacency, std::vector<uint32_t> targets, uint64_t memory,
         const SearchBudget& budget)
      : network_(network),
        adjacency_(adjacency),
        reach_(budget.reach),
        memory_(network, adjacency, memory),
        sequence_(std::move(targets)),
        place_(network.neurons(), 0),
        before_(sequence_.size() + 1, 0),
        checkpoints_(sequence_.size() / checkpoint_every + 1),
        random_(budget.seed, 0),
        annealer_({budget.proposals}, {budget.hot, budget.cold}, 1) {
    number(0, sequence_.size());
  }

  std::vector<uint32_t> run() {
    if (sequence_.size() < 3) return sequence_;
    uint64_t now = refresh(0, sequence_.size());
    uint64_t least = now;
    std::vector<uint32_t> best = sequence_;
    while (least > 0 && annealer_.next()) {
      const auto [from, to] = propose();
      if (from == to) continue;
      const double allowed = annealer_.allowed(random_);
      move(from, to);
      const size_t low = std::min(from, to);
      const size_t high = std::max(from, to);
      if (judge(low, high) <= allowed) {
        const uint64_t exact = refresh(low, high);
        if (static_cast<double>(exact) - static_cast<double>(now) <= allowed) {
          now = exact;
          if (now < least) {
            least = now;
            best = sequence_;
          }
          continue;
        }
        move(to, from);
        refresh(low, high);
        continue;
      }
      move(to, from);
    }
    return best;
  }

 private:
  void number(size_t from, size_t to) {
    for (size_t i = from; i < to; ++i) place_[sequence_[i]] = static_cast<uint32_t>(i);
  }

  void move(size_t from, size_t to) {
    const auto begin = sequence_.begin();
    const auto a = static_cast<int64_t>(from);
    const auto b = static_cast<int64_t>(to);
    if (a < b)
      std::rotate(begin + a, begin + a + 1, begin + b + 1);
    else
      std::rotate(begin + b, begin + a, begin + a + 1);
    number(std::min(from, to), std::max(from, to) + 1);
  }

  /// A place and where its target may go: beside a target that shares a source, or anywhere near.
  std::pair<size_t, size_t> propose() {
    const size_t from = random_.below(sequence_.size());
    const uint32_t v = sequence_[from];
    uint64_t low = 0;
    uint64_t high = sequence_.size() - 1;
    for (const uint32_t u : network_.sources_of(v))
      if (network_.in_degree(u) > 0) low = std::max<uint64_t>(low, place_[u] + uint64_t{1});
    for (const uint32_t k : adjacency_.out(v)) high = std::min<uint64_t>(high, place_[adjacency_.target[k]] - 1);
    low = std::max<uint64_t>(low, from > reach_ ? from - reach_ : 0);
    high = std::min<uint64_t>(high, from + reach_);
    uint64_t to;
    if (random_.below(2) == 0) {
      const uint32_t u = network_.sources_of(v)[random_.below(network_.in_degree(v))];
      const auto out = adjacency_.out(u);
      to = place_[adjacency_.target[out[random_.below(out.size())]]] + random_.below(2);
    } else {
      to = low + random_.below(high - low + 1);
    }
    return {from, std::clamp<uint64_t>(to, low, high)};
  }

  /// The exact cost after a change between places `low` and `high`. Simulates from the last checkpoint before the
  /// change until fast memory holds what it held before, and brings checkpoints and sums up to date.
  uint64_t refresh(size_t low, size_t high) {
    size_t i = low / checkpoint_every * checkpoint_every;
    memory_.restore(checkpoints_[i / checkpoint_every], place_, static_cast<uint32_t>(i));
    uint64_t words = before_[i];
    for (; i < sequence_.size(); ++i) {
      if (i % checkpoint_every == 0) {
        if (i > high && memory_.equals(checkpoints_[i / checkpoint_every])) break;
        memory_.save(checkpoints_[i / checkpoint_every]);
      }
      before_[i] = words;
      words += memory_.process(sequence_[i], place_, sequence_, static_cast<uint32_t>(i));
    }
    const uint64_t change = words - before_[i];  // modulo 2^64, as the sums are
    if (change != 0)
      for (; i < before_.size(); ++i) before_[i] += change;
    return before_.back();
  }

  /// The change of cost after a change between places `low` and `high`.
  double judge(size_t low, size_t high) {
    const size_t start = low / checkpoint_every;
    const size_t stop = std::min(sequence_.size(), high + horizon);
    memory_.restore(checkpoints_[start], place_, static_cast<uint32_t>(start * checkpoint_every));
    uint64_t words = before_[start * checkpoint_every];
    size_t i = start * checkpoint_every;
    for (; i < stop; ++i) {
      if (i > high && i % checkpoint_every == 0 && memory_.equals(checkpoints_[i / checkpoint_every])) break;
      words += memory_.process(sequence_[i], place_, sequence_, static_cast<uint32_t>(i));
    }
    return static_cast<double>(words) - static_cast<double>(before_[i]);
  }

  const Network& network_;
  const Adjacency& adjacency_;
  uint64_t reach_;
  Memory memory_;
  std::vector<uint32_t> sequence_;
  std::vector<uint32_t> place_;
  std::vector<uint64_t> before_;  // words moved before each place
  std::vector<std::vector<Memory::Value>> checkpoints_;
  RandomStream random_;
  Annealer annealer_;
};

}  // namespace

std::vector<uint32_t> search_targets(const Network& network, const Adjacency& adjacency, std::vector<uint32_t> targets,
                                     uint64_t memory, const SearchBudget& budget) {
  return Search(network, adjacency, std::move(targets), memory, budget).run();
}

}  // namespace sparsio
