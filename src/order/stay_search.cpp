#include "order/stay_search.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <span>

#include "net/random.hpp"

namespace sparsio {
namespace {

using Stage = StayPlan::Stage;
using Stay = StayPlan::Stay;

constexpr int64_t word = 20;  // the unit of costs, so that parts of a word are whole numbers
constexpr int64_t ease = 3;   // what a read costs less for each stay fewer than `few` for the sake of which it is there
constexpr Stage few = 3;
constexpr double farthest = 20;  // stages that a stay is stretched beyond the read that is to hit it
constexpr uint64_t cool_every = 256;

using Lanes [[gnu::vector_size(sizeof(StayPlan::Stages))]] = Stage;

Lanes load(const StayPlan::Stages& stages) {
  Lanes lanes;
  std::memcpy(&lanes, stages.data(), sizeof lanes);
  return lanes;
}

Lanes all(Stage stage) {
  return Lanes{} + stage;
}

bool has(Lanes lanes) {
  std::array<uint64_t, 2> bits;
  static_assert(sizeof bits == sizeof lanes);
  std::memcpy(bits.data(), &lanes, sizeof bits);
  return (bits[0] | bits[1]) != 0;
}

class Search {
 public:
  Search(const Network& network, StayPlan& plan, const StaySearch& search)
      : network_(network),
        adjacency_(plan.adjacency()),
        plan_(plan),
        search_(search),
        read_(network.neurons()),
        depth_(network.depth()),
        random_(search.seed, 0) {
    for (const uint32_t v : plan.targets()) {
      if (depth_[v] >= level_.size()) level_.resize(depth_[v] + 1);
      level_[depth_[v]].push_back(v);
    }
  }

