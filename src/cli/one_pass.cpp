// needs: valgrind
// one_pass: one panel on one thread, alone, for an instrument that watches a whole process.
// The meter `callgrind` runs this program with this command under valgrind; outside valgrind it shows what a pass is,
// and lets any other tool look at it.
#include "run/one_pass.hpp"

#include "base/child_process.hpp"
#include "base/params.hpp"
#include "cli/shared/case_arguments.hpp"
#include "count/shared/callgrind_pass.hpp"
#include "run/case_cache.hpp"

namespace sparsio {
namespace {

int run(const Arguments& arguments) {
  end_with_parent();
  const Case one = case_from(arguments);
  CaseCache cache;
  const auto network = cache.network(one.text("network"), "--network");
  const auto inputs = cache.inputs(one.text("inputs"), network->input_width(), "--inputs");
  Plan plan;
  plan.network = network->whole_if_small();
  plan.layers = network->layers();
  if (plan.network != nullptr)
    plan.order = *cache.order(one.text("network"), *plan.network, one.text("order"),
                              parse_count(one.text("memory"), "--memory"), "--order");
  plan.panel = given_panel(one);
  plan.l2_bytes = parse_count(arguments.text("--l2"), "--l2");
  plan.track = parse_track(one.text("track"), "--track");
  run_for_callgrind(prepare_one_pass(one.text("engine"), plan, *inputs, "--engine"));
  return exit_ok;
}

const Register<CommandKind> registered{
    {"executes one panel on one thread, twice, for callgrind and other instruments to watch",
     {{"--network", Arity::required, "SPEC", "network: kind:key=value,... or a path"},
      {"--inputs", Arity::required, "SPEC", "inputs: kind:key=value,... or a path; the first panel is taken"},
      {"--engine", Arity::required, "SPEC", "engine"},
      {"--order", Arity::one, "SPEC", "sequence of the connections, for engines that take any", "by_target"},
      {"--track", Arity::one, "T", "general, structure, value or structure+value", "general"},
      {"--panel", Arity::one, "B", "inputs processed together", "48"},
      {"--memory", Arity::one, "M", "values in fast memory, for the orders that look at it", "100"},
      {"--l2", Arity::one, "BYTES", "of the second cache, for the engines that look at it; 0: the system's", "0"}},
     run}};

}  // namespace
}  // namespace sparsio
