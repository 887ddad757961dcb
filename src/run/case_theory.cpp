#include "run/case_theory.hpp"

#include <fmt/format.h>

#include <cmath>

#include "bound/bound_kind.hpp"
#include "exec/walk/order_visit.hpp"

namespace sparsio {

std::optional<CaseTheory> case_theory(const Case& one, const CaseFacts& facts, CaseCache& cache, Record& record) {
  CaseTheory theory;
  theory.network = facts.network->whole_if_small();
  if (theory.network == nullptr) return std::nullopt;
  theory.memory = facts.memory.values;
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

ModelledPass pass_of(std::shared_ptr<const Engine> engine, PassInputs inputs, const std::string& worker) {
  const EngineCost cost = engine->cost();
  return {
      cost, [engine = std::move(engine), inputs](AccessVisitor& visitor) { engine->visit(visitor, {}, inputs); },
      worker + (inputs.values == InputValues::bits ? " bits" : " floats") + (inputs.life == Life::some ? " some" : "")};
}

ModelledPass pass_of(const CaseTheory& theory, uint32_t panel) {
  EngineCost cost;
  cost.panel = panel;
  cost.row_bytes = (4 * panel + 63) / 64 * 64;
  const OrderLayout layout{.row_bytes = cost.row_bytes,
                           .connection_bytes = static_cast<uint32_t>(cost.bytes.weight + cost.bytes.index)};
  const auto tell = [&network = *theory.network, schedule = theory.schedule, layout](AccessVisitor& visitor) {
    visit_order(network, schedule->steps, layout, visitor);
  };
  return {cost, tell, ""};
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
  if (const std::optional<uint64_t> least = theory.schedule->order.optimum())
    record.set("optimum", static_cast<double>(price(*least + weights, weights, unit, panel, costs)));
  for (const auto& bound : Registry<BoundKind>::instance().entries()) {
    if (!std::isnan(record.real(bound.name))) continue;  // told above
    const uint64_t words = bound.kind.total(*theory.network, theory.memory);
    record.set(bound.name, static_cast<double>(price(words, weights, unit, panel, costs)));
  }
}

void write_lines(const CaseTheory& theory, const Case& one, const CaseFacts& facts, const ModelledPass& pass,
                 CaseCache& cache, Record& record) {
  std::string reasons;
  std::string l2;  // what engines that run layers in depth go by
  for (const CacheGeometry& level : facts.levels)
    if (level.name == "l2") l2 = fmt::format(" l2 {}", level.bytes);
  for (const CacheGeometry& level : facts.levels) {
    record.set(level.name + "_model_lines", model_lines(*theory.network, *theory.schedule, theory.policy.kind(),
                                                        level.bytes, pass.cost.panel, pass.cost.bytes));
    if (const std::string reason = unpredictable(level); !reason.empty()) {
      reasons += fmt::format("{}{}: {}", reasons.empty() ? "" : "; ", level.name, reason);
      continue;
    }
    const std::string key =
        fmt::format("{} {} {} {} {} {} {} {} {}{}", one.text("network"), one.text("order"), facts.memory.values,
                    one.text("engine"), pass.worker, facts.panel, level.bytes, level.ways, level.line_bytes, l2);
    const LinePrediction lines = cache.prediction(key, [&] { return predict_lines(pass.tell, level); });
    record.set(level.name + "_predicted_lines", static_cast<double>(lines.misses));
    record.set(level.name + "_predicted_weight_lines", static_cast<double>(lines.weight_misses));
    record.set(level.name + "_predicted_write_lines", static_cast<double>(lines.write_backs));
  }
  record.set("predicted_status", reasons.empty() ? "predicted" : "predicted, but " + reasons);
}

}  // namespace sparsio
