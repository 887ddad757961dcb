#include "run/case_theory.hpp"

#include <fmt/format.h>

#include <cmath>

#include "bound/bound_kind.hpp"
#include "io/lines/line_model.hpp"

namespace sparsio {

std::optional<CaseTheory> case_theory(const Case& one, const CaseFacts& facts, CaseCache& cache, Record& record) {
  CaseTheory theory;
  theory.network = facts.network->whole_if_small();
  if (theory.network == nullptr) return std::nullopt;
  theory.policy = resolve<PolicyKind>(one.text("policy"), one.where("policy"));
  theory.schedule =
      cache.schedule(one.text("network"), *theory.network, one.text("order"), facts.memory.values, one.where("order"));
  theory.moved = theory.policy.kind().simulate(*theory.network, theory.schedule->steps, facts.memory.values);
  record.set("max_live", static_cast<double>(theory.schedule->max_live));
  record.set("perfect_memory", static_cast<double>(theory.schedule->max_live + 1));
  // Words are known now; bytes are those of an engine's layout, which may yet fail.
  if (one.text("cost") == "unit") write_words(theory, one, facts.panel, {}, record);
  return theory;
}

EngineCost model_cost(uint32_t panel) {
  EngineCost cost;
  cost.panel = panel;
  cost.lines.row_bytes = (4 * panel + 63) / 64 * 64;
  cost.lines.bytes_a_connection = static_cast<uint32_t>(cost.bytes.weight + cost.bytes.index);
  return cost;
}

void write_words(const CaseTheory& theory, const Case& one, uint32_t panel, const ByteCosts& costs, Record& record) {
  const CostUnit unit = one.text("cost") == "unit" ? CostUnit::words : CostUnit::bytes;
  const Theory priced = price(theory.network->facts(), *theory.schedule, theory.moved, unit, panel, costs);
  record.set("lower", static_cast<double>(priced.lower));
  record.set("lower_instance", static_cast<double>(priced.lower_instance));
  record.set("upper", static_cast<double>(priced.upper));
  record.set("reads", static_cast<double>(priced.reads));
  record.set("writes", static_cast<double>(priced.writes));
  record.set("total", static_cast<double>(priced.total()));
  record.set("ratio", priced.ratio());
  record.set("certified_gap", priced.certified_gap);
  const uint64_t weights = theory.network->connections();
  for (const auto& bound : Registry<BoundKind>::instance().entries()) {
    if (!std::isnan(record.real(bound.name))) continue;  // told above
    const uint64_t words = bound.kind.total(*theory.network, theory.memory);
    record.set(bound.name, static_cast<double>(price(words, weights, unit, panel, costs)));
  }
}

void write_lines(const CaseTheory& theory, const Case& one, const CaseFacts& facts, const EngineCost& cost,
                 const std::string& worker, CaseCache& cache, Record& record) {
  const LineLayout& layout = cost.lines;
  for (const CacheGeometry& level : facts.levels) {
    record.set(level.name + "_model_lines", model_lines(*theory.network, *theory.schedule, theory.policy.kind(),
                                                        level.bytes, cost.panel, cost.bytes));
    const std::string key =
        fmt::format("{} {} {} {} {} {} {} {} {} {} {} {}", one.text("network"), one.text("order"), facts.memory.values,
                    one.text("engine"), worker, facts.panel, layout.vector_bytes, layout.strip_bytes,
                    layout.bytes_a_connection, level.bytes, level.ways, level.line_bytes);
    const LinePrediction lines =
        cache.prediction(key, [&] { return predict_lines(*theory.network, theory.schedule->steps, level, layout); });
    record.set(level.name + "_predicted_lines", static_cast<double>(lines.misses));
    record.set(level.name + "_predicted_write_lines", static_cast<double>(lines.write_backs));
  }
}

}  // namespace sparsio
