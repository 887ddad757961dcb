// stays: how long each target stays in fast memory, made shorter by annealing; sources are read at the fewest stages.
// Starts from `stream` (from `window` in large networks), whose residents are replaced as they finish. What annealing
// finds is which targets to keep together, and when each should enter and leave, so that a read of a source serves as
// many of them as can be. M - 2 targets are resident, one word is for the source and one for the weight. The default
// budget is proportional to the network and bounded: at most some 60 s on one core.
#include <algorithm>

#include "order/order_kind.hpp"
#include "order/rolling_window.hpp"
#include "order/stay_search.hpp"
#include "order/stream.hpp"

namespace sparsio {
namespace {

constexpr uint64_t proposals_a_target = 60'000;
constexpr uint64_t work = 500'000'000;     // proposals x connections a target at most
constexpr uint64_t many_connections = 16;  // a target; above it sources are shared by many

Order make(const Network& network, uint64_t memory, const Params& params) {
  const Adjacency adjacency(network);
  uint64_t size = params.count("size");
  if (size == 0) size = memory > 3 ? memory - 2 : 1;
  Order start = network.connections() * network.neurons() <= 1'000'000'000
                    ? stream(network, adjacency, size)
                    : rolling_window(network, adjacency, targets_by_depth(network), size);
  const uint64_t targets = targets_by_depth(network).size();
  if (targets == 0 || targets > StayPlan::most_targets) return start;
  const uint64_t connections_a_target = network.connections() / targets;
  StaySearch search;
  search.proposals = std::min(proposals_a_target * targets, work / connections_a_target);
  if (const uint64_t most = params.count("iterations"); most > 0) search.proposals = std::min(search.proposals, most);
  search.seed = params.count("seed");
  if (connections_a_target > many_connections) {
    search.hot = 0.15;
    search.cold = 0.05;
    search.eased = 0.7;
    search.reach = 10;
  }
  StayPlan plan(network, adjacency, start, size);
  search_stays(network, plan, search);
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
