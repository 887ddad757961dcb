#include "run/case_facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>

#include "base/spec.hpp"
#include "driver/shared/accuracy.hpp"
#include "run/panel_choice.hpp"
#include "run/schema.hpp"
#include "topo/caches.hpp"

namespace sparsio {
namespace {

/// Unsupported without connections.
void describe_whole(NetworkAtHand& network, Record& record) {
  const Network* whole = network.whole_if_small();
  if (whole == nullptr) return;
  const NetworkFacts& facts = whole->facts();
  record.set("network_neurons", static_cast<double>(facts.neurons));
  record.set("network_connections", static_cast<double>(facts.connections));
  record.set("network_inputs", static_cast<double>(facts.inputs));
  record.set("network_outputs", static_cast<double>(facts.outputs));
  if (facts.connections == 0) throw Unsupported("the network has no connections");
}

void choose_panel_for(const Case& one, Executes executes, CaseCache& cache, CaseFacts& facts, Record& record) {
  const auto wanted = static_cast<uint64_t>(one.integer("panel"));
  std::optional<Resolved<EngineKind>> engine;
  if (wanted == 0 && executes == Executes::yes) {
    engine = resolve<EngineKind>(one.text("engine"), one.where("engine"));
    open_case_inputs(one, cache, facts, record);
  }
  const PanelChoice choice =
      choose_panel(wanted, engine ? &*engine : nullptr, facts.network->layers(), engine ? facts.inputs->count : 0,
                   facts.threads, cache.machine(facts.threads));
  take_panel(one, choice, cache, facts, record);
}

std::vector<CacheGeometry> levels_of(const Case& one, const MemoryChoice& memory, const Machine& machine) {
  std::vector<CacheGeometry> levels = {{"memory", memory.bytes / 64 * 64, 64, 0}};
  const std::string& given = one.text("caches");
  for (CacheGeometry& cache : given.empty() ? geometries(machine) : parse_caches(given, one.where("caches"))) {
    std::transform(cache.name.begin(), cache.name.end(), cache.name.begin(),
                   [](unsigned char c) { return std::tolower(c); });
    const auto& known = level_prefixes();
    if (std::find(known.begin(), known.end(), cache.name) != known.end()) levels.push_back(cache);
  }
  return levels;
}

void choose_memory_for(const Case& one, const Machine& machine, CaseFacts& facts, Record& record) {
  facts.memory = choose_memory(one.text("memory"), facts.panel, machine, one.where("memory"));
  record.set("memory_values", static_cast<double>(facts.memory.values));
  record.set("memory_source", facts.memory.source);
  std::vector<std::string> warnings = facts.memory.warnings;
  warnings.insert(warnings.end(), machine.warnings.begin(), machine.warnings.end());
  record.set("warnings", fmt::format("{}", fmt::join(warnings, "; ")));
  if (!machine.threads.empty()) record.set("binding", machine.threads.front().binding);
  facts.levels = levels_of(one, facts.memory, machine);
  for (const CacheGeometry& level : facts.levels) record.set(level.name + "_bytes", static_cast<double>(level.bytes));
}

}  // namespace

CaseFacts case_facts(const Case& one, Words words, Executes executes, CaseCache& cache, unsigned threads,
                     Record& record) {
  CaseFacts facts;
  facts.network = cache.network(one.text("network"), one.where("network"));
  record.set("layers", static_cast<double>(facts.network->depth()));
  if (words == Words::asked) facts.network->whole();  // or its refusal
  if (words != Words::not_asked) describe_whole(*facts.network, record);
  facts.threads = one.integer("threads") > 0 ? static_cast<unsigned>(one.integer("threads")) : threads;
  choose_panel_for(one, executes, cache, facts, record);
  return facts;
}

void take_panel(const Case& one, const PanelChoice& choice, CaseCache& cache, CaseFacts& facts, Record& record) {
  facts.panel = choice.panel;
  record.set("panel_used", static_cast<double>(choice.panel));
  record.set("panel_source", choice.source);
  choose_memory_for(one, cache.machine(facts.threads), facts, record);
}

void open_case_inputs(const Case& one, CaseCache& cache, CaseFacts& facts, Record& record) {
  if (facts.inputs != nullptr) return;
  facts.inputs = cache.inputs(one.text("inputs"), facts.network->input_width(), one.where("inputs"));
  record.set("input_count", static_cast<double>(facts.inputs->count));
  record.set("inputs_origin", facts.inputs->origin);
}

void open_case_labels(const Case& one, CaseCache& cache, CaseFacts& facts) {
  if (one.text("labels").empty()) return;
  facts.labels = cache.labels(one.text("labels"), one.where("labels"));
  check_labels(*facts.labels, facts.inputs->count, facts.network->output_width(), one.where("labels"));
}

}  // namespace sparsio
