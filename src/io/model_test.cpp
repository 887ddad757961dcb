// The I/O model against its oracles (io/MODEL.md, 7), over every registered order and policy.
// The dumb simulator below keeps a plain list of neurons and looks everything up by walking it. It asserts:
//   - it and every policy agree on reads and writes for thousands of random networks, random orders and memories.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "base/spec.hpp"
#include "bound/shared/bounds.hpp"
#include "gen/generator.hpp"
#include "io/policy.hpp"
#include "io/shared/tiny_networks_fixture.hpp"
#include "net/valid_order_fixture.hpp"
#include "order/order_kind.hpp"

namespace sparsio {
namespace {

struct Held {
  uint32_t neuron;
  bool dirty;
  uint64_t used;  // time of the last touch
  int place;      // slot
};

/// The model, written as the text reads.
class DumbSimulator {
 public:
  DumbSimulator(const Network& network, std::vector<Step> steps, uint64_t memory, std::string policy)
      : network_(network), steps_(std::move(steps)), slots_(memory - 1), policy_(std::move(policy)) {}

  IoCount run() {
    for (now_ = 0; now_ < steps_.size(); ++now_) {
      const auto [u, v] = steps_[now_];
      load(u, v);
      load(v, u);
      find(u)->used = 2 * now_;
      find(v)->used = 2 * now_ + 1;
      find(v)->dirty = true;
      for (const uint32_t x : {u, v}) {
        if (next_use(x, now_ + 1) != UINT64_MAX) continue;
        if (find(x)->dirty && network_.is_output(x)) ++count_.value_writes;
        held_.erase(find(x));
      }
    }
    return count_;
  }

 private:
  std::vector<Held>::iterator find(uint32_t v) {
    return std::find_if(held_.begin(), held_.end(), [v](const Held& h) { return h.neuron == v; });
  }
  /// In half steps: target before source, so that the source is the farther of the two.
  uint64_t next_use(uint32_t v, uint64_t from) const {
    for (uint64_t k = from; k < steps_.size(); ++k) {
      if (steps_[k].target == v) return 2 * k;
      if (steps_[k].source == v) return 2 * k + 1;
    }
    return UINT64_MAX;
  }
  void load(uint32_t v, uint32_t pinned) {
    if (find(v) != held_.end()) return;
    ++count_.value_reads;
    int place = -1;
    if (held_.size() == slots_) {
      const auto gone = victim(pinned);
      if (gone->dirty) ++count_.value_writes;
      place = gone->place;
      held_.erase(gone);
    } else {
      place = free_place();
    }
    held_.push_back({v, false, UINT64_MAX, place});
  }
  /// The place a dying neuron left last, else the first never used: kept by the order of deaths.
  int free_place() {
    for (int p = 0; p < static_cast<int>(slots_); ++p)
      if (std::none_of(held_.begin(), held_.end(), [p](const Held& h) { return h.place == p; })) return p;
    return -1;
  }
  std::vector<Held>::iterator victim(uint32_t pinned) {
    auto best = held_.end();
    for (auto h = held_.begin(); h != held_.end(); ++h) {
      if (h->neuron == pinned) continue;
      if (best == held_.end() || (policy_ == "lru" && h->used < best->used) ||
          (policy_ == "min" && next_use(h->neuron, now_) > next_use(best->neuron, now_)))
        best = h;
    }
    return best;
  }

