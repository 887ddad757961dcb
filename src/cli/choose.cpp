// choose: what to run here? The candidates' times predicted by the model and this machine's calibration, the best few
// measured, and the fastest measured one recommended.
#include <fmt/format.h>
#include <omp.h>

#include <algorithm>
#include <cmath>
#include <iostream>

#include "base/params.hpp"
#include "cli/shared/case_arguments.hpp"
#include "exec/walk/panel_kernels.hpp"
#include "predict/chooser.hpp"
#include "predict/plausible.hpp"
#include "record/fields.hpp"
#include "record/json.hpp"
#include "run/check.hpp"

namespace sparsio {
namespace {

void say_doubts(const Calibration& calibration) {
  for (const std::string& doubt : doubts(calibration))
    std::cerr << "warning: a doubtful calibration: " << doubt << '\n';
}

Calibration calibration_for(const Arguments& arguments, const Machine& machine) {
  const std::string given = arguments.text("--calibration");
  const std::string path = given.empty() ? default_calibration_path() : given;
  std::optional<Calibration> kept = read_calibration(path);
  if (kept && !kept->engines.empty() && kept->simd == simd_name()) {
    say_doubts(*kept);
    return *kept;
  }
  const std::string why = !kept                   ? "is not there"
                          : kept->engines.empty() ? "has no rates"
                                                  : fmt::format("is of {}, not of {}", kept->simd, simd_name());
  if (!given.empty())
    throw BadInput("--calibration", fmt::format("'{}' {}", given, why), "make it: sparsio calibrate --out FILE");
  std::cerr << fmt::format(
      "the calibration{}{} {}; short rates are taken now (`sparsio calibrate` keeps better ones)\n",
      path.empty() ? "" : " ", path, why);
  Calibration now;
  measure_rates(0.02, machine, now);
  say_doubts(now);
  return now;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(' ', begin), text.size());
    if (end > begin) parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

int run(const Arguments& arguments) {
  const Case one = case_from(arguments);
  const std::string threads = arguments.text("--threads");
  const Machine machine = detect_machine(static_cast<uint32_t>(
      threads.empty() ? omp_get_max_threads() : parse_count(threads, between(1, 4096), "--threads")));
  ChoiceRequest request;
  request.network = one.text("network");
  request.inputs = one.text("inputs");
  request.orders = split(arguments.text("--orders"));
  if (request.orders.empty()) throw BadInput("--orders", "no order is given", "give by_target, or leave it out");
  for (const std::string& order : request.orders) check_value(Role::order, order, "--orders");
  request.memory = parse_count(arguments.text("--memory"), at_least(3), "--memory");
  request.measured = parse_count(arguments.text("--measure"), "--measure");
  request.repetitions = static_cast<uint64_t>(one.integer("repetitions"));
  CaseCache cache;  // what is wrong with the network or the inputs is said before anything is measured
  cache.inputs(request.inputs, cache.network(request.network, "--network")->input_width(), "--inputs");
  const std::vector<Choice> choices = choose(request, calibration_for(arguments, machine), machine, cache);
  std::vector<Fields> rows;
  for (size_t k = 0; k < choices.size(); ++k) {
    const Choice& choice = choices[k];
    if (choice.status == "not measured" && k >= 3) continue;
    Fields row = {{"rank", k + 1},         {"engine", choice.engine},   {"order", choice.order},
                  {"panel", choice.panel}, {"threads", choice.threads}, {"predicted_seconds", choice.predicted_seconds},
                  {"limit", choice.limit}};
    for (const auto& [name, amount] : choice.work) row.emplace_back(name == "chained" ? name : name + "s", amount);
    row.emplace_back("seconds", choice.measured.median);
    row.emplace_back("seconds_low", choice.measured.low);
    row.emplace_back("seconds_high", choice.measured.high);
    row.emplace_back("status", choice.status);
    row.emplace_back("note", choice.note);
    rows.push_back(row);
  }
  for (const std::string& surprise : surprises(choices))
    std::cerr << "warning: far from what was predicted: " << surprise << '\n';
  const Hindsight seen = hindsight(choices);
  const bool is_measured = seen.first != nullptr;
  const Choice& recommended = is_measured ? *seen.fastest : choices.front();
  const Fields fields = {
      {"network", request.network},
      {"inputs", request.inputs},
      {"candidates", choices.size()},
      {"recommended", fmt::format("--engine {} --order {} --panel {} --threads {}", recommended.engine,
                                  recommended.order, recommended.panel, recommended.threads)},
      {"chosen_by", is_measured ? "measurement" : "prediction"},
      {"predicted_first_is_fastest", is_measured && seen.first == seen.fastest},
      {"predicted_first_is_tied", is_measured && seen.is_tied},
      {"regret", is_measured ? seen.regret : KernelCount::unknown},
      {"choices", rows}};
  std::cout << (arguments.has("--json") ? to_json(fields) : to_text(fields));
  const bool is_wrong =
      std::any_of(choices.begin(), choices.end(), [](const Choice& choice) { return choice.status == "incorrect"; });
  return is_wrong ? exit_not_ok : exit_ok;
}

const Register<CommandKind> registered{
    {"recommends order, engine, panel and threads for a network on this machine",
     {{"--network", Arity::required, "SPEC", "network: kind:key=value,... or a path"},
      {"--inputs", Arity::one, "SPEC", "inputs: kind:key=value,... or a path", "random:count=1920"},
      {"--orders", Arity::one, "LIST", "orders to try for engines that take any, apart by blanks",
       "by_target by_source blocks"},
      {"--memory", Arity::one, "M", "values in fast memory, for the orders that look at it", "100"},
      {"--threads", Arity::one, "N", "most threads; left out: all available"},
      {"--measure", Arity::one, "N",
       "how many are measured: the best of each of three engines, then the best predicted", "3"},
      {"--repetitions", Arity::one, "R", "timed runs of each, the median counts", "3"},
      {"--calibration", Arity::one, "FILE", "made by calibrate; left out: the one kept for this host"},
      {"--json", Arity::flag, "", "as JSON"}},
     run}};

}  // namespace
}  // namespace sparsio
