// results: what `sparsio info` says of a results file: how its rows ended, of what, where and when they were made.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <set>

#include "base/grouped.hpp"
#include "base/plural.hpp"
#include "cli/info/report.hpp"
#include "record/provenance.hpp"
#include "sweep/run_sweep.hpp"

namespace sparsio {
namespace {

using Frequencies = std::vector<std::pair<std::string, uint64_t>>;

/// The values of a column, the most frequent first.
Frequencies values_of(const std::vector<Record>& runs, const std::string& column) {
  std::map<std::string, uint64_t> counts;
  for (const Record& row : runs) ++counts[row.text(column)];
  Frequencies sorted(counts.begin(), counts.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  return sorted;
}

Frequencies errors_of(const std::vector<Record>& runs) {
  std::vector<Record> failed;
  for (const Record& row : runs)
    if (row.text("status") != "ok") failed.push_back(row);
  return values_of(failed, "error");
}

std::vector<std::string> names_of(const Frequencies& counts) {
  std::vector<std::string> names;
  for (const auto& [name, count] : counts) names.push_back(name);
  return names;
}

std::vector<Fields> fields_of(const Frequencies& counts, const std::string& name) {
  std::vector<Fields> rows;
  for (const auto& [value, count] : counts) rows.push_back({{name, value}, {"rows", count}});
  return rows;
}

}  // namespace

Report results_report(const InfoRequest& request) {
  const Results results = read_all_results(request.path);
  for (const std::string& warning : results.warnings) std::cerr << "warning: " << warning << '\n';
  const std::vector<Record>& runs = results.runs;
  const Frequencies statuses = values_of(runs, "status");
  const Frequencies engines = values_of(runs, "engine");
  const Frequencies networks = values_of(runs, "network");
  const Frequencies errors = errors_of(runs);
  const std::vector<std::string> hosts = names_of(values_of(runs, "host"));
  const std::vector<std::string> revisions = names_of(values_of(runs, "revision"));
  std::set<std::string> started;
  for (const Record& row : runs) started.insert(row.text("started"));
  const std::string first = started.empty() ? "" : *started.begin();
  const std::string last = started.empty() ? "" : *started.rbegin();
  const std::string cpu = fact_named("host.cpu", results.provenance);
  const std::string command = fact_named("process.command", results.provenance);
  Report report;
  report.fields = {{"contents", "results"},
                   {"file", request.path},
                   {"schema_version", results.schema_version},
                   {"rows", runs.size()},
                   {"samples", results.samples.size()},
                   {"statuses", fields_of(statuses, "status")},
                   {"engines", fields_of(engines, "engine")},
                   {"networks", fields_of(networks, "network")},
                   {"hosts", hosts},
                   {"cpu", cpu},
                   {"revisions", revisions},
                   {"first", first},
                   {"last", last},
                   {"command", command},
                   {"errors", fields_of(errors, "error")}};
  report.line("results", request.path);
  report.line("rows", fmt::format("{}: {}", grouped(runs.size()), counted(statuses, 8)));
  report.line("samples", grouped(results.samples.size()));
  report.line("engines", counted(engines, 8));
  for (const auto& network : networks) {
    if (&network == &networks[std::min<size_t>(networks.size() - 1, 3)] && networks.size() > 4) {
      report.line("", fmt::format("and {} more", networks.size() - 3));
      break;
    }
    report.line(&network == &networks.front() ? "networks" : "", counted({network}, 1));
  }
  report.line("machine", fmt::format("{}, {}", fmt::join(hosts, " "), cpu));
  report.line("revision", fmt::format("{}", fmt::join(revisions, " ")));
  report.line("started", first == last ? first : fmt::format("{} to {}", first, last));
  report.line("command", command);
  constexpr size_t most_errors = 5;
  for (size_t k = 0; k < std::min(errors.size(), most_errors); ++k)
    report.line(k == 0 ? "errors" : "", fmt::format("{}: {}", plural(errors[k].second, "row"), errors[k].first));
  if (errors.size() > most_errors) report.line("", fmt::format("and {} more", errors.size() - most_errors));
  report.next({fmt::format("sparsio summary {}", request.path), fmt::format("sparsio export {} --csv", request.path),
               fmt::format("python3 analysis/report.py {}", request.path)});
  return report;
}

}  // namespace sparsio