  const Network& network_;
  std::vector<Step> steps_;
  uint64_t slots_;
  std::string policy_;
  std::vector<Held> held_;
  uint64_t now_ = 0;
  IoCount count_;
};

/// Round robin, dumb: an array of places, a hand, a stack of freed places.
IoCount dumb_round_robin(const Network& network, const std::vector<Step>& steps, uint64_t memory) {
  constexpr uint32_t nobody = UINT32_MAX;
  std::vector<uint32_t> place;
  std::vector<size_t> freed;
  std::map<uint32_t, bool> dirty;
  std::map<uint32_t, uint64_t> uses;
  for (const Step& s : steps) ++uses[s.source], ++uses[s.target];
  size_t hand = 0;
  IoCount count;
  const auto load = [&](uint32_t v, uint32_t pinned) {
    if (std::count(place.begin(), place.end(), v) > 0) return;
    ++count.value_reads;
    dirty[v] = false;
    if (!freed.empty()) {
      place[freed.back()] = v;
      freed.pop_back();
    } else if (place.size() < memory - 1) {
      place.push_back(v);
    } else {
      if (place[hand] == pinned) hand = (hand + 1) % place.size();
      if (dirty[place[hand]]) ++count.value_writes;
      place[hand] = v;
      hand = (hand + 1) % place.size();
    }
  };
  for (const Step& s : steps) {
    load(s.source, s.target);
    load(s.target, s.source);
    dirty[s.target] = true;
    for (const uint32_t x : {s.source, s.target}) {
      if (--uses[x] > 0) continue;
      if (dirty[x] && network.is_output(x)) ++count.value_writes;
      const auto at = std::find(place.begin(), place.end(), x);
      *at = nobody;
      freed.push_back(static_cast<size_t>(at - place.begin()));
    }
  }
  return count;
}

IoCount dumb(const Network& network, const std::vector<Step>& steps, uint64_t memory, const std::string& policy) {
  if (policy == "rr") return dumb_round_robin(network, steps, memory);
  return DumbSimulator(network, steps, memory, policy).run();
}

TEST(Model, EveryPolicyAgreesWithTheDumbSimulator) {
  for (uint64_t seed = 0; seed < 1500; ++seed) {
    const Network network = random_dag(seed, 14);
    const std::vector<Step> sequence = steps(network, random_order(network, seed));
    const uint64_t memory = 3 + RandomStream(seed, 3).below(8);
    for (const auto& policy : Registry<PolicyKind>::instance().entries())
      ASSERT_EQ(policy.kind.simulate(network, sequence, memory), dumb(network, sequence, memory, policy.name))
          << policy.name << " seed " << seed << " memory " << memory;
  }
}

TEST(Model, EveryOrderIsValidAndWithinWhatTheBoundsSay) {
  std::map<std::string, int> made;
  std::map<std::string, int> unsupported;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    const Network network = random_dag(seed, 20);
    const Bounds bound = bounds(network.facts());
    const uint64_t memory = 3 + seed % 9;
    for (const auto& entry : Registry<OrderKind>::instance().entries()) {
      ++made[entry.name];
      Order order;
      try {
        order = entry.kind.make(network, memory, quick_params(entry.kind.options, entry.name));
      } catch (const Unsupported&) {
        ++unsupported[entry.name];
        continue;
      }
      ASSERT_TRUE(is_valid(network, order)) << entry.name << " seed " << seed;
      const std::vector<Step> sequence = steps(network, order);
      const uint64_t perfect = max_live(network.neurons(), sequence) + 1;
      for (const auto& policy : Registry<PolicyKind>::instance().entries()) {
        const IoCount count = policy.kind.simulate(network, sequence, memory);
        ASSERT_GE(count.value_reads + network.connections(), bound.lower_reads) << entry.name << ' ' << policy.name;
        ASSERT_GE(count.value_writes, bound.lower_writes);
        // Oracle 2: with max_live + 1 words nothing moves twice; with one less something does.
        const IoCount whole = policy.kind.simulate(network, sequence, std::max<uint64_t>(3, perfect));
        ASSERT_EQ(whole.value_reads + network.connections() + whole.value_writes, bound.lower());
        if (perfect > 3) {
          const IoCount less = policy.kind.simulate(network, sequence, perfect - 1);
          ASSERT_GT(less.value_reads + network.connections() + less.value_writes, bound.lower());
        }
      }
    }
  }
  // Only an order that searches states may refuse a network, and not most of the small ones.
  for (const auto& entry : Registry<OrderKind>::instance().entries()) {
    const bool may_refuse = searches_states(entry.kind.options);
    EXPECT_LE(unsupported[entry.name], may_refuse ? made[entry.name] * 3 / 4 : 0) << entry.name;
  }
}

TEST(Model, MinReadsLeast) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    const Network network = random_dag(seed, 30);
    const std::vector<Step> sequence = steps(network, random_order(network, seed));
    const auto& policies = Registry<PolicyKind>::instance();
    const uint64_t memory = 3 + seed % 12;
    const uint64_t least = policies.find("min", "").kind.simulate(network, sequence, memory).value_reads;
    for (const auto& policy : policies.entries())
      ASSERT_LE(least, policy.kind.simulate(network, sequence, memory).value_reads) << policy.name << " seed " << seed;
  }
}

