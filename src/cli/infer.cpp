// infer: one network, one batch, one engine: timed, verified, counted.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <map>

#include "cli/infer/outputs.hpp"
#include "cli/shared/case_arguments.hpp"
#include "cli/shared/shown_columns.hpp"
#include "mpi/shared/launch.hpp"
#include "record/json.hpp"
#include "run/binding.hpp"
#include "run/check.hpp"
#include "run/schema.hpp"
#include "statistics/median_interval.hpp"

namespace sparsio {
namespace {

const std::vector<ShownColumn>& before_samples() {
  static const std::vector<ShownColumn> list = {{"network", "network"},
                                                {"inputs", "inputs"},
                                                {"inputs_origin", "inputs_origin"},
                                                {"input_count", "input_count", Form::count},
                                                {"engine", "engine"},
                                                {"order", "order"},
                                                {"memory", "memory_values", Form::count},
                                                {"track", "track"},
                                                {"panel", "panel_used", Form::count},
                                                {"panel_source", "panel_source"},
                                                {"tile", "panel_used", Form::count},  // until 0.3
                                                {"tile_source", "panel_source"},      // until 0.3
                                                {"driver", "driver"},
                                                {"ranks", "ranks"},
                                                {"threads", "threads_used", Form::count},
                                                {"simd", "simd"},
                                                {"note", "note"},
                                                {"tiles", "tiles", Form::known_count},
                                                {"tile_edges", "tile_edges", Form::known_count},
                                                {"waits", "waits", Form::known_count},
                                                {"prepare_seconds", "prepare_seconds"},
                                                {"seconds", "seconds"},
                                                {"seconds_low", "seconds_low"},
                                                {"seconds_high", "seconds_high"},
                                                {"seconds_interval", "seconds_interval"}};
  return list;
}

const std::vector<ShownColumn>& behind_samples() {
  static const std::vector<ShownColumn> list = {{"edges", "edges"},
                                                {"nominal_rate", "nominal_rate"},
                                                {"executed_edges", "executed_edges", Form::count},
                                                {"executed_rate", "executed_rate"},
                                                {"categories", "category_count", Form::count},
                                                {"labels", "labels"},
                                                {"accuracy", "accuracy"},
                                                {"accuracy_status", "accuracy_status"},
                                                {"status", "status"},
                                                {"verified", "verified"}};
  return list;
}

/// Of ranks that compute together.
const std::vector<ShownColumn>& traffic_columns() {
  static const std::vector<ShownColumn> list = {{"partitioner", "partitioner"},
                                                {"words", "words", Form::count},
                                                {"lower_words", "lower_words", Form::count},
                                                {"words_gap", "words_gap"},
                                                {"lower_words_form", "lower_words_form"},
                                                {"words_max", "words_max", Form::count},
                                                {"receive_max", "receive_max", Form::count},
                                                {"messages", "messages", Form::count},
                                                {"pairs", "pairs", Form::count},
                                                {"imbalance", "imbalance"},
                                                {"exchange_seconds", "exchange_seconds"},
                                                {"memory_max", "memory_max", Form::count},
                                                {"memory_sum", "memory_sum", Form::count}};
  return list;
}

/// What a meter counted, beside what was predicted, at each level.
std::vector<ShownColumn> counted_columns() {
  std::vector<ShownColumn> list = {
      {"predicted_status", "predicted_status"}, {"misses_source", "misses_source"}, {"misses_status", "misses_status"}};
  static const std::vector<std::string> names = [] {
    std::vector<std::string> made;
    for (const std::string& level : level_prefixes())
      for (const char* what : {"_bytes", "_predicted_lines", "_misses", "_predicted_weight_lines", "_weight_misses",
                               "_predicted_write_lines", "_write_backs"})
        made.push_back(level + what);
    return made;
  }();
  for (const std::string& name : names) list.push_back({name, name});
  return list;
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

/// The seconds of every repetition, and of each of several ranks the median of what it computed.
struct Times {
  std::vector<double> seconds;
  std::vector<double> of_ranks;
};

Times times_of(const std::vector<Sample>& samples) {
  Times times;
  std::map<int64_t, std::vector<double>> of_rank;
  const std::vector<Sample> whole = whole_samples(samples);
  for (const Sample& sample : whole) times.seconds.push_back(sample.seconds);
  if (!whole.empty() && whole.front().rank == all_ranks)
    for (const Sample& sample : rank_samples(samples)) of_rank[sample.rank].push_back(sample.seconds);
  for (const auto& [rank, seconds] : of_rank) times.of_ranks.push_back(median(seconds));
  return times;
}

Case case_of(const Arguments& arguments, const Communicator& ranks) {
  Case one = case_from(arguments);
  if (!one.has_engine())
    throw BadInput("--engine", "none executes nothing", suggest("none", Registry<EngineKind>::instance().names()));
  one.set("ranks", fmt::format("{}", ranks.size()), "--ranks");
  refuse_impossible(one);
  return one;
}

/// For eyes, former names are left out, and labels where there are none; a number that needs a word gets it.
void make_readable(const Record& record, Fields& fields) {
  const bool has_labels = !record.text("labels").empty();
  std::erase_if(fields, [&](const auto& field) {
    const bool is_of_labels = field.first == "labels" || field.first.starts_with("accuracy");
    return field.first == "tile" || field.first == "tile_source" || (is_of_labels && !has_labels);
  });
  for (auto& [name, value] : fields)
    if (name == "categories")
      value = fmt::format("{:.0f} of {:.0f} inputs have a nonzero output (Graph Challenge's categories)",
                          record.real("category_count"), record.real("input_count"));
}

void print(const Arguments& arguments, const CaseResult& result) {
  const Times times = times_of(result.samples);
  const bool as_json = arguments.has("--json");
  Fields fields = shown(before_samples(), result.record);
  fields.emplace_back("samples", as_json ? FieldValue(times.seconds) : FieldValue(samples_text(times.seconds)));
  fields.emplace_back("rank_seconds", times.of_ranks);
  for (auto& field : shown(behind_samples(), result.record)) fields.push_back(std::move(field));
  if (!std::isnan(result.record.real("words")))
    for (auto& field : shown(traffic_columns(), result.record)) fields.push_back(std::move(field));
  if (arguments.text("--meter") != "none")
    for (auto& field : shown(counted_columns(), result.record)) fields.push_back(std::move(field));
  if (const double workers = result.record.real("simulated_workers"); workers > 0) {
    fields.emplace_back("simulated_workers", static_cast<uint64_t>(workers));
    fields.emplace_back("simulated_memory_bytes", result.record.real("simulated_memory_bytes"));
  }
  fields.emplace_back("alive", as_json ? FieldValue(result.alive) : FieldValue(alive_text(result.alive)));
  if (!as_json) make_readable(result.record, fields);
  std::cout << (as_json ? to_json(fields) : to_text(fields));
}

/// What was measured is said before a disk may be full.
void tell(const Arguments& arguments, const CaseResult& result) {
  if (result.record.text("inputs_origin") == "generated") std::cerr << "inputs are generated, not the official ones\n";
  print(arguments, result);
  std::cout.flush();
  if (arguments.has("--outputs")) write_outputs(arguments.text("--outputs"), result, std::cerr);
}

int run_as_rank(const Arguments& arguments, Communicator& ranks) {
  Case one;
  const std::string outputs = arguments.text("--outputs");
  together(ranks, [&] {
    one = case_of(arguments, ranks);
    if (!outputs.empty() && ranks.rank() == 0) check_outputs(outputs, one);
  });
  if (ranks.size() > 1)
    expect_same(ranks, run_id(one), "digest of the case", "give every node the same command and the same files");
  const std::string warning = one.integer("threads") == 1 ? "" : binding_warning(ranks, arguments.command_line);
  if (!warning.empty()) std::cerr << "warning: " << warning << '\n';
  const bool is_counted = one.text("meter") != "none";
  const CaseQuestions questions = {is_counted ? Words::where_possible : Words::not_asked,
                                   is_counted ? Lines::predicted : Lines::not_asked, Executes::yes, Alive::counted,
                                   outputs.empty() ? Outputs::not_kept : Outputs::kept};
  const CaseResult result = answered(one, questions, ranks);
  together(ranks, [&] {
    if (ranks.rank() == 0) tell(arguments, result);
  });
  return ranks.rank() > 0 || result.record.text("status") == "ok" ? exit_ok : exit_not_ok;
}

int run(const Arguments& arguments) {
  return as_ranks([&](Communicator& ranks) { return run_as_rank(arguments, ranks); });
}

const Register<CommandKind> registered{
    {"inference on a batch: timed, verified, counted",
     {key_argument("network", Arity::required),
      key_argument("inputs", Arity::required),
      key_argument("engine", Arity::required),
      key_argument("order"),
      key_argument("memory"),
      key_argument("track"),
      key_argument("panel", Arity::one, "0"),  // a command is for one machine; a config may be for many
      key_argument("threads"),
      key_argument("driver"),
      key_argument("partitioner"),
      key_argument("meter"),
      key_argument("caches"),
      key_argument("categories"),
      key_argument("labels"),
      {"--outputs", Arity::one, "FILE", "keep the outputs of every input, a row each: .npy, .h5 or .csv"},
      key_argument("repetitions"),
      key_argument("confidence"),
      key_argument("precision"),
      key_argument("budget_seconds"),
      key_argument("budget_repetitions"),
      key_argument("warmup"),
      key_argument("verify"),
      key_argument("time_limit"),
      {"--json", Arity::flag, "", "as JSON"}},
     run}};

}  // namespace
}  // namespace sparsio
