// compare: the rows of two results files, or of two parts of one, case by case; the exit code tells of regressions.
#include "sweep/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <map>

#include "base/params.hpp"
#include "base/plural.hpp"
#include "cli/command.hpp"
#include "record/fields.hpp"
#include "record/json.hpp"
#include "record/table.hpp"
#include "sweep/run_sweep.hpp"

namespace sparsio {
namespace {

constexpr size_t most_listed = 20;

Selection selection_of(const Arguments& arguments, std::string_view name) {
  Selection selection;
  for (const std::string& text : arguments.all(name)) {
    const size_t equals = text.find('=');
    if (equals == std::string::npos)
      throw BadInput(std::string(name), "'" + text + "' is not KEY=VALUE", "as in engine=csr");
    selection.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return selection;
}

double number_between(const Arguments& arguments, const std::string& name, double low, double high) {
  const double value = parse_real(arguments.text(name), name);
  if (!(value >= low && value <= high))
    throw BadInput(name, fmt::format("is {}", value), fmt::format("give {} to {}", low, high));
  return value;
}

std::string bracketed(double value, double low, double high) {
  if (std::isnan(low)) return fmt::format("{:.4g}", value);
  return fmt::format("{:.4g} [{:.4g}, {:.4g}]", value, low, high);
}

/// "+8.3 %" for numbers.
std::string growth(const ValueChange& change) {
  char* end = nullptr;
  const double first = std::strtod(change.first.c_str(), &end);
  const double second = std::strtod(change.second.c_str(), nullptr);
  if (*end != '\0' || change.first.empty() || first == 0 || !std::isfinite(second / first)) return "";
  return fmt::format(" ({:+.2f} %)", 100 * (second / first - 1));
}

void print_list(const std::string& head, const std::vector<std::string>& labels) {
  if (labels.empty()) return;
  std::cout << fmt::format("{} ({}):\n", head, labels.size());
  for (size_t k = 0; k < std::min(labels.size(), most_listed); ++k) std::cout << "  " << labels[k] << '\n';
  if (labels.size() > most_listed) std::cout << fmt::format("  ... and {} more\n", labels.size() - most_listed);
}

void print_text(const Comparison& done, const CompareRequest& request) {
  std::vector<std::vector<std::string>> rows;
  std::map<std::string, uint64_t> verdicts;
  uint64_t unchanged = 0;
  for (const RowComparison& row : done.rows) {
    unchanged += row.changes.empty() ? 1 : 0;
    std::vector<std::string> cells = {row.label};
    if (row.time) {
      const TimeComparison& time = *row.time;
      ++verdicts[std::string(difference_words(time.verdict))];
      cells.insert(cells.end(),
                   {fmt::format("{:.4g}", time.first), fmt::format("{:.4g}", time.second),
                    fmt::format("{}+{}", time.first_count, time.second_count),
                    bracketed(time.ratio.ratio, time.ratio.low, time.ratio.high), fmt::format("{:.2f}", time.larger),
                    fmt::format("{:.2g}", time.p_adjusted), std::string(difference_words(time.verdict))});
    } else {
      cells.insert(cells.end(), {"-", "-", "-", "-", "-", "-", row.no_time});
    }
    cells.push_back(row.changes.empty() ? "same" : fmt::format("{} changed", row.changes.size()));
    cells.push_back(row.is_regression ? "REGRESSION" : "");
    rows.push_back(std::move(cells));
  }
  std::cout << text_table(
      {"case", "seconds, first", "second", "runs", "second / first", "larger", "p", "time", "deterministic values", ""},
      rows);
  size_t listed = 0;
  for (const RowComparison& row : done.rows)
    for (const ValueChange& change : row.changes)
      if (++listed <= 2 * most_listed)
        std::cout << fmt::format("{}: {} {} -> {}{}{}\n", row.label, change.column, change.first, change.second,
                                 growth(change), change.is_regression ? " REGRESSION" : "");
  if (listed > 2 * most_listed)
    std::cout << fmt::format("... and {} more: --json\n", plural(listed - 2 * most_listed, "change"));
  print_list("only in the first", done.only_in_first);
  print_list("only in the second", done.only_in_second);
  std::cout << fmt::format("{} compared", plural(done.rows.size(), "row"));
  for (const auto& [words, count] : verdicts) std::cout << fmt::format(", {} {}", count, words);
  std::cout << fmt::format("; all deterministic values the same in {}; {} beyond {:g} %\n", unchanged,
                           plural(done.regressions, "regression"), 100 * request.threshold);
}

std::vector<Fields> rows_as_fields(const Comparison& done) {
  std::vector<Fields> rows;
  for (const RowComparison& row : done.rows) {
    Fields fields = {{"case", row.label},
                     {"first_run", row.first->text("run")},
                     {"second_run", row.second->text("run")},
                     {"first_status", row.first->text("status")},
                     {"second_status", row.second->text("status")},
                     {"regression", row.is_regression}};
    if (row.time) {
      const TimeComparison& time = *row.time;
      fields.insert(fields.end(), {{"first_seconds", time.first},
                                   {"second_seconds", time.second},
                                   {"first_count", time.first_count},
                                   {"second_count", time.second_count},
                                   {"ratio", time.ratio.ratio},
                                   {"ratio_low", time.ratio.low},
                                   {"ratio_high", time.ratio.high},
                                   {"chance_of_larger", time.larger},
                                   {"p", time.p},
                                   {"p_adjusted", time.p_adjusted},
                                   {"verdict", difference_words(time.verdict)}});
    } else {
      fields.emplace_back("verdict", "not timed: " + row.no_time);
    }
    std::vector<Fields> changes;
    for (const ValueChange& change : row.changes)
      changes.push_back({{"column", change.column},
                         {"first", change.first},
                         {"second", change.second},
                         {"regression", change.is_regression}});
    fields.emplace_back("values_compared", row.values_compared);
    fields.emplace_back("changes", std::move(changes));
    rows.push_back(std::move(fields));
  }
  return rows;
}

int run(const Arguments& arguments) {
  Side first{arguments.text("A"), {}, selection_of(arguments, "--first")};
  Side second{arguments.has("B") ? arguments.text("B") : first.name, {}, selection_of(arguments, "--second")};
  if (!arguments.has("B") && (first.selection.empty() || second.selection.empty()))
    throw BadInput("compare", "there is one file and no two parts of it",
                   "give a second file, or --first KEY=VALUE and --second KEY=VALUE");
  const CompareRequest request{number_between(arguments, "--confidence", 0.5, 0.999999),
                               number_between(arguments, "--threshold", 0, 1e6)};
  first.results = read_all_results(first.name);
  second.results = arguments.has("B") ? read_all_results(second.name) : first.results;
  for (const Side* side : {&first, &second})
    for (const std::string& warning : side->results.warnings) std::cerr << "warning: " << warning << '\n';
  const Comparison done = compare(first, second, request);
  for (const std::string& warning : done.warnings) std::cerr << "warning: " << warning << '\n';
  if (arguments.has("--json"))
    std::cout << to_json({{"first", first.name},
                          {"second", second.name},
                          {"confidence", request.confidence},
                          {"threshold", request.threshold},
                          {"regressions", done.regressions},
                          {"warnings", done.warnings},
                          {"only_in_first", done.only_in_first},
                          {"only_in_second", done.only_in_second},
                          {"rows", rows_as_fields(done)}});
  else
    print_text(done, request);
  return done.regressions > 0 ? exit_not_ok : exit_ok;
}

const Register<CommandKind> registered{
    {"two results files, or two parts of one, case by case; exit code 2: something got worse",
     {{"A", Arity::required, "FILE", "results, the old ones"},
      {"B", Arity::one, "FILE", "results, the new ones; left out: two parts of A"},
      {"--first", Arity::many, "KEY=VALUE", "take the rows of A with this; KEY tells no cases apart then"},
      {"--second", Arity::many, "KEY=VALUE", "take the rows of B with this"},
      {"--confidence", Arity::one, "C", "of all verdicts together, and of each ratio's interval", "0.95"},
      {"--threshold", Arity::one, "T", "growth of a time or cost up to this part is no regression", "0.05"},
      {"--json", Arity::flag, "", "as JSON"}},
     run}};

}  // namespace
}  // namespace sparsio
