// case_theory: the answers of a case that need no machine: what its schedule moves in the model, and the lines that it
// misses in caches of the machine's geometry.
#pragma once

#include <optional>
#include <string>

#include "base/spec.hpp"
#include "exec/engine.hpp"
#include "run/case_facts.hpp"
#include "run/theory.hpp"

namespace sparsio {

struct CaseTheory {
  const Network* network = nullptr;
  std::shared_ptr<const Schedule> schedule;
  Resolved<PolicyKind> policy;
  uint64_t memory = 0;  // values in fast memory
  IoCount moved;        // by the schedule, in words
};

/// Walks the case's order once. None where the network is too large to be held whole.
std::optional<CaseTheory> case_theory(const Case& one, const CaseFacts& facts, CaseCache& cache, Record& record);

/// The layout that the model takes where no engine has one: a float a value, four bytes a weight.
EngineCost model_cost(uint32_t panel);

/// Bounds and I/Os in the case's unit; `costs` matter where that is bytes.
void write_words(const CaseTheory& theory, const Case& one, uint32_t panel, const ByteCosts& costs, Record& record);

/// Lines for each level under the layout `cost` of the engine that is named `worker` (text of a cache key alone).
void write_lines(const CaseTheory& theory, const Case& one, const CaseFacts& facts, const EngineCost& cost,
                 const std::string& worker, CaseCache& cache, Record& record);

}  // namespace sparsio
