// case_facts: what a case is about, before anything is answered: its network, its inputs, and what the machine decides
// where the case leaves it open.
#pragma once

#include <memory>
#include <vector>

#include "config/case.hpp"
#include "record/record.hpp"
#include "run/case_cache.hpp"
#include "run/panel_choice.hpp"
#include "topo/memory_choice.hpp"

namespace sparsio {

struct CaseFacts {
  std::shared_ptr<NetworkAtHand> network;
  std::shared_ptr<const Inputs> inputs;                 // null: nothing is executed
  std::shared_ptr<const std::vector<uint32_t>> labels;  // null: none are given, or nothing is executed
  unsigned threads = 1;
  uint32_t panel = 1;
  MemoryChoice memory;
  std::vector<CacheGeometry> levels;  // the row's own fast memory, then the caches of one thread
};

enum class Executes { no, yes };
/// Words of the model: bounds and I/Os of the case's schedule. They need the network held whole.
enum class Words { not_asked, where_possible, asked };

/// `threads`: how many there are where the case does not say. What is learned is written into `record` at once, so that
/// a case that fails later keeps it. The network is held whole, and the inputs are opened, only where that decides
/// something.
CaseFacts case_facts(const Case& one, Words words, Executes executes, CaseCache& cache, unsigned threads,
                     Record& record);

/// The panel, and the fast memory in rows of it. A theory that was made before goes on where the memory
/// is_of_any_panel.
void take_panel(const Case& one, const PanelChoice& choice, CaseCache& cache, CaseFacts& facts, Record& record);

/// The inputs, where they have not been opened yet.
void open_case_inputs(const Case& one, CaseCache& cache, CaseFacts& facts, Record& record);

/// The labels, where there are any; BadInput where they are not those of the inputs, which are open.
void open_case_labels(const Case& one, CaseCache& cache, CaseFacts& facts);

}  // namespace sparsio
