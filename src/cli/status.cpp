// status: how far a sweep is, from outside.
#include "sweep/status.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>

#include "base/plural.hpp"
#include "cli/command.hpp"
#include "cli/shared/sweep_arguments.hpp"
#include "record/fields.hpp"
#include "record/json.hpp"
#include "sweep/progress.hpp"
#include "sweep/slurm/submission.hpp"

namespace sparsio {
namespace {

/// How many of `runs` the batch system still has before it; none where there is none.
uint64_t in_queue(const std::string& file, const std::vector<std::string>& runs) {
  if (runs.empty()) return 0;
  try {
    const std::set<std::string> queued = runs_in_queue(file);
    return static_cast<uint64_t>(
        std::count_if(runs.begin(), runs.end(), [&](const std::string& run) { return queued.count(run) > 0; }));
  } catch (const BadInput& error) {
    std::cerr << "the queue is not known: " << error.what() << '\n';
    return 0;
  }
}

int run(const Arguments& arguments) {
  const std::string file = arguments.text("FILE");
  const std::string config = arguments.has("--config") ? arguments.text("--config") : latest_config(file);
  std::vector<std::string> runs;
  if (!config.empty()) runs = run_ids(sweep_from(config, arguments, std::cerr).cases);
  const SweepStatus status = sweep_status(file, runs);
  const uint64_t queued = in_queue(file, status.missing);
  Fields fields = {{"file", file}, {"files", status.files}};
  if (status.knows_missing) fields.emplace_back("cases", runs.size());
  fields.emplace_back("ok", status.ok);
  fields.emplace_back("unsupported", status.unsupported);
  fields.emplace_back("failed", status.failures());
  fields.emplace_back("running", status.running);
  fields.emplace_back("interrupted", status.interrupted);
  if (status.knows_missing) {
    fields.emplace_back("missing", status.missing.size());
    fields.emplace_back("queued", queued);
    fields.emplace_back("foreign", status.foreign);
  }
  if (arguments.has("--json")) {
    fields.emplace_back("seconds_left", status.seconds_left);
    std::vector<Fields> reasons;
    for (const auto& [reason, rows] : status.failed) reasons.push_back({{"reason", reason}, {"rows", rows}});
    fields.emplace_back("reasons", std::move(reasons));
    std::cout << to_json(fields);
  } else {
    if (std::isfinite(status.seconds_left)) fields.emplace_back("time left", duration_text(status.seconds_left));
    std::cout << to_text(fields);
    for (const auto& [reason, rows] : status.failed) std::cout << fmt::format("{} {}\n", plural(rows, "row"), reason);
    if (!status.knows_missing) std::cerr << "what is missing is known with --config CONFIG\n";
    if (const uint64_t lost = status.missing.size() - queued + status.interrupted; lost > 0 && status.running == 0)
      std::cerr << fmt::format("{} nobody is at: `sparsio run` or `submit` with the same config goes on{}\n",
                               plural(lost, "case"),
                               latest_config(file).empty() ? "" : "; why: " + tasks_folder(file) + "/*/task-*.log");
  }
  const bool is_all = status.failures() + status.running + status.interrupted + status.missing.size() == 0;
  return is_all ? exit_ok : exit_not_ok;
}

const Register<CommandKind> registered{
    {"how far a sweep is: done, running, failed and why, missing, time left",
     {{"FILE", Arity::required, "FILE",
       "results of `run` or `submit`, written or not yet; tasks beside it are read too"},
      {"--config", Arity::one, "CONFIG", "the sweep's config, to know what is missing; left out: as last submitted"},
      {"--set", Arity::many, "KEY=VALUE", "as given to `run` or `submit`"},
      {"--json", Arity::flag, "", "as JSON"}},
     run}};

}  // namespace
}  // namespace sparsio
