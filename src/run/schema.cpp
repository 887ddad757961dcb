#include "run/schema.hpp"

#include <algorithm>

#include "bound/bound_kind.hpp"
#include "config/case.hpp"

namespace sparsio {
namespace {

void add(Schema& schema, Nature nature, Schema columns) {
  for (Column& column : columns) {
    column.nature = nature;
    schema.push_back(std::move(column));
  }
}

Column headed(std::string head, Column column) {
  column.short_name = std::move(head);
  return column;
}

Column cost(Column column) {
  column.is_cost = true;
  return column;
}

Column determined(Column column) {
  column.is_determined = true;
  return column;
}

Column published(Column column) {
  column.is_published = true;
  return column;
}

/// What the program chose for the row: of rows that differ in it no deterministic value need be the same.
Column chosen_from(std::string keys, Column column) {
  column.chosen_from = std::move(keys);
  return column;
}

Column renamed_from(std::string former, Column column) {
  column.former = std::move(former);
  return column;
}

/// A bound is a plug-in, and each is a column of its name.
void add_other_bounds(Schema& schema) {
  for (const auto& bound : Registry<BoundKind>::instance().entries()) {
    const bool is_there =
        std::any_of(schema.begin(), schema.end(), [&](const Column& column) { return column.name == bound.name; });
    if (!is_there)
      add(schema, Nature::deterministic, {{bound.name, Type::real, 0, "cost", std::string(bound.kind.summary)}});
  }
}

void add_levels(Schema& schema) {
  for (const std::string& level : level_prefixes()) {
    const auto lines = [&](std::string name, std::string help) {
      return Column{level + "_" + std::move(name), Type::real, 0, "lines", std::move(help)};
    };
    add(schema, Nature::given, {{level + "_bytes", Type::real, 0, "bytes", "size of this level for one thread"}});
    const bool is_memory = level == "memory";  // the level that tables for eyes show
    add(schema, Nature::deterministic,
        {published(lines("model_lines",
                         "reads of the word model under the row's order and policy, as lines: values and stream")),
         published(headed(
             is_memory ? "predicted lines" : "",
             lines("predicted_lines",
                   "predicted by the line model: misses of an LRU cache of this geometry in one pass over one panel"))),
         lines("predicted_weight_lines",
               "the part of predicted_lines that is weights, biases and indices; the rest is values, inputs included"),
         published(lines("predicted_write_lines",
                         "predicted by the line model: write-backs in that pass, the last ones included"))});
    add(schema, Nature::counted,
        {cost(
             headed(is_memory ? "counted lines" : "",
                    lines("misses", "counted in one pass over one panel on one thread, from cold; see misses_source"))),
         lines("weight_misses",
               "the part of misses that is weights, biases and indices; NaN where the meter does not see what lies "
               "there"),
         cost(lines("demand_misses", "the part of misses that loads and stores waited for, prefetchers left out")),
         cost(lines("write_backs", "counted: dirty lines that left, those still dirty at the end included"))});
  }
}

/// Of ranks that compute together. What is counted is also predicted by the partition, and a difference makes the row
/// incorrect.
void add_traffic(Schema& schema) {
  add(schema, Nature::deterministic,
      {cost({"words", Type::real, 0, "words", "values that ranks sent each other, an input: counted, as predicted"}),
       cost({"words_max", Type::real, 0, "words", "sent by the rank that sends most, an input"}),
       cost({"receive_max", Type::real, 0, "words", "received by the rank that receives most, an input"}),
       cost({"lower_words", Type::real, 0, "words",
             "what every partition sends whose parts have no fewer and no more rows a level than those here"}),
       {"words_gap", Type::real, 0, "", "words / lower_words"},
       {"lower_words_form", Type::text, 16, "", "what proves lower_words: all partitions, A+, A, reads or counts"},
       cost({"messages", Type::real, 0, "messages", "between ranks, a panel: counted, as predicted"}),
       {"pairs", Type::real, 0, "pairs", "ranks and those that they ever send to"},
       {"imbalance", Type::real, 0, "",
        "connections of each layer's rank with most, over the mean, - 1: all layers in sequence"}});
  add(schema, Nature::measured,
      {{"exchange_seconds", Type::real, 0, "seconds",
        "of the last timed run: packing, sending, waiting and unpacking, on the rank that spent most"},
       {"memory_max", Type::real, 0, "bytes",
        "resident at most while the case was executed and verified, in the rank that had most"},
       {"memory_sum", Type::real, 0, "bytes", "the same of all ranks together"}});
}

Column of_key(const CaseKey& key) {
  Column column{std::string(key.name), key.type, key.width, "", std::string(key.help)};
  column.identity = key.identity;
  column.former = key.former;
  column.fallback = key.fallback;
  return column;
}

Schema make_schema() {
  Schema schema = {{"run", Type::text, 32, "", "run id: hash of the case and of the content of its files"},
                   {"status", Type::text, 16, "", "ok incorrect timeout error unsupported"},
                   {"error", Type::text, 512, "", "what went wrong, empty when nothing did"},
                   {"config", Type::text, 128, "", "config file the case came from"},
                   {"host", Type::text, 64, "", "machine that ran it"},
                   {"revision", Type::text, 48, "", "git revision of the program, with + where the tree was changed"},
                   {"started", Type::text, 32, "", "UTC time"}};
  for (const CaseKey& key : case_keys()) schema.push_back(of_key(key));
  add(schema, Nature::deterministic,
      {{"layers", Type::real, 0, "", "layers of connections; 0 for a general DAG"},
       {"network_neurons", Type::real, 0, "neurons", "N, with at least one connection"},
       {"network_connections", Type::real, 0, "connections", "W"},
       {"network_inputs", Type::real, 0, "neurons", "I, neurons without in-connections"},
       {"network_outputs", Type::real, 0, "neurons", "S"},
       {"input_count", Type::real, 0, "inputs", "batch"}});
  add(schema, Nature::given,
      {{"inputs_origin", Type::text, 16, "", "generated or file"},
       headed("M", {"memory_values", Type::real, 0, "values", "M, the fast memory of the model"}),
       {"memory_source", Type::text, 128, "", "where M comes from"}});
  add(schema, Nature::deterministic,
      {determined({"lower", Type::real, 0, "cost", "no schedule moves less (unit: words; bytes: bytes)"}),
       {"lower_instance", Type::real, 0, "cost", "lower, raised by what the connections and M enforce"},
       {"optimum", Type::real, 0, "cost", "the least that any schedule moves, where order exact has found it"},
       determined({"upper", Type::real, 0, "cost", "the 2-optimal method moves no more"}),
       determined(published({"reads", Type::real, 0, "cost", "predicted, slow to fast"})),
       determined(published({"writes", Type::real, 0, "cost", "predicted, fast to slow"})),
       cost({"total", Type::real, 0, "cost", "reads + writes"}),
       headed("I/O over lower", {"ratio", Type::real, 0, "", "total / lower"}),
       {"certified_gap", Type::real, 0, "",
        "value reads beyond the first of each neuron / those that no schedule avoids; NaN where the bound proves none"},
       determined({"max_live", Type::real, 0, "neurons", "most neurons live at once under the order"}),
       {"perfect_memory", Type::real, 0, "values", "the M at which this order meets the lower bound: max_live + 1"}});
  add_other_bounds(schema);
  add_levels(schema);
  add(schema, Nature::given,
      {{"predicted_status", Type::text, 256, "",
        "predicted, or which level's lines are not, and why; empty: none asked for"},
       headed("counted by", {"misses_source", Type::text, 16, "", "what counted: none simulated callgrind papi"}),
       {"misses_status", Type::text, 256, "", "measured, or unavailable: reason"},
       {"misses_map", Type::text, 256, "", "which counter of the machine each count is"}});
  add(schema, Nature::counted,
      {{"simulated_workers", Type::real, 0, "workers", "that the meter simulated together, by its options"},
       {"simulated_memory_bytes", Type::real, 0, "bytes",
        "from and to memory, a multiply-add of those workers, a panel each, caches cold"}});
  add(schema, Nature::measured,
      {headed("page faults", {"page_faults", Type::real, 0, "faults", "in the pass that papi counted"}),
       headed("context switches", {"context_switches", Type::real, 0, "switches", "in the pass that papi counted"}),
       {"task_clock_seconds", Type::real, 0, "seconds", "processor time of the pass that papi counted"},
       {"timed_runs", Type::real, 0, "runs", "that seconds is the median of"},
       headed("seconds, median [interval]", {"seconds", Type::real, 0, "seconds", "median of the timed runs"}),
       {"seconds_low", Type::real, 0, "seconds", "lower end of the median's rank-based interval; NaN: too few runs"},
       {"seconds_high", Type::real, 0, "seconds", "upper end of it"},
       {"seconds_coverage", Type::real, 0, "",
        "probability that the interval holds the true median, at least confidence; where there is none, the most that "
        "so few runs can have"},
       {"seconds_interval", Type::text, 96, "",
        "which of the ordered times the interval is made of, or why there is none"},
       {"seconds_min", Type::real, 0, "seconds", "fastest timed run"},
       {"prepare_seconds", Type::real, 0, "seconds", "setting the engine up, not part of seconds"},
       {"wall_seconds", Type::real, 0, "seconds",
        "the whole case, or its last round: model, setting up, runs and counting; submit packs by it"}});
  add(schema, Nature::deterministic, {determined({"edges", Type::real, 0, "edges", "inputs x connections"})});
  add(schema, Nature::measured,
      {headed("nominal edges/s", {"nominal_rate", Type::real, 0, "edges/s",
                                  "edges / seconds, however many were skipped; compare within a track only"})});
  add(schema, Nature::deterministic,
      {cost({"executed_edges", Type::real, 0, "edges", "connections really executed, each counted once an input"})});
  add(schema, Nature::measured,
      {headed("executed edges/s", {"executed_rate", Type::real, 0, "edges/s", "executed_edges / seconds"})});
  add(schema, Nature::deterministic,
      {determined({"category_count", Type::real, 0, "inputs",
                   "inputs with a nonzero output, which the Graph Challenge calls categories"}),
       {"verified", Type::text, 256, "", "how the answer was checked"},
       {"max_relative_error", Type::real, 0, "", "against reference, relative to an input's largest output"},
       {"share_of_bound", Type::real, 0, "",
        "largest error as a share of what rounding can make of that value; above 1: incorrect"},
       {"tied_inputs", Type::real, 0, "inputs",
        "verified ones that are zero to rounding, so that either category is right"},
       {"uncompared_inputs", Type::real, 0, "inputs",
        "verified ones for which reference is no oracle: a float may overflow, or rounding make as much as there is"},
       {"accuracy", Type::real, 0, "",
        "share of the inputs whose largest output, the first of several, is the one that their label names; of one "
        "output, which of two classes it says; NaN: see accuracy_status"}});
  add(schema, Nature::given,
      {{"accuracy_status", Type::text, 96, "", "how many inputs are right, or why there is no accuracy"}});
  add(schema, Nature::given,
      {chosen_from("engine network order track panel threads ranks driver",
                   {"engine_used", Type::text, 256, "", "that executed: what an engine that only chooses came to"}),
       {"threads_used", Type::real, 0, "threads", "that executed"},
       chosen_from("panel network inputs engine threads",
                   renamed_from("tile_used", {"panel_used", Type::real, 0, "inputs", "that were processed together"})),
       renamed_from("tile_source", {"panel_source", Type::text, 96, "", "given, or why this panel was chosen"}),
       {"tiles", Type::real, 0, "tiles",
        "that the blocks of layers were cut in, all blocks together: as many as blocks are no cut; NaN: an engine "
        "without tiles"},
       {"tile_edges", Type::real, 0, "edges",
        "between tiles of a panel, and to the next panel's: who waits for whom; what follows from others left out"},
       {"binding", Type::text, 128, "", "where the threads may run"}});
  add(schema, Nature::measured,
      {{"baseline_seconds", Type::real, 0, "seconds", "median of the baseline, interleaved with this engine"},
       {"speedup", Type::real, 0, "", "baseline_seconds / seconds"},
       {"speedup_low", Type::real, 0, "",
        "lower end of its interval, from the rank-based ones of both medians; NaN: too few runs"},
       {"speedup_high", Type::real, 0, "", "upper end of it"},
       {"waits", Type::real, 0, "waits",
        "in a run, of threads that share panels: for a tile that was not done at once, or at a barrier"}});
  add_traffic(schema);
  add(schema, Nature::given,
      {{"simd", Type::text, 16, "", "instruction set chosen at run time"},
       {"note", Type::text, 256, "", "what the engine decided while it prepared, and why"},
       {"warnings", Type::text, 512, "", "of the memory choice and the machine"}});
  return schema;
}

}  // namespace

const std::vector<std::string>& level_prefixes() {
  static const std::vector<std::string> prefixes = {"memory", "l1", "l2", "l3"};
  return prefixes;
}

const std::vector<std::string>& published_columns() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> list;
    for (const Column& column : run_schema())
      if (column.is_published) list.push_back(column.name);
    return list;
  }();
  return names;
}

const Schema& run_schema() {
  static const Schema schema = make_schema();
  return schema;
}

}  // namespace sparsio
