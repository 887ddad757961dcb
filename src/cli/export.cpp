// export: the rows of a results file, or every repetition, for other programs.
#include <iostream>

#include "cli/command.hpp"
#include "record/table.hpp"
#include "run/schema.hpp"
#include "sweep/run_sweep.hpp"

namespace sparsio {
namespace {

std::vector<Record> as_records(const std::vector<Sample>& samples) {
  std::vector<Record> rows;
  rows.reserve(samples.size());
  for (const Sample& sample : samples) {
    Record& row = rows.emplace_back(sample_schema());
    row.set("run", sample.run);
    row.set("repetition", sample.repetition);
    row.set("rank", sample.rank);
    row.set("thread", sample.thread);
    row.set("seconds", sample.seconds);
    row.set("round", sample.round);
    row.set("began", sample.began);
    row.set("baseline_seconds", sample.baseline_seconds);
  }
  return rows;
}

int run(const Arguments& arguments) {
  if (arguments.has("--csv") == arguments.has("--json"))
    throw BadInput("export", "one form is needed", "give --csv or --json");
  const Results results = read_all_results(arguments.text("FILE"));
  for (const std::string& warning : results.warnings) std::cerr << "warning: " << warning << '\n';
  const bool is_of_samples = arguments.has("--samples");
  const std::vector<Record> rows = is_of_samples ? as_records(results.samples) : results.runs;
  if (arguments.has("--csv"))
    export_csv(*schema_of(rows, is_of_samples ? sample_schema() : run_schema()), rows, std::cout);
  else
    export_json(rows, std::cout);
  return exit_ok;
}

const Register<CommandKind> registered{{"the rows of a results file as CSV or JSON",
                                        {{"FILE", Arity::required, "FILE", "results"},
                                         {"--samples", Arity::flag, "", "every repetition instead of the rows"},
                                         {"--csv", Arity::flag, "", "comma-separated, a header line"},
                                         {"--json", Arity::flag, "", "a list of objects"}},
                                        run}};

}  // namespace
}  // namespace sparsio
