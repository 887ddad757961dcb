#include "order/stays/intervals.hpp"

#include <algorithm>
#include <limits>

#include "order/shared/order_by_key.hpp"

namespace sparsio {
namespace {

using Stage = IntervalPlan::Stage;
constexpr Stage end_of_time = std::numeric_limits<Stage>::max();

Lanes least(Lanes a, Lanes b) {
  return a < b ? a : b;
}
Lanes most(Lanes a, Lanes b) {
  return a > b ? a : b;
}
Lanes sum(Lanes a, Lanes b) {
  return a + b;
}

template <Lanes (*combine)(Lanes, Lanes)>
Stage over_lanes(Lanes lanes) {
  static_assert(IntervalPlan::lanes == 8);
  lanes = combine(lanes, __builtin_shufflevector(lanes, lanes, 4, 5, 6, 7, 0, 1, 2, 3));
  lanes = combine(lanes, __builtin_shufflevector(lanes, lanes, 2, 3, 0, 1, 6, 7, 4, 5));
  lanes = combine(lanes, __builtin_shufflevector(lanes, lanes, 1, 0, 3, 2, 5, 4, 7, 6));
  return lanes[0];
}

}  // namespace

IntervalPlan::IntervalPlan(const Network& network, const Adjacency& adjacency, const Order& start, uint64_t size)
    : TargetStays(network, adjacency, start, size),
      entering_at_(targets().size()),
      lane_begin_(network.neurons() + size_t{1}, 0),
      lane_(network.connections()) {
  for (uint32_t u = 0; u < network.neurons(); ++u) {
    uint64_t lane = lane_begin_[u];
    for (const uint32_t k : adjacency.out(u)) lane_[k] = static_cast<uint32_t>(lane++);
    lane_begin_[u + 1] = (lane + lanes - 1) / lanes * lanes;
  }
  first_.assign(lane_begin_.back(), -1);  // an empty lane is a stay that is over
  last_.assign(lane_begin_.back(), -1);
  for (const uint32_t v : targets()) set(v, stay_[v]);
}

void IntervalPlan::set(uint32_t v, Stay stay) {
  stay_[v] = stay;
  leaving_[static_cast<size_t>(stay.last)] = v;
  entering_at_[static_cast<size_t>(stay.first)] = v;
  for (uint64_t k = network_.in_begin()[v]; k < network_.in_begin()[v + 1]; ++k) {
    first_[lane_[k]] = stay.first;
    last_[lane_[k]] = stay.last;
  }
}

IntervalPlan::Reads IntervalPlan::reads(uint32_t u, Stage left) const {
  Reads reads;
  reads.begin.fill(end_of_time);
  reads.after.fill(end_of_time);
  reads.before.fill(-1);
  reads.end.fill(-1);
  reads.only.fill(end_of_time);
  reads.count = 0;
  const uint64_t begin = lane_begin_[u];
  const uint64_t end = lane_begin_[u + 1];
  // As late as can be: at the earliest end of the stays not hit. Whoever enters in the place of u still finds it there.
  auto now = static_cast<Stage>(is_target(u) ? left + 1 : left);
  while (true) {
    Lanes earliest = all(end_of_time);
    for (uint64_t lane = begin; lane < end; lane += lanes) {
      const Lanes later = load(&first_[lane]) > all(now);
      const Lanes last = (load(&last_[lane]) & later) | (all(end_of_time) & ~later);
      earliest = least(earliest, last);
    }
    const Stage next = over_lanes<least>(earliest);
    if (next == end_of_time) break;
    if (reads.count < lanes) {
      reads.after[reads.count] = now;
      reads.end[reads.count] = next;
    }
    now = next;
    ++reads.count;
  }
  if (reads.count > lanes) return reads;
  // As early as can be: at the latest beginning of those that end before the next read.
  now = end_of_time;
  for (uint32_t i = reads.count; i-- > 0;) {
    reads.before[i] = now;
    Lanes latest = all(-1);
    Lanes only{};
    for (uint64_t lane = begin; lane < end; lane += lanes) {
      const Lanes first = load(&first_[lane]);
      const Lanes sooner = load(&last_[lane]) < all(now);
      const Lanes begins = (first & sooner) | ~sooner;
      latest = most(latest, begins);
      only -= sooner & (first > all(reads.after[i]));
    }
    now = over_lanes<most>(latest);
    reads.begin[i] = now;
    reads.only[i] = over_lanes<sum>(only);
  }
  return reads;
}

IntervalPlan::Reads IntervalPlan::reads(uint32_t u, Stage left, std::span<const Trial> trials) {
  const auto put = [&](uint64_t connection, Stay stay) {
    first_[lane_[connection]] = stay.first;
    last_[lane_[connection]] = stay.last;
  };
  for (const Trial& trial : trials) put(trial.connection, trial.stay);
  const Reads found = reads(u, left);
  for (const Trial& trial : trials) put(trial.connection, stay_[adjacency_.target[trial.connection]]);
  return found;
}

Order IntervalPlan::order() const {
  std::vector<Place> places;  // by stage, then reads before what the leaving target gives, then source
  places.reserve(network_.connections());
  std::vector<uint32_t> out;
  for (uint32_t u = 0; u < network_.neurons(); ++u) {
    // By the end of the stay: the first stay not hit tells when to read.
    out.assign(adjacency_.out(u).begin(), adjacency_.out(u).end());
    std::sort(out.begin(), out.end(), [&](uint32_t a, uint32_t b) {
      return stay_[adjacency_.target[a]].last < stay_[adjacency_.target[b]].last;
    });
    const Stage left = stay_[u].last;
    Stage now = left;
    for (const uint32_t k : out) {
      const Stay stay = stay_[adjacency_.target[k]];
      const bool given = is_target(u) && stay.first <= left + 1;
      if (!given && stay.first > now) now = stay.last;
      const auto stage = static_cast<uint64_t>(given ? left : now);
      places.push_back({(2 * stage + (given ? 1 : 0)) << 32 | u, k});
    }
  }
  return order_of(std::move(places));
}

}  // namespace sparsio
