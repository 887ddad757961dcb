// export: the rows of a results file for other programs.
#include <iostream>

#include "cli/command.hpp"
#include "record/table.hpp"
#include "run/run_sweep.hpp"
#include "run/schema.hpp"

namespace sparsio {
namespace {

int run(const Arguments& arguments) {
  if (arguments.has("--csv") == arguments.has("--json"))
    throw BadInput("export", "one form is needed", "give --csv or --json");
  const Results results = read_all_results(arguments.text("FILE"));
  if (arguments.has("--csv"))
    export_csv(run_schema(), results.runs, std::cout);
  else
    export_json(results.runs, std::cout);
  return exit_ok;
}

const Register<CommandKind> registered{{"the rows of a results file as CSV or JSON",
                                        {{"FILE", Arity::required, "FILE", "results"},
                                         {"--csv", Arity::flag, "", "comma-separated, a header line"},
                                         {"--json", Arity::flag, "", "a list of objects"}},
                                        run}};

}  // namespace
}  // namespace sparsio
