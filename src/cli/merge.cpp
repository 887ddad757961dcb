// merge: the results files of many tasks as one.
#include "sweep/merge.hpp"

#include <fmt/format.h>

#include <iostream>

#include "base/plural.hpp"
#include "cli/command.hpp"
#include "record/fields.hpp"
#include "record/json.hpp"
#include "sweep/status.hpp"

namespace sparsio {
namespace {

int run(const Arguments& arguments) {
  const std::string out = arguments.text("OUT");
  const std::vector<std::string> inputs = arguments.has("IN") ? arguments.all("IN") : task_files(out);
  if (inputs.empty()) throw BadInput("merge", "nothing to merge into " + out, "give one results file or more");
  const Undecided undecided = arguments.has("--newest") ? Undecided::newest : Undecided::refuse;
  const MergeSummary done = merge_into(out, inputs, undecided);
  if (done.being_written > 0)
    std::cerr << fmt::format("{} of {} {} being written: merge again when their runs have ended\n", done.being_written,
                             plural(inputs.size(), "input"), done.being_written == 1 ? "is" : "are");
  for (const std::string& warning : done.warnings) std::cerr << "warning: " << warning << '\n';
  if (done.bad_lines > 0)
    std::cerr << fmt::format("warning: {} of journals skipped\n", plural(done.bad_lines, "damaged line"));
  if (arguments.has("--json"))
    std::cout << to_json({{"file", out},
                          {"rows", done.rows},
                          {"in_two_files", done.in_two_files},
                          {"not_ok", done.not_ok},
                          {"being_written", done.being_written},
                          {"unchanged", done.is_unchanged}});
  else
    std::cout << fmt::format("{}: {}, {} not ok{}\n", out, plural(done.rows, "row"), done.not_ok,
                             done.is_unchanged ? "; had them all, unchanged" : "");
  return exit_ok;
}

const Register<CommandKind> registered{
    {"the rows of several results files in one; what OUT has stays",
     {{"OUT", Arity::required, "FILE", "results to write; merged too if it is there"},
      {"IN", Arity::many, "FILE",
       "results, or what a killed run left: the journal beside is read as well; left out: those of the tasks of OUT"},
      {"--newest", Arity::flag, "", "where two rows of a case contradict each other, take the one started later"},
      {"--json", Arity::flag, "", "what was done as JSON"}},
     run}};

}  // namespace
}  // namespace sparsio
