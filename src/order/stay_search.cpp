#include "order/stay_search.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "net/random.hpp"

namespace sparsio {
namespace {

using Stage = StayPlan::Stage;
using Stay = StayPlan::Stay;

constexpr int64_t word = 6;  // the unit of costs, so that parts of a word are whole numbers
constexpr uint64_t cool_every = 256;

class Search {
 public:
  Search(const Network& network, StayPlan& plan, const StaySearch& search)
      : network_(network),
        plan_(plan),
        search_(search),
        read_(network.neurons()),
        seen_(network.neurons(), 0),
        depth_(network.depth()),
        random_(search.seed, 0) {
    for (const uint32_t v : plan.targets()) {
      if (depth_[v] >= level_.size()) level_.resize(depth_[v] + 1);
      level_[depth_[v]].push_back(v);
    }
  }

  void run() {
    if (plan_.targets().size() < 2) return;
    const auto eased = static_cast<uint64_t>(search_.eased * static_cast<double>(search_.proposals));
    eased_ = eased > 0;
    count_all();
    for (uint64_t i = 0; i < search_.proposals; ++i) {
      if (eased_ && i == eased) {
        eased_ = false;
        count_all();
      }
      if (i % cool_every == 0) {
        const double part = static_cast<double>(i) / static_cast<double>(search_.proposals);
        temperature_ = word * search_.hot * std::pow(search_.cold / search_.hot, part);
      }
      propose();
    }
  }

 private:
  struct Source {
    StayPlan::Reads reads;
    int64_t cost = 0;
  };
  struct Recount {
    uint32_t neuron;
    Source source;
  };
  struct Change {
    uint32_t target;
    Stay before;
    Stay after;
  };

  void count_all() {
    for (uint32_t u = 0; u < network_.neurons(); ++u)
      if (network_.out_degree()[u] > 0) read_[u] = count(u);
  }

  Source count(uint32_t u) const {
    Source source{plan_.reads(u), 0};
    const uint32_t reads = source.reads.count;
    if (reads == 0) return source;
    source.cost = word * (reads + (plan_.is_target(u) ? 1 : 0));
    if (eased_)
      source.cost -= std::max<int64_t>(0, 4 - static_cast<int64_t>(plan_.beginning_after(u, source.reads.before_last)));
    return source;
  }

  /// 60 of 100 moves swap one end of two stays, 40 swap whole stays, of targets of one depth or of near departures.
  void propose() {
    const auto& targets = plan_.targets();
    const uint32_t a = targets[random_.below(targets.size())];
    const Stay stay = plan_.stay(a);
    const bool swaps_ends = random_.below(100) < 60;
    uint32_t b;
    if (!swaps_ends && random_.below(100) < 30) {
      const auto& level = level_[depth_[a]];
      b = level[random_.below(level.size())];
      if (b == a) return;
    } else {
      const uint64_t last = static_cast<uint64_t>(stay.last) + 1 + random_.below(search_.reach * (swaps_ends ? 1 : 4));
      if (last >= targets.size()) return;
      b = plan_.leaving_at(static_cast<Stage>(last));
    }
    const Stay other = plan_.stay(b);
    if (!swaps_ends) {
      judge({a, stay, other}, {b, other, stay});
    } else if (random_.below(2) == 0) {
      judge({a, stay, {stay.first, other.last}}, {b, other, {other.first, stay.last}});
    } else if (stay.first != other.first) {
      judge({a, stay, {other.first, stay.last}}, {b, other, {stay.first, other.last}});
    }
  }

  void judge(const Change& a, const Change& b) {
    if (a.after.first > a.after.last || b.after.first > b.after.last) return;
    const bool leaves = a.before.last != a.after.last;
    if (leaves && !allowed(a, b)) return;
    // What is affected is found with the old reads, then counted with the new stays.
    recounts_.clear();
    stamp_ += 2;
    for_sources(b.target, [&](uint32_t u) { seen_[u] = stamp_; });
    for_sources(a.target, [&](uint32_t u) {
      const bool of_both = seen_[u] == stamp_;
      if (of_both) seen_[u] = stamp_ + 1;
      if (affects(u, a) || (of_both && affects(u, b))) recounts_.push_back({u, {}});
    });
    for_sources(b.target, [&](uint32_t u) {
      if (seen_[u] == stamp_ && affects(u, b)) recounts_.push_back({u, {}});
    });
    if (leaves)
      for (const uint32_t u : {a.target, b.target})
        if (network_.out_degree()[u] > 0) recounts_.push_back({u, {}});
    if (recounts_.empty()) {
      set(a, b);
      return;
    }
    set(a, b);
    int64_t change = 0;
    for (Recount& recount : recounts_) {
      recount.source = count(recount.neuron);
      change += recount.source.cost - read_[recount.neuron].cost;
    }
    if (change <= 0 || random_.uniform() < std::exp(-static_cast<double>(change) / temperature_)) {
      for (const Recount& recount : recounts_) read_[recount.neuron] = recount.source;
    } else {
      set({a.target, a.after, a.before}, {b.target, b.after, b.before});
    }
  }

  void set(const Change& a, const Change& b) {
    plan_.set(a.target, a.after);
    plan_.set(b.target, b.after);
  }

  /// Neither is the other's source when their departures change places: each is asked with the other where it is, and
  /// strictly between them nothing that binds them may leave.
  bool allowed(const Change& a, const Change& b) const {
    return plan_.allows(a.target, a.after) && plan_.allows(b.target, b.after);
  }

  template <class Visit>
  void for_sources(uint32_t v, const Visit& visit) const {
    for (uint64_t k = network_.in_begin()[v]; k < network_.in_begin()[v + 1]; ++k) visit(network_.source()[k]);
  }

  /// May the cost of source u change when this stay of one of its targets does?
  bool affects(uint32_t u, const Change& change) const {
    const StayPlan::Reads& reads = read_[u].reads;
    if (reads.count > StayPlan::lanes) return true;
    if (eased_ && std::max(change.before.first, change.after.first) > reads.before_last) return true;
    Stage due = 0;
    Stage hits = 0;
    for (const Stage stage : reads.stages) {
      due |= static_cast<Stage>(stage == change.before.last);
      hits |= static_cast<Stage>((stage >= change.after.first) & (stage <= change.after.last));
    }
    if (due != 0) return true;
    return hits == 0 && !(plan_.is_target(u) && change.after.first <= plan_.stay(u).last + 1);
  }

  const Network& network_;
  StayPlan& plan_;
  StaySearch search_;
  std::vector<Source> read_;
  std::vector<uint64_t> seen_;
  uint64_t stamp_ = 0;
  std::vector<uint32_t> depth_;
  std::vector<std::vector<uint32_t>> level_;  // targets of each depth
  std::vector<Recount> recounts_;
  RandomStream random_;
  double temperature_ = 1;
  bool eased_ = false;
};

}  // namespace

void search_stays(const Network& network, StayPlan& plan, const StaySearch& search) {
  Search(network, plan, search).run();
}

}  // namespace sparsio
