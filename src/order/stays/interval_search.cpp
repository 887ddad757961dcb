#include "order/stays/interval_search.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <span>

#include "base/annealer.hpp"

namespace sparsio {
namespace {

using Stage = IntervalPlan::Stage;
using Stay = IntervalPlan::Stay;
using Change = IntervalPlan::Change;

constexpr int64_t word = 20;  // the unit of costs, so that parts of a word are whole numbers
constexpr int64_t ease = 3;   // a read costs so much less for each stay fewer than `few` for which it is there
constexpr Stage few = 3;
constexpr int64_t surely_a_word = word - few * ease;  // what one read more costs at least
constexpr double farthest = 20;  // stages that a stay is stretched beyond the read that is to hit it

bool has(Lanes lanes) {
  std::array<uint64_t, 2> bits;
  static_assert(sizeof bits == sizeof lanes);
  std::memcpy(bits.data(), &lanes, sizeof bits);
  return (bits[0] | bits[1]) != 0;
}

class Search {
 public:
  Search(const Network& network, IntervalPlan& plan, const IntervalSearch& search)
      : network_(network),
        adjacency_(plan.adjacency()),
        plan_(plan),
        reach_(search.reach),
        read_(network.neurons()),
        at_(network.neurons(), UINT64_MAX),
        random_(search.seed, 0),
        annealer_({search.proposals}, {search.hot, search.cold, word}) {}

  uint64_t run() {
    for (uint32_t u = 0; u < network_.neurons(); ++u) {
      if (network_.out_degree()[u] == 0) continue;
      read_[u].reads = plan_.reads(u);
      read_[u].cost = cost(u, read_[u].reads);
    }
    while (plan_.targets().size() > 1 && annealer_.next()) {
      if (random_.below(2) == 0)
        relieve();
      else
        exchange();
    }
    uint64_t words = 0;
    for (uint32_t u = 0; u < network_.neurons(); ++u) words += words_for(u, read_[u].reads);
    return words;
  }

 private:
  struct Source {
    IntervalPlan::Reads reads;
    int64_t cost = 0;
  };
  struct Recount {
    uint32_t neuron;
    Source source;
  };

  /// A value that is read again was written once.
  uint64_t words_for(uint32_t u, const IntervalPlan::Reads& reads) const {
    return reads.count == 0 ? 0 : reads.count + (plan_.is_target(u) ? 1 : 0);
  }

  int64_t cost(uint32_t u, const IntervalPlan::Reads& reads) const {
    const auto words = static_cast<int64_t>(words_for(u, reads));
    if (words == 0) return 0;
    const int64_t fewest = *std::min_element(reads.only.begin(), reads.only.end());
    return word * words - ease * std::max<int64_t>(0, few - fewest);
  }

  /// Half of these moves swap one end of two stays, half whole stays, of targets of one depth or of near departures.
  void exchange() {
    const auto& targets = plan_.targets();
    const uint32_t a = targets[random_.below(targets.size())];
    const bool swaps_ends = random_.below(2) == 0;
    uint32_t b;
    if (!swaps_ends && random_.below(100) < 30) {
      const auto& level = plan_.level(a);
      b = level[random_.below(level.size())];
      if (b == a) return;
    } else {
      const uint64_t last =
          static_cast<uint64_t>(plan_.stay(a).last) + 1 + random_.below(reach_ * (swaps_ends ? 1 : 4));
      if (last >= targets.size()) return;
      b = plan_.leaving_at(static_cast<Stage>(last));
    }
    if (!swaps_ends)
      judge({a, plan_.stay(a), plan_.stay(b)}, {b, plan_.stay(b), plan_.stay(a)});
    else if (random_.below(2) == 0)
      swap_departures(a, b);
    else
      swap_entries(a, b);
  }

