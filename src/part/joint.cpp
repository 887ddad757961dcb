// joint: all layers divided together, annealed from what `twins` finds layer by layer.
// A move takes a piece to a part where a value that it reads or computes is at home, alone or in exchange for a piece
// of its layer, so that the parts stay even. The result is never worse than the start.
#include <algorithm>
#include <cmath>

#include "base/annealer.hpp"
#include "part/joint/joint_plan.hpp"
#include "part/partitioner.hpp"

namespace sparsio {
namespace {

constexpr double proposals_a_piece = 1000;
constexpr double most_proposals = 10'000'000;
constexpr double most_visits = 20e9;  // of pins, some 20 s
constexpr double hot = 2;             // temperatures at the start and at the end, in words of a net,
constexpr double cold = 0.1;
constexpr double enough = 100;  // with so many proposals a piece; with fewer the search starts colder

uint64_t budget(const JointPlan& plan) {
  const double by_time = std::min(most_proposals, most_visits / (1 + 2 * plan.mean_visits()));
  return static_cast<uint64_t>(std::min(proposals_a_piece * plan.pieces(), by_time));
}

void propose(JointPlan& plan, RandomStream& random, const Annealer& annealer) {
  const auto piece = static_cast<uint32_t>(random.below(plan.pieces()));
  const auto nets = plan.nets(piece);
  if (nets.empty()) return;
  const auto pins = plan.pins(nets[random.below(nets.size())]);
  const uint32_t part = plan.part(pins[random.below(pins.size())]);
  if (part == plan.part(piece)) return;
  uint32_t instead = JointPlan::alone;
  if (!plan.fits(piece, part, instead)) {
    const auto& others = plan.beside(piece, part);
    if (others.empty()) return;
    instead = others[random.below(others.size())];
    if (!plan.fits(piece, part, instead)) return;
  }
  const double allowed = annealer.allowed(random);
  plan.attempt(piece, part, instead, [&](int64_t words) { return static_cast<double>(words) <= allowed; });
}

Partition make(LayerSource& network, uint32_t parts, const Params& params) {
  JointPlan plan(network, parts, params.real("imbalance"));
  const uint64_t words_at_start = plan.words();
  Partition start = plan.partition();
  uint64_t proposals = params.count("iterations");
  if (proposals == 0) proposals = budget(plan);
  const double a_piece = static_cast<double>(proposals) / std::max(1.0, static_cast<double>(plan.pieces()));
  const double start_at = cold * std::pow(hot / cold, std::min(1.0, a_piece / enough));
  RandomStream random(params.count("seed"), 0);
  Annealer annealer({proposals}, {start_at, cold, plan.mean_weight()});
  while (parts > 1 && annealer.next()) propose(plan, random, annealer);
  return plan.words() < words_at_start ? plan.partition() : std::move(start);
}

const Register<PartitionerKind> registered{
    {"all layers together, annealed from `twins`",
     {{"imbalance", Type::real, "0.03", "most connections of a part over the mean, - 1"},
      {"iterations", Type::integer, "0", "moves tried; 0 is a budget by the network's size"},
      {"seed", Type::integer, "1", "fixes the search"}},
     make}};

}  // namespace
}  // namespace sparsio
