// one_pass: what meters look at. One panel of the case's first inputs, on one thread, from bits to categories.
// The value track is left out of it: what its pass touches depends on which inputs die, and the trace, which the model
// is compared with, executes all. Engines without another track keep theirs.
#pragma once

#include <string>
#include <vector>

#include "config/case.hpp"
#include "count/meter.hpp"
#include "net/inputs.hpp"
#include "net/plan.hpp"

namespace sparsio {

/// An engine prepared for one thread with its first panel of `inputs`; the pass keeps both. Unsupported as the engine
/// says. The plan's network and layers must outlive the pass.
Pass prepare_one_pass(const std::string& engine, Plan plan, const Inputs& inputs, const std::string& place);

/// This program with the arguments of its command `one_pass` for that case; empty if it is not the program `sparsio`.
/// `memory_values`: M, for the orders that look at it. `l2_bytes`: as Plan, for the engines that look at it; an
/// instrument that emulates a processor shows its programs other caches than there are.
std::vector<std::string> one_pass_command(const Case& one, uint64_t panel, uint64_t memory_values, uint64_t l2_bytes);
/// The same for a program of which the caller knows that it has the command.
std::vector<std::string> one_pass_command(const std::string& program, const Case& one, uint64_t panel,
                                          uint64_t memory_values, uint64_t l2_bytes);

}  // namespace sparsio
