// io: one schedule in the I/O model.
#include <fmt/format.h>

#include <iostream>

#include "base/spec.hpp"
#include "cli/shared/case_arguments.hpp"
#include "exec/engine.hpp"
#include "record/fields.hpp"
#include "record/json.hpp"
#include "run/case_cache.hpp"
#include "run/theory.hpp"
#include "topo/memory_choice.hpp"

namespace sparsio {
namespace {

/// What words cost under the engine's layout; the model's own (4 bytes each, no index) without one.
ByteCosts costs_of(const Case& one, NetworkAtHand& network, const Schedule& schedule, uint32_t panel) {
  if (one.text("engine") == "none") return {};
  const auto kind = resolve<EngineKind>(one.text("engine"), "--engine");
  const auto engine = kind.kind().make(kind.params);
  Plan plan;
  plan.network = &network.whole();
  plan.layers = network.layers();
  plan.order = schedule.order;
  plan.panel = panel;
  engine->prepare(plan);
  return engine->cost().bytes;
}

int run(const Arguments& arguments) {
  const Case one = case_from(arguments);
  Workbench workbench;
  const auto panel = given_panel(one);
  const MemoryChoice memory = choose_memory(one.text("memory"), panel, workbench.machine(1), "--memory");
  for (const std::string& warning : memory.warnings) std::cerr << "warning: " << warning << '\n';
  const auto network = workbench.network(one.text("network"), "--network");
  const Network& whole = network->whole();
  if (whole.connections() == 0) throw BadInput("--network", "the network has no connections", "give one that has");
  const auto policy = resolve<PolicyKind>(one.text("policy"), "--policy");
  const auto schedule = workbench.schedule(one.text("network"), whole, one.text("order"), memory.values, "--order");
  const CostUnit unit = one.text("cost") == "unit" ? CostUnit::words : CostUnit::bytes;
  const Theory theory =
      theory_of(whole, *schedule, policy.kind(), memory.values, unit, panel, costs_of(one, *network, *schedule, panel));
  const NetworkFacts& facts = whole.facts();
  const Fields fields = {{"network", one.text("network")},
                         {"order", one.text("order")},
                         {"policy", one.text("policy")},
                         {"memory", memory.values},
                         {"memory_source", memory.source},
                         {"cost", one.text("cost")},
                         {"neurons", facts.neurons},
                         {"connections", facts.connections},
                         {"inputs", facts.inputs},
                         {"outputs", facts.outputs},
                         {"lower", theory.lower},
                         {"upper", theory.upper},
                         {"lower_instance", theory.lower_instance},
                         {"certified_gap", theory.certified_gap},
                         {"reads", theory.reads},
                         {"writes", theory.writes},
                         {"total", theory.total()},
                         {"ratio", theory.ratio()},
                         {"max_live", schedule->max_live}};
  std::cout << (arguments.has("--json") ? to_json(fields) : to_text(fields));
  return exit_ok;
}

const Register<CommandKind> registered{
    {"the I/Os of one schedule in the model, beside the bounds",
     {{"--network", Arity::required, "SPEC", "network: kind:key=value,... or a path"},
      {"--order", Arity::one, "SPEC", "sequence of the connections", "by_target"},
      {"--policy", Arity::one, "NAME", "eviction policy", "lru"},
      {"--memory", Arity::one, "M", "values (100), bytes (2MiB), a level (L2) or a part of one (L2/2)", "L2"},
      {"--panel", Arity::one, "B", "inputs processed together, for memory in bytes and --cost bytes", "48"},
      {"--cost", Arity::one, "UNIT", "unit: every word 1; bytes: its size", "unit"},
      {"--engine", Arity::one, "SPEC", "engine whose layout says what a connection costs in bytes", "none"},
      {"--json", Arity::flag, "", "as JSON"}},
     run}};

}  // namespace
}  // namespace sparsio