  uint64_t run() {
    const auto eased = static_cast<uint64_t>(search_.eased * static_cast<double>(search_.proposals));
    eased_ = eased > 0;
    count_all();
    for (uint64_t i = 0; i < search_.proposals && plan_.targets().size() > 1; ++i) {
      if (eased_ && i == eased) {
        eased_ = false;
        count_all();
      }
      if (i % cool_every == 0) {
        const double part = static_cast<double>(i) / static_cast<double>(search_.proposals);
        temperature_ = word * search_.hot * std::pow(search_.cold / search_.hot, part);
      }
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
    StayPlan::Reads reads;
    int64_t cost = 0;
  };
  struct Change {
    uint32_t target;
    Stay before;
    Stay after;
  };
  enum class Effect : uint8_t { none, on_only, on_all };
  struct Recount {
    uint32_t neuron;
    Source source;
  };

  void count_all() {
    for (uint32_t u = 0; u < network_.neurons(); ++u) {
      if (network_.out_degree()[u] == 0) continue;
      read_[u].reads = plan_.reads(u);
      read_[u].cost = cost(u, read_[u].reads);
    }
  }

  /// A value that is read again was written once.
  uint64_t words_for(uint32_t u, const StayPlan::Reads& reads) const {
    return reads.count == 0 ? 0 : reads.count + (plan_.is_target(u) ? 1 : 0);
  }

  int64_t cost(uint32_t u, const StayPlan::Reads& reads) const {
    const auto words = static_cast<int64_t>(words_for(u, reads));
    if (!eased_ || words == 0) return word * words;
    const int64_t fewest = *std::min_element(reads.only.begin(), reads.only.end());
    return word * words - ease * std::max<int64_t>(0, few - fewest);
  }

  /// 60 of 100 moves swap one end of two stays, 40 swap whole stays, of targets of one depth or of near departures.
  void exchange() {
    const auto& targets = plan_.targets();
    const uint32_t a = targets[random_.below(targets.size())];
    const bool swaps_ends = random_.below(100) < 60;
    uint32_t b;
    if (!swaps_ends && random_.below(100) < 30) {
      const auto& level = level_[depth_[a]];
      b = level[random_.below(level.size())];
      if (b == a) return;
    } else {
      const uint64_t last =
          static_cast<uint64_t>(plan_.stay(a).last) + 1 + random_.below(search_.reach * (swaps_ends ? 1 : 4));
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
    const StayPlan::Reads& reads = read_[u].reads;
    if (network_.out_degree()[u] == 0 || reads.count < 2 || reads.count > StayPlan::lanes) return;
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

  /// Two stays exchanged, or a's stretched and b's shortened. Then sources are counted first that can but gain, and
  /// those that can but lose until the change is lost.
  void judge(const Change& a, const Change& b) {
    if (a.after.first > a.after.last || b.after.first > b.after.last) return;
    const bool leaves = a.before.last != a.after.last;
    const bool exchange = a.after.first == b.before.first && a.after.last == b.before.last;
    const double allowed = -temperature_ * std::log(1 - random_.uniform());
    recounts_.clear();
    change_ = 0;
    if (leaves) {
      for (const Change* moved : {&a, &b})
        if (network_.out_degree()[moved->target] > 0) recount(moved->target, moved->after.last, {});
    }
    of_b_.clear();
    const auto source = network_.source();
    uint64_t j = network_.in_begin()[b.target];
    const uint64_t end = network_.in_begin()[b.target + 1];
    for (uint64_t i = network_.in_begin()[a.target]; i < network_.in_begin()[a.target + 1]; ++i) {
      while (j < end && source[j] < source[i]) of_b_.push_back(j++);
      if (j == end || source[j] != source[i])
        examine(source[i], std::array{a}, std::array{StayPlan::Trial{i, a.after}});
      else if (const uint64_t k = j++; !exchange)
        examine(source[i], std::array{a, b}, std::array{StayPlan::Trial{i, a.after}, StayPlan::Trial{k, b.after}});
    }
    for (; j < end; ++j) of_b_.push_back(j);
    for (const uint64_t k : of_b_) {
      if (!exchange && static_cast<double>(change_) > allowed) return;
      examine(source[k], std::array{b}, std::array{StayPlan::Trial{k, b.after}});
    }
    if (static_cast<double>(change_) > allowed) return;
    if (leaves && !(plan_.allows(a.target, a.after) && plan_.allows(b.target, b.after))) return;
    plan_.set(a.target, a.after);
    plan_.set(b.target, b.after);
    for (const Recount& recount : recounts_) read_[recount.neuron] = recount.source;
  }

  /// Adds what source u costs more after the changes of stays of its targets.
  template <size_t count>
  void examine(uint32_t u, const std::array<Change, count>& changes, const std::array<StayPlan::Trial, count>& trials) {
    const StayPlan::Reads& reads = read_[u].reads;
    if (reads.count == 0 || reads.count > StayPlan::lanes) return recount(u, plan_.stay(u).last, trials);
    const Lanes after = load(reads.after);
    const Lanes before = load(reads.before);
    const Lanes end = load(reads.end);
    // The earliest stage of each read; of the first one a later one will do.
    const Lanes earliest = __builtin_shufflevector(before, end, 8, 0, 1, 2, 3, 4, 5, 6);
    Lanes gained{};
    Lanes any{};
    Lanes moves{};
    for (const Change& change : changes) {
      const Lanes was = (all(change.before.first) > after) & (all(change.before.last) < before);
      const Lanes is = (all(change.after.first) > after) & (all(change.after.last) < before);
      gained += was - is;
      any |= was | is;
      // It was, or is, what a read waits for.
      moves |= was & ((all(change.before.last) == end) | (all(change.before.first) == earliest));
      moves |= is & ((all(change.after.last) < end) | (all(change.after.first) > earliest));
    }
    if (!has(any)) return;
    if (has(moves)) return recount(u, plan_.stay(u).last, trials);
    Recount& known = recounts_.emplace_back(u, read_[u]);
    gained += load(known.source.reads.only);
    std::memcpy(known.source.reads.only.data(), &gained, sizeof gained);
    known.source.cost = cost(u, known.source.reads);
    change_ += known.source.cost - read_[u].cost;
  }

  void recount(uint32_t u, Stage left, std::span<const StayPlan::Trial> trials) {
    Recount& counted = recounts_.emplace_back();
    counted.neuron = u;
    counted.source.reads = plan_.reads(u, left, trials);
    counted.source.cost = cost(u, counted.source.reads);
    change_ += counted.source.cost - read_[u].cost;
  }

  const Network& network_;
  const Adjacency& adjacency_;
  StayPlan& plan_;
  StaySearch search_;
  std::vector<Source> read_;
  std::vector<uint32_t> depth_;
  std::vector<std::vector<uint32_t>> level_;  // targets of each depth
  std::vector<Recount> recounts_;
  std::vector<uint64_t> of_b_;  // connections of sources that are not those of a too
  int64_t change_ = 0;
  RandomStream random_;
  double temperature_ = 1;
  bool eased_ = false;
};

}  // namespace

uint64_t search_stays(const Network& network, StayPlan& plan, const StaySearch& search) {
  return Search(network, plan, search).run();
}

}  // namespace sparsio