  /// Stretches one of the few stays for the sake of which a source is read once more, to where another read hits it.
  void relieve() {
    const auto u = static_cast<uint32_t>(random_.below(network_.neurons()));
    const IntervalPlan::Reads& reads = read_[u].reads;
    if (network_.out_degree()[u] == 0 || reads.count < 2 || reads.count > IntervalPlan::lanes) return;
    const auto fewest = std::min_element(reads.only.begin(), reads.only.end());
    if (*fewest > few) return;
    const auto i = static_cast<size_t>(fewest - reads.only.begin());
    uint64_t left = random_.below(static_cast<uint64_t>(*fewest));
    const auto out = adjacency_.out(u);
    const auto k = std::find_if(out.begin(), out.end(), [&](uint32_t connection) {
      const Stay stay = plan_.stay(adjacency_.target[connection]);
      return stay.first > reads.after[i] && stay.last < reads.before[i] && left-- == 0;
    });
    const uint32_t v = adjacency_.target[*k];
    const Stay stay = plan_.stay(v);
    const int earlier = i > 0 || plan_.is_target(u) ? stay.first - reads.after[i] : 0;  // 0 where there is no read
    const int later = i + 1 < reads.count ? reads.before[i] - stay.last : 0;
    const auto more = static_cast<int>(std::exp(random_.uniform() * std::log(farthest))) - 1;
    const bool enters = later == 0 || (earlier > 0 && random_.below(static_cast<uint64_t>(earlier + later)) >=
                                                          static_cast<uint64_t>(earlier));
    const int stage = enters ? reads.after[i] - more : reads.before[i] + more;
    if (stage < 0 || stage >= static_cast<int>(plan_.targets().size())) return;
    if (!enters) return swap_departures(v, plan_.leaving_at(static_cast<Stage>(stage)));
    const uint32_t other = plan_.entering_at(static_cast<Stage>(stage));
    if (plan_.stay(other).first == stage) swap_entries(other, v);
  }

  /// Of a, which leaves first, and b.
  void swap_departures(uint32_t a, uint32_t b) {
    const Stay early = plan_.stay(a);
    const Stay late = plan_.stay(b);
    judge({a, early, {early.first, late.last}}, {b, late, {late.first, early.last}});
  }

  void swap_entries(uint32_t a, uint32_t b) {
    const Stay of_a = plan_.stay(a);
    const Stay of_b = plan_.stay(b);
    if (of_a.first < of_b.first)
      judge({b, of_b, {of_a.first, of_b.last}}, {a, of_a, {of_b.first, of_a.last}});
    else if (of_b.first < of_a.first)
      judge({a, of_a, {of_b.first, of_a.last}}, {b, of_b, {of_a.first, of_b.last}});
  }

  /// Two stays exchanged, or a's stretched and b's shortened: then the sources of b can but lose, and are looked at
  /// until the change is lost. Most changes are lost at the first look, before any source is counted again.
  void judge(const Change& a, const Change& b) {
    if (a.after.first > a.after.last || b.after.first > b.after.last) return;
    const bool leaves = a.before.last != a.after.last;
    const bool exchange = a.after.first == b.before.first && a.after.last == b.before.last;
    const double allowed = annealer_.allowed(random_);
    split_sources(a.target, b.target);
    int64_t surely = 0;
    for (const uint64_t k : of_a_) surely += least_words(network_.source()[k], a);
    for (const uint64_t k : of_b_) {
      surely += least_words(network_.source()[k], b);
      if (!exchange && static_cast<double>(surely * surely_a_word) > allowed) return;
    }
    if (static_cast<double>(surely * surely_a_word) > allowed) return;
    recounts_.clear();
    change_ = 0;
    if (leaves) {
      for (const Change* moved : {&a, &b})
        if (network_.out_degree()[moved->target] > 0) recount(moved->target, moved->after.last, {});
    }
    for (const uint64_t k : of_a_)
      examine(network_.source()[k], std::array{a}, std::array{IntervalPlan::Trial{k, a.after}});
    if (!exchange)
      for (const auto& [of_a, of_b] : of_both_)
        examine(network_.source()[of_a], std::array{a, b},
                std::array{IntervalPlan::Trial{of_a, a.after}, IntervalPlan::Trial{of_b, b.after}});
    for (const uint64_t k : of_b_) {
      if (!exchange && static_cast<double>(change_) > allowed) return;
      examine(network_.source()[k], std::array{b}, std::array{IntervalPlan::Trial{k, b.after}});
    }
    if (static_cast<double>(change_) > allowed) return;
    if (leaves && !(plan_.may_leave(a.target, a.after.last) && plan_.may_leave(b.target, b.after.last))) return;
    plan_.set(a.target, a.after);
    plan_.set(b.target, b.after);
    for (const Recount& recount : recounts_) read_[recount.neuron] = recount.source;
  }

