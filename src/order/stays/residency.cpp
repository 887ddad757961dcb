#include "order/stays/residency.hpp"

#include <algorithm>

#include "order/shared/order_by_key.hpp"

namespace sparsio {
namespace {

constexpr int32_t word = 1 << 16;  // the unit of costs

uint32_t packed(ResidencyPlan::Stay stay) {
  return static_cast<uint32_t>(stay.first) << 16 | static_cast<uint32_t>(stay.last);
}
ResidencyPlan::Stay unpacked(uint32_t stay) {
  return {static_cast<ResidencyPlan::Stage>(stay >> 16), static_cast<ResidencyPlan::Stage>(stay & 0xffff)};
}

}  // namespace

ResidencyPlan::ResidencyPlan(const Network& network, const Adjacency& adjacency, const Order& start, uint64_t size,
                             double lingering)
    : TargetStays(network, adjacency, start, size),
      size_(static_cast<int>(std::min<uint64_t>(size, most_targets))),
      lingering_(std::max(1, static_cast<int32_t>(lingering * word))),
      departure_(network.neurons(), 0),
      stays_(network.connections()),
      source_(network.neurons()),
      seen_(network.neurons(), 0) {
  // When nobody enters any more, those that feed nothing may leave together.
  int together = 0;
  while (together < std::min(size_, static_cast<int>(leaving_.size())) &&
         network.out_degree()[leaving_[leaving_.size() - 1 - static_cast<size_t>(together)]] == 0)
    ++together;
  stages_ = static_cast<Stage>(static_cast<int>(leaving_.size()) - std::max(together, 1) + 1);
  for (uint32_t rank = 0; rank < leaving_.size(); ++rank) {
    departure_[leaving_[rank]] = rank;
    stay_[leaving_[rank]].last = static_cast<Stage>(std::min(static_cast<int>(rank), stages_ - 1));
  }

  occupied_.assign(static_cast<size_t>(stages_), 0);
  for (const uint32_t v : targets()) overfull_ += static_cast<uint64_t>(occupy(stay_[v].first, stay_[v].last, 1));
  size_t most = 0;
  for (uint32_t u = 0; u < network.neurons(); ++u) most = std::max<size_t>(most, network.out_degree()[u]);
  first_.resize(most);
  earliest_end_.resize(most);
  cost_.resize(most + 1);
  next_.resize(most);
  for (uint32_t u = 0; u < network.neurons(); ++u) {
    const auto out = adjacency.out(u);
    if (out.empty()) continue;
    const auto begin = stays_.begin() + static_cast<int64_t>(adjacency.out_begin[u]);
    const auto end =
        std::transform(out.begin(), out.end(), begin, [&](uint32_t k) { return packed(stay_[adjacency.target[k]]); });
    std::sort(begin, end);
    source_[u] = plural(u, load(u, {}, 0));
    words_ += static_cast<uint64_t>(source_[u].words);
    overfull_ += static_cast<uint64_t>(occupy(Source{}, source_[u]));
  }
}

/// The stays of the targets of u after the changes; how many they are.
size_t ResidencyPlan::load(uint32_t u, std::span<const Change> changes, uint8_t of) {
  uint32_t gone[2] = {UINT32_MAX, UINT32_MAX};
  uint32_t come[2] = {UINT32_MAX, UINT32_MAX};
  for (size_t i = 0; i < changes.size(); ++i)
    if (of >> i & 1) gone[i] = packed(changes[i].before), come[i] = packed(changes[i].after);
  if (come[0] > come[1]) std::swap(come[0], come[1]);
  size_t count = 0;
  const auto append = [&](uint32_t stay) {
    first_[count] = unpacked(stay).first;
    earliest_end_[count++] = unpacked(stay).last;
  };
  const auto append_come = [&] {
    append(come[0]);
    come[0] = come[1];
    come[1] = UINT32_MAX;
  };
  for (uint64_t k = adjacency_.out_begin[u]; k < adjacency_.out_begin[u + 1]; ++k) {
    const uint32_t stay = stays_[k];
    if (stay == gone[0]) {
      gone[0] = UINT32_MAX;
    } else if (stay == gone[1]) {
      gone[1] = UINT32_MAX;
    } else {
      while (stay > come[0]) append_come();
      append(stay);
    }
  }
  while (come[0] != UINT32_MAX) append_come();
  return count;
}

/// Of a value that is there at stage `since` and serves all targets before `next`: the first that it leaves to later
/// visits when it lingers for as long as is worth while. `word_ahead` is saved once if none is left.
size_t ResidencyPlan::linger(Stage since, size_t next, int32_t word_ahead) const {
  size_t best = next;
  int32_t least = cost_[next] == 0 ? 0 : cost_[next] + word_ahead;
  for (size_t k = next; cost_[k] != 0; ++k) {
    const int32_t stay = lingering_ * (first_[k] - since);
    if (stay >= std::min(least, word + word_ahead)) break;
    const int32_t all = stay + (cost_[k + 1] == 0 ? 0 : cost_[k + 1] + word_ahead);
    if (all >= least) continue;
    least = all;
    best = k + 1;
  }
  return best;
}

/// Plans the visits to the `count` targets that were loaded; the first one not served by the source's own stay.
size_t ResidencyPlan::plan_visits(uint32_t u, size_t count) {
  cost_[count] = 0;
  size_t next = count;
  for (size_t i = count; i-- > 0;) {
    if (i + 1 < count) earliest_end_[i] = std::min(earliest_end_[i], earliest_end_[i + 1]);
    const Stage end = earliest_end_[i];
    while (first_[next - 1] > end) --next;
    const size_t to = linger(end, next, 0);
    cost_[i] = word + cost_[to] + (to > next ? lingering_ * (first_[to - 1] - end) : 0);
    next_[i] = static_cast<uint32_t>(to);
  }
  if (!is_target(u)) return 0;
  next = 0;
  while (next < count && first_[next] <= stay_[u].last) ++next;
  return linger(stay_[u].last, next, word);
}

/// Calls each(visit) for the visits planned, from that to target `begin` on.
template <class Each>
void ResidencyPlan::for_visits(uint32_t u, size_t begin, size_t count, const Each& each) const {
  if (is_target(u)) each({stay_[u].last, begin == 0 ? stay_[u].last : std::max(stay_[u].last, first_[begin - 1])});
  for (size_t i = begin; i < count; i = next_[i])
    each({earliest_end_[i], std::max(earliest_end_[i], first_[next_[i] - 1])});
}

ResidencyPlan::Source ResidencyPlan::plural(uint32_t u, size_t count) {
  Source source;
  source.own = is_target(u);
  const size_t begin = plan_visits(u, count);
  for_visits(u, begin, count, [&](Visit visit) {
    if (source.count < lanes) {
      source.from[source.count] = visit.from;
      source.to[source.count] = visit.to;
    }
    ++source.count;
    source.lingers += visit.to - visit.from;
  });
  // Of a target, one visit is no read; but a value that is read again is written once.
  source.words = static_cast<int32_t>(source.count) - (is_target(u) && begin == count ? 1 : 0);
  return source;
}

/// May the visits of source u change when this stay of one of its targets does? For the better only if one of them was
/// made when it was for the sake of the old stay.
ResidencyPlan::Affected ResidencyPlan::affects(uint32_t u, const Change& change) const {
  const Source& source = source_[u];
  if (source.count > lanes) return Affected::maybe_better;
  Stage due = 0;
  Stage hits = 0;
  for (uint32_t i = 0; i < lanes; ++i) {
    due |= static_cast<Stage>(int{source.from[i] == change.before.last} | int{source.to[i] == change.before.first});
    hits |= static_cast<Stage>(int{source.from[i] <= change.after.last} & int{source.to[i] >= change.after.first});
  }
  if (due != 0) return Affected::maybe_better;
  return hits != 0 ? Affected::no : Affected::for_worse;
}

bool ResidencyPlan::allows(const Change& change) const {
  const Stay after = change.after;
  if (after.first < 0 || after.first > after.last || after.last >= stages_) return false;
  return after.last == change.before.last || may_leave(change.target, after.last);
}

/// Fills recounts_; those that may get better come first.
void ResidencyPlan::find_affected(std::span<const Change> changes) {
  recounts_.clear();
  const bool exchange = changes.size() == 2 && changes[0].after == changes[1].before;
  const uint64_t of_other = ++stamp_;
  const uint64_t of_both = ++stamp_;
  const auto examine = [&](uint32_t u, uint8_t of) {
    Affected affected = Affected::no;
    for (size_t i = 0; i < changes.size(); ++i)
      if (of >> i & 1) affected = std::max(affected, affects(u, changes[i]));
    if (affected != Affected::no) recounts_.push_back({u, of, {}});
    if (affected == Affected::maybe_better) std::swap(recounts_.back(), recounts_[better_++]);
  };
  better_ = 0;
  if (changes.size() == 2)
    for (const uint32_t u : network_.sources_of(changes[1].target)) seen_[u] = of_other;
  for (const uint32_t u : network_.sources_of(changes[0].target)) {
    if (seen_[u] != of_other) {
      examine(u, 1);
      continue;
    }
    seen_[u] = of_both;
    if (!exchange) examine(u, 3);  // else its targets stay as before, only under other names
  }
  if (changes.size() == 2)
    for (const uint32_t u : network_.sources_of(changes[1].target))
      if (seen_[u] == of_other) examine(u, 2);
  for (const Change& change : changes) {
    if (change.before.last == change.after.last || network_.out_degree()[change.target] == 0) continue;
    recounts_.push_back({change.target, 0, {}});
    std::swap(recounts_.back(), recounts_[better_++]);
  }
}

bool ResidencyPlan::attempt(std::span<const Change> changes, const Price& price) {
  if (!std::all_of(changes.begin(), changes.end(), [&](const Change& change) { return allows(change); })) return false;
  find_affected(changes);
  for (const Change& change : changes) stay_[change.target] = change.after;
  // The most that may become free again bounds what a change can be worth.
  int64_t freed = 0;
  for (const Change& change : changes) freed += change.before.last - change.before.first;
  for (const Recount& recount : recounts_) freed += source_[recount.neuron].lingers;
  freed = std::min(freed, static_cast<int64_t>(overfull_));
  int64_t words = 0;
  bool worth = true;
  for (size_t i = 0; i < recounts_.size() && worth; ++i) {
    Recount& recount = recounts_[i];
    recount.source = plural(recount.neuron, load(recount.neuron, changes, recount.of));
    words += recount.source.words - source_[recount.neuron].words;
    if (i + 1 >= better_)
      worth = static_cast<double>(words) - price.overfull * static_cast<double>(freed) <= price.allowed;
  }
  int64_t overfull = 0;
  if (worth) {
    for (const Change& change : changes) overfull += occupy(change.before, change.after);
    for (const Recount& recount : recounts_) overfull += occupy(source_[recount.neuron], recount.source);
    if (static_cast<double>(words) + price.overfull * static_cast<double>(overfull) <= price.allowed) {
      words_ += static_cast<uint64_t>(words);
      overfull_ += static_cast<uint64_t>(overfull);
      keep(changes);
      return true;
    }
    for (const Recount& recount : recounts_) occupy(recount.source, source_[recount.neuron]);
    for (const Change& change : changes) occupy(change.after, change.before);
  }
  for (const Change& change : changes) stay_[change.target] = change.before;
  return false;
}

void ResidencyPlan::keep(std::span<const Change> changes) {
  for (const Recount& recount : recounts_) source_[recount.neuron] = recount.source;
  for (const Change& change : changes)
    for (const uint32_t u : network_.sources_of(change.target)) replace(u, change);
  if (changes.size() < 2) return;
  const uint32_t a = changes[0].target;
  const uint32_t b = changes[1].target;
  std::swap(leaving_[departure_[a]], leaving_[departure_[b]]);
  std::swap(departure_[a], departure_[b]);
}

void ResidencyPlan::replace(uint32_t u, const Change& change) {
  const auto begin = stays_.begin() + static_cast<int64_t>(adjacency_.out_begin[u]);
  const auto end = stays_.begin() + static_cast<int64_t>(adjacency_.out_begin[u + 1]);
  auto at = std::lower_bound(begin, end, packed(change.before));
  const uint32_t stay = packed(change.after);
  for (; at + 1 != end && at[1] < stay; ++at) *at = at[1];
  for (; at != begin && at[-1] > stay; --at) *at = at[-1];
  *at = stay;
}

/// One value more (by = 1), or less (-1), at stages from .. to; what is overfull more.
int64_t ResidencyPlan::occupy(int from, int to, int by) {
  int32_t overfull = 0;
  const int full = by > 0 ? size_ : size_ + 1;
  Stage* values = occupied_.data();
  for (int stage = from; stage <= to; ++stage) {
    overfull += values[stage] >= full ? 1 : 0;
    values[stage] = static_cast<Stage>(values[stage] + by);
  }
  return by * overfull;
}

/// The visits that differ. A read that will linger counts from where it arrives; who stayed till then, from there on.
int64_t ResidencyPlan::occupy(const Source& before, const Source& after) {
  if (before.lingers == 0 && after.lingers == 0) return 0;
  int64_t overfull = 0;
  for (uint32_t i = 0; i < lanes; ++i) {
    if (before.from[i] == after.from[i] && before.to[i] == after.to[i]) continue;
    const int late = i == 0 && after.own ? 1 : 0;
    if (before.to[i] > before.from[i]) overfull += occupy(before.from[i] + late, before.to[i], -1);
    if (after.to[i] > after.from[i]) overfull += occupy(after.from[i] + late, after.to[i], 1);
  }
  return overfull;
}

/// Only where the two stays differ.
int64_t ResidencyPlan::occupy(Stay before, Stay after) {
  int64_t overfull = 0;
  if (after.first > before.first) overfull += occupy(before.first, std::min<int>(after.first - 1, before.last), -1);
  if (after.last < before.last) overfull += occupy(std::max<int>(after.last + 1, before.first), before.last, -1);
  if (after.first < before.first) overfull += occupy(after.first, std::min<int>(before.first - 1, after.last), 1);
  if (after.last > before.last) overfull += occupy(std::max<int>(before.last + 1, after.first), after.last, 1);
  return overfull;
}

double ResidencyPlan::lingering() const {
  return static_cast<double>(lingering_) / word;
}

uint64_t ResidencyPlan::reads() const {
  uint64_t reads = 0;
  for (uint32_t u = 0; u < network_.neurons(); ++u)
    if (network_.out_degree()[u] > 0) reads += source_[u].count - (is_target(u) ? 1 : 0);
  return reads;
}

uint64_t ResidencyPlan::lingers() const {
  uint64_t stages = 0;
  for (const Source& source : source_) stages += static_cast<uint64_t>(source.lingers);
  return stages;
}

Order ResidencyPlan::order() {
  // Within a stage: who lingers gives to who enters and goes, others are read, those that will linger last; then the
  // target that leaves gives.
  enum Turn : uint64_t { lingered, passing, arriving, departing, turns };
  std::vector<Place> places;  // by stage, turn, source
  places.reserve(network_.connections());
  std::vector<Visit> visits;
  for (uint32_t u = 0; u < network_.neurons(); ++u) {
    if (network_.out_degree()[u] == 0) continue;
    const size_t count = load(u, {}, 0);
    visits.clear();
    for_visits(u, plan_visits(u, count), count, [&](Visit visit) { visits.push_back(visit); });
    for (const uint32_t k : adjacency_.out(u)) {
      const Stay stay = stay_[adjacency_.target[k]];
      const auto visit = std::find_if(visits.begin(), visits.end(),
                                      [&](Visit v) { return v.from <= stay.last && v.to >= stay.first; });
      uint64_t stage = static_cast<uint64_t>(visit->from);
      Turn turn = visit->to > visit->from ? arriving : passing;
      if (is_target(u) && visit == visits.begin()) turn = departing;
      if (stay.first > visit->from) {
        stage = static_cast<uint64_t>(stay.first);
        turn = lingered;
      }
      places.push_back({(stage * turns + turn) << 32 | u, k});
    }
  }
  return order_of(std::move(places));
}

}  // namespace sparsio
