// check: is the value of a key good, before anything runs? The only place that knows which registry a key's role means.
#pragma once

#include <string>
#include <vector>

#include "config/sweep.hpp"

namespace sparsio {

/// The canonical form of a value of this role; BadInput at `place`. For read_sweep and for the command line.
std::string check_value(Role role, const std::string& value, const std::string& place);

/// What makes a case impossible whatever the machine is, though each of its values is good.
enum class Flaw { none, order, track, inputs, ranks };

/// The first flaw of a case.
Flaw flaw_of(const Case& one);

/// BadInput naming the flaw and what would be right; nothing where there is none.
void refuse_impossible(const Case& one);

/// Cases that no engine would take: the engine does not execute the order, or not in that track.
struct LeftOut {
  uint64_t orders = 0;
  uint64_t tracks = 0;
};

/// Drops those cases from `cases`, keeping the order of the rest, and says how many there were. BadInput for a case
/// without inputs. (More ranks than its driver takes are a row, like ranks that are not there.)
LeftOut leave_out_impossible(std::vector<Case>& cases);

}  // namespace sparsio
