// pass_work: what an engine does in one pass over one panel, in the amounts that its time is made of.
// The engine declares its connections and the bytes of its stream (neurons that share their sources show there: they
// share indices). The lines that each cache level misses come from a replay of its trace, the second of two passes, so
// that what stays from one panel to the next costs nothing. A library's accesses are not known and have no lines.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "exec/engine.hpp"
#include "net/access.hpp"

namespace sparsio {

/// By name: "connection", "neuron", "stream_byte", "chained" (a connection whose sum in memory the one before it has
/// just stored, so that orders differ), and for each level "L1_line" ...
using PassWork = std::vector<std::pair<std::string, double>>;

/// The engine is prepared for `plan` and gets such inputs. A pass of more than some 10^8 accesses is not replayed: it
/// has no lines.
PassWork work_of(const Engine& engine, const Plan& plan, PassInputs inputs, const std::vector<CacheGeometry>& levels);

/// 0 for what the work does not have.
double amount(const PassWork& work, const std::string& name);

std::string line_amount(const std::string& level);

}  // namespace sparsio
