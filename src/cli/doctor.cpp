// doctor: what this machine can measure, and what to do about what it cannot.
// Three questions, in the order in which results depend on the answers: where would the threads run and what caches do
// they have there; which M would `memory` become and why; what does each meter count here, and what is in its way.
// Nothing is changed and nothing is pinned. On a replayed topology (HWLOC_XMLFILE, HWLOC_SYNTHETIC) the first two
// answers are the other machine's, the third is always this one's.
#include <fmt/format.h>
#include <omp.h>

#include <algorithm>
#include <iostream>

#include "base/params.hpp"
#include "cli/command.hpp"
#include "cli/shared/rank_calibration.hpp"
#include "count/meter.hpp"
#include "count/papi/counter_access.hpp"
#include "predict/calibration.hpp"
#include "record/fields.hpp"
#include "record/json.hpp"
#include "record/provenance.hpp"
#include "topo/byte_size.hpp"
#include "topo/memory_choice.hpp"

namespace sparsio {
namespace {

enum class Detail { grouped, each };  // for eyes, for programs

std::string joined(const std::vector<std::string>& texts, const char* nothing) {
  return texts.empty() ? nothing : fmt::format("{}", fmt::join(texts, ", "));
}

std::vector<Fields> cache_table(const Machine& machine) {
  std::vector<Fields> rows;
  for (const CacheLevel& cache : machine.threads.front().caches)
    rows.push_back({{"level", fmt::format("L{}", cache.level)},
                    {"size", byte_size_text(cache.bytes)},
                    {"line_bytes", cache.line_bytes},
                    {"ways", cache.ways},
                    {"shared_by_cores", cache.shared_by_cores},
                    {"shared_by_threads", cache.shared_by_threads},
                    {"share_bytes", cache.share_bytes},
                    {"share", byte_size_text(cache.share_bytes)},
                    {"believed", cache.trust == Trust::trusted ? std::string("yes") : "no: " + cache.reason}});
  return rows;
}

/// What M would be, for each level that could be asked for; L2 is the default.
std::vector<Fields> memory_table(const Machine& machine, uint64_t panel) {
  std::vector<Fields> rows;
  for (const char* text : {"L2", "L1", "L3"}) {
    const std::string asked = std::string(text) + (rows.empty() ? " (default)" : "");
    try {
      const MemoryChoice choice = choose_memory(text, panel, machine, asked);
      rows.push_back({{"memory", asked},
                      {"values", choice.values},
                      {"bytes", choice.bytes},
                      {"size", byte_size_text(choice.bytes)},
                      {"source", choice.source},
                      {"why", joined(choice.warnings, "the share of one thread")}});
    } catch (const BadInput& refusal) {  // too little for the panel
      rows.push_back({{"memory", asked}, {"why", refusal.what()}});
    }
  }
  return rows;
}

std::vector<Fields> library_table() {
  std::vector<Fields> rows;
  for (const auto& [name, value] : build_facts())
    if (name.starts_with("library.")) rows.push_back({{"library", name.substr(8)}, {"version", value}});
  return rows;
}

/// Each event of each meter; for eyes, events that share their fate share a row.
std::vector<Fields> event_table(Detail detail) {
  struct Row {
    std::string meter;
    EventStatus event;
  };
  std::vector<Row> all;
  for (const auto& meter : Registry<MeterKind>::instance().entries()) {
    if (meter.name == "none") continue;
    if (meter.kind.probe == nullptr)
      all.push_back({meter.name, {"misses", "counts", ""}});
    else
      for (const EventStatus& event : meter.kind.probe()) all.push_back({meter.name, event});
  }
  for (const char* name : {"callgrind", "papi"})
    if (Registry<MeterKind>::instance().look_up(name) == nullptr)
      all.push_back(
          {name,
           {"misses", "unavailable: not in this build",
            std::string(name) == "papi" ? "install libpapi-dev and build again" : "install valgrind and build again"}});
  std::vector<Row> rows;
  for (Row& one : all) {
    const auto is_same = [&](const Row& other) {
      return other.meter == one.meter && other.event.status == one.event.status &&
             other.event.remedy == one.event.remedy && other.event.counter == one.event.counter;
    };
    // Counters that nothing can count need not be told apart.
    if (detail == Detail::grouped && one.event.status != "counts") one.event.counter.clear();
    const auto at = detail == Detail::each ? rows.end() : std::find_if(rows.begin(), rows.end(), is_same);
    if (at == rows.end())
      rows.push_back(one);
    else if (!at->event.name.ends_with(one.event.name))
      at->event.name += ", " + one.event.name;
  }
  std::vector<Fields> table;
  table.reserve(rows.size());
  for (const Row& row : rows)
    table.push_back({{"meter", row.meter},
                     {"event", row.event.name},
                     {"counter", row.event.counter},
                     {"status", row.event.status},
                     {"remedy", row.event.remedy}});
  return table;
}

/// The maps that were chosen for this processor, in the order in which they are tried.
std::vector<Fields> map_table() {
  std::vector<Fields> rows;
  for (const auto& meter : Registry<MeterKind>::instance().entries())
    if (meter.kind.sources != nullptr)
      for (const MeterSource& one : meter.kind.sources())
        rows.push_back({{"meter", meter.name},
                        {"map", one.name},
                        {"processor", one.subject},
                        {"origin", one.origin},
                        {"why", one.why}});
  return rows;
}

std::vector<Fields> sentences(const std::vector<std::string>& warnings) {
  std::vector<Fields> rows;
  rows.reserve(warnings.size());
  for (const std::string& warning : warnings) rows.push_back({{"warning", warning}});
  return rows;
}

/// Between two ranks, as the kept calibration has it.
std::vector<Fields> message_table() {
  const auto messages = kept_messages(default_calibration_path());
  if (!messages) return {{{"messages", "not measured"}, {"remedy", "mpirun -n 2 sparsio calibrate --ranks"}}};
  return {fields_of(*messages)};
}

std::string describe_pmu(const CounterAccess& access) {
  if (access.refusal == 0) return "counts: " + joined(access.pmus, "unnamed");
  return "unavailable: " + counter_obstacle(access.refusal, access).reason;
}

int run(const Arguments& arguments) {
  const std::string threads = arguments.text("--threads");
  const uint64_t wanted =
      threads.empty() ? static_cast<uint64_t>(omp_get_max_threads()) : parse_count(threads, "--threads");
  if (wanted > 4096) throw BadInput("--threads", fmt::format("{} threads are too many", wanted), "give up to 4096");
  const uint64_t panel = parse_count(arguments.text("--panel"), "--panel");
  if (panel == 0) throw BadInput("--panel", "a panel of 0 inputs", "give 1 or more");
  const Machine machine = detect_machine(static_cast<uint32_t>(wanted));
  const CounterAccess access = probe_access();
  const std::vector<NamedText> facts = provenance({});
  std::vector<std::string> bindings;
  for (const ThreadPlace& place : machine.threads) bindings.push_back(place.binding);
  Fields fields = {{"version", fact_named("program.version", facts)},
                   {"compiler", fact_named("build.compiler", facts)},
                   {"host", fact_named("host.name", facts)},
                   {"kernel", fact_named("host.kernel", facts)},
                   {"cpu", machine.cpu_model.empty() ? fact_named("host.cpu", facts) : machine.cpu_model},
                   {"topology", machine.source},
                   {"cores", machine.cores},
                   {"processing_units", machine.processing_units},
                   {"threads", machine.threads.size()},
                   {"virtual_machine", virtual_machine_name(machine.virtual_machine)},
                   {"container", access.container.empty() ? std::string("none that shows") : access.container},
                   {"perf_event_paranoid", access.paranoid ? std::to_string(*access.paranoid) : "no perf events"},
                   {"pmu", describe_pmu(access)}};
  const bool as_json = arguments.has("--json");
  if (as_json)
    fields.emplace_back("bindings", bindings);
  else
    fields.emplace_back("binding", std::all_of(bindings.begin(), bindings.end(),
                                               [&](const std::string& one) { return one == bindings.front(); })
                                       ? bindings.front()
                                       : joined(bindings, ""));
  fields.emplace_back("panel", panel);
  fields.emplace_back("caches", cache_table(machine));
  fields.emplace_back("memory_choices", memory_table(machine, panel));
  fields.emplace_back("event_maps", map_table());
  fields.emplace_back("events", event_table(as_json ? Detail::each : Detail::grouped));
  fields.emplace_back("rank_messages", message_table());
  fields.emplace_back("libraries", library_table());
  fields.emplace_back("warnings", sentences(machine.warnings));
  std::cout << (as_json ? to_json(fields) : to_text(fields));
  return exit_ok;
}

const Register<CommandKind> registered{{"what this machine can measure, and what to do about what it cannot",
                                        {{"--threads", Arity::one, "N", "threads to place; left out: all available"},
                                         {"--panel", Arity::one, "B", "inputs processed together, for M", "48"},
                                         {"--json", Arity::flag, "", "as JSON"}},
                                        run}};

}  // namespace
}  // namespace sparsio
