// summary: a results file for eyes: how many rows ended how, and the three answers of each.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <map>

#include "base/plural.hpp"
#include "cli/command.hpp"
#include "record/fields.hpp"
#include "record/json.hpp"
#include "record/table.hpp"
#include "sweep/run_sweep.hpp"

namespace sparsio {
namespace {

constexpr size_t most_rows = 200;

std::string number(double value) {
  return std::isnan(value) ? "-" : fmt::format("{:.4g}", value);
}

/// "0.0104 [0.0103, 0.0106]", or the median with the number of runs that are too few for an interval.
std::string time_with_interval(const Record& row) {
  const double seconds = row.real("seconds");
  if (std::isnan(seconds)) return "-";
  if (std::isnan(row.real("seconds_low"))) return fmt::format("{:.4g} (of {:.0f})", seconds, row.real("timed_runs"));
  return fmt::format("{:.4g} [{:.4g}, {:.4g}]", seconds, row.real("seconds_low"), row.real("seconds_high"));
}

/// The columns of the table: its head, and what it says of a row.
struct TableColumn {
  std::string head;
  std::string (*cell)(const Record& row);
};

const std::vector<TableColumn>& columns() {
  static const std::vector<TableColumn> all = {
      {"network", [](const Record& r) { return r.text("network"); }},
      {"order", [](const Record& r) { return r.text("order"); }},
      {"policy", [](const Record& r) { return r.text("policy"); }},
      {"memory", [](const Record& r) { return r.text("memory"); }},
      {"M", [](const Record& r) { return number(r.real("memory_values")); }},
      {"I/O over lower", [](const Record& r) { return number(r.real("ratio")); }},
      {"engine", [](const Record& r) { return r.text("engine"); }},
      {"track", [](const Record& r) { return r.text("track"); }},
      {"predicted lines", [](const Record& r) { return number(r.real("memory_predicted_lines")); }},
      {"counted lines", [](const Record& r) { return number(r.real("memory_misses")); }},
      {"counted by", [](const Record& r) { return r.text("misses_source"); }},
      {"page faults", [](const Record& r) { return number(r.real("page_faults")); }},
      {"context switches", [](const Record& r) { return number(r.real("context_switches")); }},
      {"seconds, median [interval]", time_with_interval},
      {"nominal edges/s", [](const Record& r) { return number(r.real("nominal_rate")); }},
      {"executed edges/s", [](const Record& r) { return number(r.real("executed_rate")); }},
      {"status", [](const Record& r) { return r.text("status"); }}};
  return all;
}

void print_table(const std::vector<Record>& runs) {
  std::vector<std::string> head;
  std::vector<std::vector<std::string>> rows(std::min(runs.size(), most_rows));
  for (const TableColumn& column : columns()) {
    // What is the same in every row is said once, above; what no row has, not at all.
    bool varies = false;
    for (const Record& row : runs) varies = varies || column.cell(row) != column.cell(runs.front());
    if (!varies && runs.size() > 1) {
      if (column.cell(runs.front()) != "-")
        std::cout << fmt::format("{}: {}\n", column.head, column.cell(runs.front()));
      continue;
    }
    head.push_back(column.head);
    for (size_t i = 0; i < rows.size(); ++i) rows[i].push_back(column.cell(runs[i]));
  }
  std::cout << text_table(head, rows);
  if (runs.size() > most_rows)
    std::cout << fmt::format("... and {} more: sparsio export\n", plural(runs.size() - most_rows, "row"));
}

int run(const Arguments& arguments) {
  const Results results = read_all_results(arguments.text("FILE"));
  std::map<std::string, uint64_t> statuses;
  for (const Record& row : results.runs) ++statuses[row.text("status")];
  Fields fields = {{"file", arguments.text("FILE")}, {"rows", results.runs.size()}};
  for (const auto& [status, count] : statuses) fields.emplace_back(status, count);
  if (arguments.has("--json")) {
    std::cout << to_json(fields);
    return exit_ok;
  }
  std::cout << to_text(fields);
  if (!results.runs.empty()) print_table(results.runs);
  // Failures by what they say, with the first row that says it: a thousand rows often have one cause.
  std::map<std::string, std::pair<uint64_t, const Record*>> failures;
  for (const Record& row : results.runs) {
    if (row.text("status") == "ok") continue;
    auto& [count, first] = failures[row.text("status") + ": " + row.text("error")];
    if (count++ == 0) first = &row;
  }
  for (const auto& [what, rows] : failures)
    std::cout << fmt::format("{} of {}, first {} {} {}: {}\n", rows.first, plural(results.runs.size(), "row"),
                             rows.second->text("network"), rows.second->text("engine"), rows.second->text("order"),
                             what);
  return exit_ok;
}

const Register<CommandKind> registered{
    {"how many rows ended how, and the three answers of each",
     {{"FILE", Arity::required, "FILE", "results"}, {"--json", Arity::flag, "", "the counts as JSON"}},
     run}};

}  // namespace
}  // namespace sparsio
