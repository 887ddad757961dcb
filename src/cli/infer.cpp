// infer: one network, one batch, one engine: timed, verified, counted.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <limits>

#include "base/spec.hpp"
#include "cli/shared/case_arguments.hpp"
#include "driver/driver.hpp"
#include "driver/shared/execute.hpp"
#include "mpi/shared/launch.hpp"
#include "record/fields.hpp"
#include "record/json.hpp"
#include "run/binding.hpp"
#include "run/case_cache.hpp"
#include "run/panel_choice.hpp"
#include "run/team_size.hpp"
#include "statistics/median_interval.hpp"

namespace sparsio {
namespace {

/// The driver that the command line asks for fits how we were started.
Resolved<DriverKind> driver_of(const Case& one, const Communicator& ranks) {
  auto driver = resolve<DriverKind>(one.text("driver"), "--driver");
  if (ranks.size() > 1 && driver.kind().ranks == RanksTaken::one)
    throw BadInput("--driver", fmt::format("{} is one rank, and {} were started", driver.name(), ranks.size()),
                   "give --driver data, or start it without mpirun");
  return driver;
}

/// Each rank's median over the repetitions.
std::vector<double> medians(const std::vector<std::vector<double>>& repetitions) {
  std::vector<double> by_rank;
  for (size_t rank = 0; !repetitions.empty() && rank < repetitions.front().size(); ++rank) {
    std::vector<double> seconds;
    for (const auto& repetition : repetitions) seconds.push_back(repetition[rank]);
    by_rank.push_back(median(seconds));
  }
  return by_rank;
}

/// The inputs alive after the first layers, after some, after the last: a line that can be read.
std::string alive_text(const std::vector<uint64_t>& alive) {
  constexpr size_t whole = 24;
  constexpr size_t first = 10;
  if (alive.size() <= whole) return fmt::format("{}", fmt::join(alive, " "));
  std::string text = fmt::format("{} ...", fmt::join(alive.begin(), alive.begin() + first, " "));
  for (const size_t part : {8, 4, 2, 1})
    if (const size_t layer = alive.size() / part; layer > first)
      text += fmt::format(", {} after layer {}", alive[layer - 1], layer);
  return text + "; all in --json";
}

/// Of many repetitions the first.
std::string samples_text(const std::vector<double>& samples) {
  constexpr size_t whole = 24;
  if (samples.size() <= whole) return fmt::format("{:.6g}", fmt::join(samples, " "));
  return fmt::format("{:.6g} ...; all {} in --json", fmt::join(samples.begin(), samples.begin() + 10, " "),
                     samples.size());
}

int run_as_rank(const Arguments& arguments, Communicator& ranks) {
  const unsigned all_threads = team_size(*ranks.node());
  Case one;
  Resolved<DriverKind> driver;
  Workbench workbench;
  std::shared_ptr<NetworkAtHand> network;
  std::shared_ptr<const Inputs> inputs;
  ExecutionRequest request;
  PanelChoice panel;
  // Each rank for itself, and none goes on alone.
  together(ranks, [&] {
    one = case_from(arguments);
    driver = driver_of(one, ranks);
    if (one.text("engine") == "none")
      throw BadInput("--engine", "none executes nothing", suggest("none", Registry<EngineKind>::instance().names()));
    network = workbench.network(one.text("network"), "--network");
    inputs = workbench.inputs(one.text("inputs"), network->input_width(), "--inputs");
    const auto kind = resolve<EngineKind>(one.text("engine"), "--engine");
    request.plan.layers = network->layers();
    // An engine that goes layer by layer needs neither the network whole nor a schedule.
    const auto& orders = kind.kind().orders;
    if (orders.empty() || request.plan.layers == nullptr) request.plan.network = network->whole_if_small();
    if (!orders.empty() && std::find(orders.begin(), orders.end(), one.text("order")) == orders.end())
      throw BadInput("--order", fmt::format("engine {} does not execute order {}", kind.name(), one.text("order")),
                     fmt::format("it has: {}", fmt::join(orders, " ")));
    if (orders.empty() && request.plan.network != nullptr)
      request.plan.order =
          *workbench.order(one.text("network"), *request.plan.network, one.text("order"), 3, "--order");
    request.plan.threads = one.integer("threads") > 0 ? static_cast<unsigned>(one.integer("threads")) : all_threads;
    panel = choose_panel(static_cast<uint64_t>(one.integer("panel")), &kind.kind(), network->layers(), inputs->count,
                         request.plan.threads, workbench.machine(request.plan.threads));
    request.plan.track = parse_track(one.text("track"), "--track");
  });
  if (ranks.size() > 1)
    expect_same(ranks, run_id(one), "digest of the case", "give every node the same command and the same files");
  const std::string warning = one.integer("threads") == 1 ? "" : binding_warning(ranks, arguments.command_line);
  if (!warning.empty()) std::cerr << "warning: " << warning << '\n';
  if (inputs->origin == "generated" && ranks.rank() == 0) std::cerr << "inputs are generated, not the official ones\n";
  request.driver = one.text("driver");
  request.engine = one.text("engine");
  request.plan.panel = panel.panel;
  request.repetition = repetition_of(one);
  request.warmup = static_cast<uint64_t>(one.integer("warmup"));
  request.verify = static_cast<uint64_t>(one.integer("verify"));
  request.categories = one.text("categories");
  request.place = "infer";
  const Deadline deadline(one.real("time_limit"));
  const Execution done = execute(request, *inputs, deadline, ranks);
  const Outcome counted = done.engine->run(*inputs, Observe::alive, deadline);
  if (ranks.rank() > 0) return exit_ok;

  const bool is_right = done.verdict.status == "ok";
  const MedianInterval interval = median_interval(done.seconds, request.repetition.confidence);
  const double seconds = interval.median;
  const double edges = static_cast<double>(inputs->count) * static_cast<double>(done.cost.connections);
  const double unknown = std::numeric_limits<double>::quiet_NaN();
  // A wrong answer has no rate.
  const auto rate = [&](double amount) { return is_right ? amount / seconds : unknown; };
  Fields fields = {{"network", one.text("network")},
                   {"inputs", one.text("inputs")},
                   {"inputs_origin", inputs->origin},
                   {"input_count", inputs->count},
                   {"engine", one.text("engine")},
                   {"order", one.text("order")},
                   {"track", one.text("track")},
                   {"panel", uint64_t{panel.panel}},
                   {"panel_source", panel.source},
                   {"driver", one.text("driver")},
                   {"ranks", static_cast<uint64_t>(ranks.size())},
                   {"threads", uint64_t{request.plan.threads}},
                   {"simd", done.simd},
                   {"note", done.engine->note()},
                   {"prepare_seconds", done.prepare_seconds},
                   {"seconds", seconds},
                   {"seconds_low", interval.low},
                   {"seconds_high", interval.high},
                   {"seconds_interval", interval_words(interval, request.repetition.confidence)},
                   {"samples", done.seconds},
                   {"rank_seconds", medians(done.rank_seconds)},
                   {"edges", edges},
                   {"nominal_rate", rate(edges)},
                   {"executed_edges", done.outcome.executed_edges},
                   {"executed_rate", rate(static_cast<double>(done.outcome.executed_edges))},
                   {"categories", done.outcome.categories.size()},
                   {"status", done.verdict.status},
                   {"verified", done.verdict.words},
                   {"alive", counted.alive}};
  if (arguments.has("--json")) {
    std::cout << to_json(fields);
  } else {
    for (auto& [name, value] : fields) {
      if (name == "samples") value = samples_text(done.seconds);
      if (name == "alive") value = alive_text(counted.alive);
    }
    std::cout << to_text(fields);
  }
  return is_right ? exit_ok : exit_not_ok;
}

int run(const Arguments& arguments) {
  return as_ranks([&](Communicator& ranks) { return run_as_rank(arguments, ranks); });
}

const Register<CommandKind> registered{
    {"inference on a batch: timed, verified, counted",
     {{"--network", Arity::required, "SPEC", "network: kind:key=value,... or a path"},
      {"--inputs", Arity::required, "SPEC", "inputs: kind:key=value,... or a path"},
      {"--engine", Arity::required, "SPEC", "engine"},
      {"--order", Arity::one, "SPEC", "sequence of the connections, for engines that take any", "by_target"},
      {"--track", Arity::one, "T", "general, structure, value or structure+value", "general"},
      {"--panel", Arity::one, "B", "inputs processed together; 0: chosen from the caches", "0"},
      {"--threads", Arity::one, "N", "threads; left out: all available, shared by the node's ranks"},
      {"--driver", Arity::one, "SPEC", "how ranks that mpirun started share the work; data: the inputs", "single"},
      {"--categories", Arity::one, "FILE", "published categories to compare with"},
      {"--repetitions", Arity::one, "R", "timed runs, or with --precision the fewest; the median is reported", "3"},
      {"--confidence", Arity::one, "C", "of the interval around the median", "0.95"},
      {"--precision", Arity::one, "P", "repeat until the interval lies within this part of the median; 0: do not", "0"},
      {"--budget_seconds", Arity::one, "S", "with --precision: end when timed runs took so long", "60"},
      {"--budget_repetitions", Arity::one, "N", "with --precision: end after so many timed runs", "1000"},
      {"--warmup", Arity::one, "N", "untimed runs before them", "1"},
      {"--verify", Arity::one, "N", "inputs checked against reference", "16"},
      {"--time_limit", Arity::one, "S", "seconds", "600"},
      {"--json", Arity::flag, "", "as JSON"}},
     run}};

}  // namespace
}  // namespace sparsio
