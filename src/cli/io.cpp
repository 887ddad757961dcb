// io: one schedule in the I/O model.
#include <iostream>

#include "cli/shared/case_arguments.hpp"
#include "cli/shared/shown_columns.hpp"
#include "mpi/communicator.hpp"
#include "record/json.hpp"

namespace sparsio {
namespace {

const std::vector<ShownColumn>& columns() {
  static const std::vector<ShownColumn> list = {{"network", "network"},
                                                {"order", "order"},
                                                {"policy", "policy"},
                                                {"memory", "memory_values", Form::count},
                                                {"memory_source", "memory_source"},
                                                {"cost", "cost"},
                                                {"neurons", "network_neurons", Form::count},
                                                {"connections", "network_connections", Form::count},
                                                {"inputs", "network_inputs", Form::count},
                                                {"outputs", "network_outputs", Form::count},
                                                {"lower", "lower", Form::count},
                                                {"upper", "upper", Form::count},
                                                {"lower_instance", "lower_instance", Form::count},
                                                {"certified_gap", "certified_gap"},
                                                {"optimum", "optimum", Form::known_count},
                                                {"reads", "reads", Form::count},
                                                {"writes", "writes", Form::count},
                                                {"total", "total", Form::count},
                                                {"ratio", "ratio"},
                                                {"max_live", "max_live", Form::count}};
  return list;
}

int run(const Arguments& arguments) {
  Case one = case_from(arguments);
  given_panel(one);
  one.set("threads", "1", "--threads");  // a level is that of one thread's core
  const auto alone = Registry<CommunicatorKind>::instance().find("alone", "io").kind.join();
  const CaseResult result = answered(one, {Words::asked, Lines::not_asked, Executes::no}, *alone);
  for (const std::string& warning : result.memory_warnings) std::cerr << "warning: " << warning << '\n';
  const Fields fields = shown(columns(), result.record);
  std::cout << (arguments.has("--json") ? to_json(fields) : to_text(fields));
  return exit_ok;
}

const Register<CommandKind> registered{{"the I/Os of one schedule in the model, beside the bounds",
                                        {key_argument("network", Arity::required),
                                         key_argument("order"),
                                         key_argument("policy"),
                                         key_argument("memory"),
                                         key_argument("panel"),
                                         key_argument("cost"),
                                         key_argument("engine"),
                                         {"--json", Arity::flag, "", "as JSON"}},
                                        run}};

}  // namespace
}  // namespace sparsio