  /// The connections into a and b, by whether their sources are those of one or of both.
  void split_sources(uint32_t a, uint32_t b) {
    of_a_.clear();
    of_b_.clear();
    of_both_.clear();
    const auto source = network_.source();
    const uint64_t a_begin = network_.in_begin()[a];
    const uint64_t a_end = network_.in_begin()[a + 1];
    const uint64_t b_begin = network_.in_begin()[b];
    const uint64_t b_end = network_.in_begin()[b + 1];
    for (uint64_t k = b_begin; k < b_end; ++k) at_[source[k]] = k;
    for (uint64_t k = a_begin; k < a_end; ++k) {
      uint64_t& at = at_[source[k]];
      if (at >= b_begin && at < b_end)
        of_both_.emplace_back(k, at);
      else
        of_a_.push_back(k);
      at = k;
    }
    for (uint64_t k = b_begin; k < b_end; ++k)
      if (at_[source[k]] == k) of_b_.push_back(k);
  }

  /// How many reads more, at least, source u needs after the change: none of them need hit the new stay, or the old one
  /// was the only one for which there was a read. A look at the reads, no count.
  int64_t least_words(uint32_t u, const Change& change) const {
    const IntervalPlan::Reads& reads = read_[u].reads;
    if (reads.count == 0 || reads.count > IntervalPlan::lanes) return 0;
    const Lanes begin = load(reads.begin);
    const Lanes end = load(reads.end);
    const Lanes was = (all(change.before.first) > load(reads.after)) & (all(change.before.last) < load(reads.before));
    if (has(was & (load(reads.only) == all(1)))) return -1;
    if (has((all(change.after.first) <= end) & (all(change.after.last) >= begin))) return 0;
    if (plan_.is_target(u) && change.after.first <= plan_.stay(u).last + 1) return 0;
    return has(was & ((all(change.before.last) == end) | (all(change.before.first) == begin))) ? 0 : 1;
  }

  /// Adds what source u costs more after the changes of stays of its targets.
  template <size_t count>
  void examine(uint32_t u, const std::array<Change, count>& changes,
               const std::array<IntervalPlan::Trial, count>& trials) {
    const IntervalPlan::Reads& reads = read_[u].reads;
    if (reads.count == 0 || reads.count > IntervalPlan::lanes) return recount(u, plan_.stay(u).last, trials);
    const Lanes after = load(reads.after);
    const Lanes before = load(reads.before);
    const Lanes end = load(reads.end);
    const Lanes begin = load(reads.begin);
    Lanes gained{};
    Lanes any{};
    Lanes moves{};
    for (const Change& change : changes) {
      const Lanes was = (all(change.before.first) > after) & (all(change.before.last) < before);
      const Lanes is = (all(change.after.first) > after) & (all(change.after.last) < before);
      gained += was - is;
      any |= was | is;
      // It was, or is, what a read waits for.
      moves |= was & ((all(change.before.last) == end) | (all(change.before.first) == begin));
      moves |= is & ((all(change.after.last) < end) | (all(change.after.first) > begin));
    }
    if (!has(any)) return;
    if (has(moves)) return recount(u, plan_.stay(u).last, trials);
    recounts_.push_back({u, read_[u]});
    Recount& known = recounts_.back();
    gained += load(known.source.reads.only);
    std::memcpy(known.source.reads.only.data(), &gained, sizeof gained);
    known.source.cost = cost(u, known.source.reads);
    change_ += known.source.cost - read_[u].cost;
  }

  void recount(uint32_t u, Stage left, std::span<const IntervalPlan::Trial> trials) {
    Recount& counted = recounts_.emplace_back();
    counted.neuron = u;
    counted.source.reads = plan_.reads(u, left, trials);
    counted.source.cost = cost(u, counted.source.reads);
    change_ += counted.source.cost - read_[u].cost;
  }

  const Network& network_;
  const Adjacency& adjacency_;
  IntervalPlan& plan_;
  uint64_t reach_;
  std::vector<Source> read_;
  std::vector<Recount> recounts_;
  std::vector<uint64_t> at_;    // of each source, the connection seen last
  std::vector<uint64_t> of_a_;  // connections, see split_sources
  std::vector<uint64_t> of_b_;
  std::vector<std::pair<uint64_t, uint64_t>> of_both_;
  int64_t change_ = 0;
  RandomStream random_;
  Annealer annealer_;
};

}  // namespace

uint64_t search_intervals(const Network& network, IntervalPlan& plan, const IntervalSearch& search) {
  return Search(network, plan, search).run();
}

}  // namespace sparsio
