// summary: a results file for eyes: how many rows ended how, and the three answers of each.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <map>

#include "base/plural.hpp"
#include "cli/command.hpp"
#include "config/case.hpp"
#include "record/fields.hpp"
#include "record/json.hpp"
#include "record/table.hpp"
#include "run/schema.hpp"
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

/// The columns of the table: which column of the rows, and what is shown of it where that is more than its value.
struct TableColumn {
  std::string name;
  std::string (*cell)(const Record& row) = nullptr;
};

std::string cell_of(const Record& row, const TableColumn& column) {
  if (column.cell != nullptr) return column.cell(row);
  const Cell& cell = row.cell(column.name);
  const auto* real = std::get_if<double>(&cell);
  return real != nullptr ? number(*real) : cell_text(cell);
}

std::string head_of(const TableColumn& column) {
  const Column& declared = run_schema()[find_column(run_schema(), column.name)];
  return declared.short_name.empty() ? declared.name : declared.short_name;
}

bool varies(const std::vector<Record>& runs, const TableColumn& column) {
  return std::any_of(runs.begin(), runs.end(),
                     [&](const Record& row) { return cell_of(row, column) != cell_of(runs.front(), column); });
}

/// What a table shows of a few rows: these keys and answers, and every other key that varies, so that no two cases look
/// alike.
std::vector<TableColumn> columns(const std::vector<Record>& runs) {
  std::vector<TableColumn> all;
  for (const char* name : {"network", "order", "policy", "memory", "memory_values", "ratio", "engine", "track"})
    all.push_back({name});
  const auto is_there = [&all](std::string_view name) {
    return std::any_of(all.begin(), all.end(), [&](const TableColumn& one) { return one.name == name; });
  };
  for (const CaseKey& key : case_keys())
    if (const TableColumn column{std::string(key.name)}; !is_there(key.name) && varies(runs, column))
      all.push_back(column);
  for (const char* name :
       {"memory_predicted_lines", "memory_misses", "misses_source", "page_faults", "context_switches"})
    all.push_back({name});
  const auto has_labels = [](const Record& row) { return !std::isnan(row.real("accuracy")); };
  if (std::any_of(runs.begin(), runs.end(), has_labels)) all.push_back({"accuracy"});
  all.push_back({"seconds", time_with_interval});
  for (const char* name : {"nominal_rate", "executed_rate", "status"}) all.push_back({name});
  return all;
}

void print_table(const std::vector<Record>& runs) {
  std::vector<std::string> head;
  std::vector<std::vector<std::string>> rows(std::min(runs.size(), most_rows));
  for (const TableColumn& column : columns(runs)) {
    // What is the same in every row is said once, above; what no row has, not at all.
    if (runs.size() > 1 && !varies(runs, column)) {
      if (const std::string same = cell_of(runs.front(), column); same != "-")
        std::cout << fmt::format("{}: {}\n", head_of(column), same);
      continue;
    }
    head.push_back(head_of(column));
    for (size_t i = 0; i < rows.size(); ++i) rows[i].push_back(cell_of(runs[i], column));
  }
  std::cout << text_table(head, rows);
  if (runs.size() > most_rows)
    std::cout << fmt::format("... and {} more: sparsio export\n", plural(runs.size() - most_rows, "row"));
}

int run(const Arguments& arguments) {
  const Results results = read_all_results(arguments.text("FILE"));
  for (const std::string& warning : results.warnings) std::cerr << "warning: " << warning << '\n';
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
