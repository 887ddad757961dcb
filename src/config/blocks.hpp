// blocks: what a config says, before it is multiplied out.
// A block is a table of the config that may hold keys: the top, or one [[sweep]]. Each key in it, or each `zip`, is an
// axis; a key with one value is an axis of one step.
#pragma once

#include "config/values.hpp"
#include "disk/node.hpp"

namespace sparsio {

/// The columns it sets and, for each of its steps, their values. `places` says where each column was written.
struct Axis {
  std::vector<size_t> columns;
  std::vector<std::vector<SharedText>> steps;
  std::vector<std::string> places;
};

/// A case is dropped that has, for every column here, one of the values.
struct Condition {
  size_t column;
  std::vector<SharedText> values;
};
using Exclusion = std::vector<Condition>;

/// A sweep as written, or the part of one that stands at the top.
struct Block {
  std::string place;
  std::vector<Axis> axes;
  std::vector<Exclusion> exclusions;
};

/// The column's place in an axis as written; null if the axis does not set it.
const std::string* place_in(const Axis& axis, size_t column);

struct Blocks {
  std::string title;
  Block top;
  std::vector<Block> sweeps;  // one without axes where the config has no [[sweep]]
};

/// The blocks of a merged config; what is wrong is appended to `errors`. `place` is that of the whole config.
Blocks read_blocks(const Node& root, const std::string& place, Values& values, std::vector<std::string>& errors);

}  // namespace sparsio
