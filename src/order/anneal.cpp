// anneal: another order, made better by simulated annealing over small moves.
// The I/Os lowered are those of `policy` at the M of the case, whatever policy the case then evaluates. A budget in
// proposals with a seed fixes the result on any machine and any number of threads; a budget in seconds does not. It is
// for networks of up to a million connections or so: annealing wants many proposals a connection.
#include <fmt/format.h>

#include <thread>

#include "base/spec.hpp"
#include "order/anneal/annealing.hpp"
#include "order/anneal/incremental_cost.hpp"
#include "order/order_kind.hpp"

namespace sparsio {
namespace {

constexpr uint64_t default_proposals_a_connection = 4;
constexpr double talk_seconds = 5;

void check_start(const std::string& from, const std::string& place) {
  if (resolve<OrderKind>(from, place).name() == "anneal")
    throw BadInput(place, "annealing starts from itself", "name another order, like by_target");
}

Order make(const Network& network, uint64_t memory, const Params& params) {
  const auto from = resolve<OrderKind>(params.text("from"), "order anneal: from");
  AnnealingPlan plan;
  plan.policy = params.text("policy");
  plan.memory = memory;
  plan.proposals = params.count("proposals");
  if (plan.proposals == 0) plan.proposals = default_proposals_a_connection * network.connections();
  plan.seconds = params.real("seconds");
  plan.hot = params.real("hot");
  plan.cold = params.real("cold");
  if (plan.cold > plan.hot)
    throw BadInput("order anneal: cold", fmt::format("{} is above hot={}", plan.cold, plan.hot), "give hot or less");
  plan.window = params.count("window");
  plan.seed = params.count("seed");
  plan.chains = params.count("chains");
  plan.threads = std::max(1U, std::thread::hardware_concurrency());
  plan.talk_seconds = talk_seconds;
  const Order start = from.kind().make(network, memory, from.params);
  return Order(anneal(network, start, plan, "order anneal: policy").connection);
}

const Register<OrderKind> registered{
    {"another order made better by simulated annealing",
     {{"from", Type::text, "by_target", "the order to start from, like blocks", checked_by(check_start)},
      {"policy", Type::text, "lru", "whose I/Os are lowered: lru, rr or min (lru is by far the fastest)",
       checked_by(check_annealed_policy)},
      {"proposals", Type::integer, "0", "budget of each chain; 0 is 4 a connection"},
      {"seconds", Type::real, "0",
       "above 0: the budget of each chain is this time instead; results then differ from run to run", between(0, 1e9)},
      {"hot", Type::real, "0.5", "temperature at the start, in I/Os", between(1e-6, 1e9)},
      {"cold", Type::real, "0.05", "temperature at the end, at most hot", between(1e-6, 1e9)},
      {"window", Type::integer, "1000", "steps a connection may go at once", between(1, UINT32_MAX)},
      {"chains", Type::integer, "1", "independent chains, on as many threads as there are; the best one counts",
       between(1, 4096)},
      {"seed", Type::integer, "0", "of the moves"}},
     make}};

}  // namespace
}  // namespace sparsio
