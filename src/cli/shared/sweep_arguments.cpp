#include "cli/shared/sweep_arguments.hpp"

#include <fmt/format.h>

#include "base/plural.hpp"
#include "run/check.hpp"

namespace sparsio {
namespace {

void say_left_out(const LeftOut& left_out, std::ostream& log) {
  if (left_out.orders > 0)
    log << fmt::format("left out {} of an engine and an order that it does not execute\n",
                       plural(left_out.orders, "pair"));
  if (left_out.tracks > 0)
    log << fmt::format("left out {} of an engine and a track that it does not have\n", plural(left_out.tracks, "pair"));
}

}  // namespace

Sweep sweep_from(const std::string& path, const Arguments& arguments, std::ostream& log) {
  Sweep sweep = read_sweep(path, arguments.all("--set"), check_value);
  say_left_out(leave_out_impossible(sweep.cases), log);
  if (sweep.cases.empty())
    throw BadInput(path, "no case is left: no engine executes any of these orders in these tracks",
                   "csr and reference execute by_target, connection_list any order");
  return sweep;
}

std::vector<std::string> run_ids(const std::vector<Case>& cases) {
  std::vector<std::string> runs;
  runs.reserve(cases.size());
  for (const Case& one : cases) runs.push_back(run_id(one));
  return runs;
}

}  // namespace sparsio
