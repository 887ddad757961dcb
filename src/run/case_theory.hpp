// case_theory: the answers of a case that need no machine: what its schedule moves in the model, and the lines that it
// misses in caches of the machine's geometry.
#pragma once

#include <optional>
#include <string>

#include "base/spec.hpp"
#include "exec/engine.hpp"
#include "io/lines/line_model.hpp"
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

/// What is predicted of: an engine's layout, which prices words, and the pass that it tells.
struct ModelledPass {
  EngineCost cost;
  TellPass tell;
  std::string worker;  // whose pass it is, for a cache's key
};

/// One that `engine` makes over such inputs; it holds the engine. `worker` tells engines of one name apart.
ModelledPass pass_of(std::shared_ptr<const Engine> engine, PassInputs inputs, const std::string& worker);
/// Where there is no engine: a float a value, four bytes a weight, and the case's schedule step by step, on 0/1 inputs.
ModelledPass pass_of(const CaseTheory& theory, uint32_t panel);

/// Bounds and I/Os in the case's unit; `costs` matter where that is bytes.
void write_words(const CaseTheory& theory, const Case& one, uint32_t panel, const ByteCosts& costs, Record& record);

/// Lines of the pass for each level.
void write_lines(const CaseTheory& theory, const Case& one, const CaseFacts& facts, const ModelledPass& pass,
                 CaseCache& cache, Record& record);

}  // namespace sparsio