/// Oracle 1 wants networks in which no source is shared between neighbours: stars whose leaves are all different.
TEST(Model, ThreeWordsNeuronByNeuronMeetTheUpperBoundExactly) {
  for (uint32_t fan_in = 2; fan_in < 6; ++fan_in) {
    // Two layers of targets over disjoint leaves, then one root that reads every target, last made first.
    std::vector<Connection> connections;
    const uint32_t targets = 4;
    const uint32_t first = fan_in * targets;
    for (uint32_t t = 0; t < targets; ++t)
      for (uint32_t i = 0; i < fan_in; ++i) connections.push_back({t * fan_in + i, first + t, 1.0F});
    for (uint32_t t = 0; t < targets; ++t) connections.push_back({first + t, first + targets, 1.0F});
    const Network network(first + targets + 1, connections, std::vector<float>(first + targets + 1, 0.0F),
                          Activation::relu, "stars");
    const Bounds bound = bounds(network.facts());
    for (const auto& policy : Registry<PolicyKind>::instance().entries()) {
      const IoCount count = policy.kind.simulate(network, steps(network, Order()), 3);
      EXPECT_EQ(count.value_reads + network.connections(), bound.upper_reads) << policy.name;
      EXPECT_EQ(count.value_writes, bound.upper_writes) << policy.name;
    }
  }
}

TEST(Model, CompactGrowthIsPerfectAtItsMemoryAndNotBelow) {
  for (const uint64_t memory : {8, 20, 100}) {
    const uint64_t in_degree = std::min<uint64_t>(20, memory / 2);
    const auto network =
        resolve<NetworkKind>(fmt::format("compact_growth:in_degree={},steps=2000,memory={}", in_degree, memory), "");
    NetworkSource source = network.kind().make(network.params);
    const Network grown = flatten(source);
    const std::vector<Step> sequence = steps(grown, Order());
    for (const auto& policy : Registry<PolicyKind>::instance().entries()) {
      const auto total = [&](uint64_t m) {
        const IoCount count = policy.kind.simulate(grown, sequence, m);
        return count.value_reads + grown.connections() + count.value_writes;
      };
      EXPECT_EQ(total(memory), bounds(grown.facts()).lower()) << policy.name;
      EXPECT_GT(total(memory - 1), bounds(grown.facts()).lower()) << policy.name;
    }
  }
}

TEST(Model, FullBandIsPerfectFromBandwidthPlusTwo) {
  for (uint32_t bandwidth = 1; bandwidth < 8; ++bandwidth) {
    std::vector<Connection> connections;
    constexpr uint32_t neurons = 60;
    for (uint32_t v = 1; v < neurons; ++v)
      for (uint32_t u = v > bandwidth ? v - bandwidth : 0; u < v; ++u) connections.push_back({u, v, 1.0F});
    const Network band(neurons, connections, std::vector<float>(neurons, 0.0F), Activation::relu, "band");
    EXPECT_EQ(max_live(neurons, steps(band, Order())) + 1, bandwidth + 2);
  }
}

}  // namespace
}  // namespace sparsio
