// anneal: another order, made better by simulated annealing over small moves.
// The I/Os lowered are those of `policy` at the M of the case, whatever policy the case then evaluates. A budget in
// proposals with a seed fixes the result on any machine and any number of threads; a budget in seconds does not. It is
// for networks of up to a million connections or so: annealing wants many proposals a connection.
#include <thread>

#include "order/annealing.hpp"
#include "order/order_kind.hpp"
#include "plugin/spec.hpp"

namespace sparsio {
namespace {

constexpr uint64_t default_proposals_a_connection = 4;
constexpr double talk_seconds = 5;

Order make(const Network& network, uint64_t memory, const Params& params) {
  const auto from = resolve<OrderKind>(params.text("from"), "order anneal: from");
  if (from.name() == "anneal")
    throw BadInput("order anneal: from", "annealing starts from itself", "name another order, like by_target");
  AnnealingPlan plan;
  plan.policy = params.text("policy");
  plan.memory = memory;
  plan.proposals = params.count("proposals");
  if (plan.proposals == 0) plan.proposals = default_proposals_a_connection * network.connections();
  plan.seconds = params.real("seconds", 0, 1e9);
  plan.hot = params.real("hot", 1e-6, 1e9);
  plan.cold = params.real("cold", 1e-6, plan.hot);
  plan.window = params.count("window", 1, UINT32_MAX);
  plan.seed = params.count("seed");
  plan.chains = params.count("chains", 1, 4096);
  plan.threads = std::max(1U, std::thread::hardware_concurrency());
  plan.talk_seconds = talk_seconds;
  const Order start = from.kind().make(network, memory, from.params);
  return Order(anneal(network, start, plan, "order anneal: policy").connection);
}

const Register<OrderKind> registered{
    {"another order made better by simulated annealing",
     {{"from", Type::text, "by_target", "the order to start from, like blocks"},
      {"policy", Type::text, "lru", "whose I/Os are lowered: lru, rr or min (lru is by far the fastest)"},
      {"proposals", Type::integer, "0", "budget of each chain; 0 is 4 a connection"},
      {"seconds", Type::real, "0",
       "above 0: the budget of each chain is this time instead; results then differ from run to run"},
      {"hot", Type::real, "0.5", "temperature at the start, in I/Os"},
      {"cold", Type::real, "0.05", "temperature at the end"},
      {"window", Type::integer, "1000", "steps a connection may go at once"},
      {"chains", Type::integer, "1", "independent chains, on as many threads as there are; the best one counts"},
      {"seed", Type::integer, "0", "of the moves"}},
     make}};

}  // namespace
}  // namespace sparsio
