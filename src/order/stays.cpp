// stays: how long each target stays in fast memory, annealed, so that few reads serve all of them.
// Starts from `stream` (from `window` in large networks), whose residents are replaced as they finish. What annealing
// finds is which targets to keep together, and when each should enter and leave, so that a read of a source serves as
// many of them as can be. Where a source has many targets it is read at the fewest stages (interval_search): M - 2
// targets are resident, one word is for the source and one for the weight. Where it has few, finished values and
// sources may linger among the targets for those that enter later (residency_search). The default budget is
// proportional to the network and bounded: at most some 60 s on one core.
#include <algorithm>

#include "order/order_kind.hpp"
#include "order/shared/rolling_window.hpp"
#include "order/shared/stream.hpp"
#include "order/stays/interval_search.hpp"
#include "order/stays/residency_search.hpp"

namespace sparsio {
namespace {

constexpr uint64_t many_connections = 16;  // a target; above it sources are shared by many
constexpr uint64_t proposals_a_target = 60'000;
constexpr uint64_t work = 3'000'000'000;              // proposals x connections a target at most,
constexpr double few_reads = 6;                       // where a source has so many reads; with more, less
constexpr uint64_t proposals_where_few = 36'000'000;  // at most
constexpr double lingering_share = 0.4;

Order with_lingering(const Network& network, const Adjacency& adjacency, const Order& start, uint64_t size,
                     uint64_t proposals, uint64_t seed) {
  // What a place in fast memory is worth: with more of them, as many words fewer as are moved for each there is.
  const ResidencyPlan without(network, adjacency, start, size, 1);
  const double places = static_cast<double>(size) * static_cast<double>(without.targets().size());
  ResidencyPlan plan(network, adjacency, start, size, lingering_share * static_cast<double>(without.words()) / places);
  search_residency(plan, {.proposals = proposals, .seed = seed});
  return plan.order();
}

/// In how many reads the targets of a layer, `size` at a time, would be served on average: what a proposal looks
/// through for each of its sources.
double reads_a_source(const Network& network, uint64_t targets, uint64_t size) {
  const std::vector<uint32_t> depth = network.depth();
  const double layers = std::max(1U, *std::max_element(depth.begin(), depth.end()));
  return static_cast<double>(targets) / (layers * static_cast<double>(size));
}

Order make(const Network& network, uint64_t memory, const Params& params) {
  const Adjacency adjacency(network);
  const uint64_t size = resident_targets(memory, params.count("size"));
  Order start = network.connections() * network.neurons() <= 1'000'000'000
                    ? stream(network, adjacency, size)
                    : rolling_window(network, adjacency, targets_by_depth(network), size);
  const uint64_t targets = targets_by_depth(network).size();
  if (targets == 0 || targets > IntervalPlan::most_targets) return start;
  const uint64_t connections_a_target = network.connections() / targets;
  const bool many = connections_a_target > many_connections;
  uint64_t proposals = proposals_a_target * targets;
  if (many) {
    const double share = std::min(1.0, few_reads / reads_a_source(network, targets, size));
    proposals = std::min(proposals, static_cast<uint64_t>(share * static_cast<double>(work / connections_a_target)));
  } else {
    proposals = std::min(proposals, proposals_where_few);
  }
  if (const uint64_t most = params.count("iterations"); most > 0) proposals = std::min(proposals, most);
  const uint64_t seed = params.count("seed");
  if (!many) return with_lingering(network, adjacency, start, size, proposals, seed);
  IntervalPlan plan(network, adjacency, start, size);
  search_intervals(network, plan, {.proposals = proposals, .seed = seed});
  return plan.order();
}

const Register<OrderKind> registered{
    {"resident targets that enter and leave so that few reads serve them all; annealed",
     {{"size", Type::integer, "0", "resident targets; 0 is M - 2"},
      {"iterations", Type::integer, "0", "most proposals of the search; 0 is a budget by the network's size"},
      {"seed", Type::integer, "1", "fixes the search"}},
     make}};

}  // namespace
}  // namespace sparsio
