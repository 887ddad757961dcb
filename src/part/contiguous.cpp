// contiguous: rows as they are numbered, a run of them for each part. The baseline that costs nothing to find.
#include <numeric>

#include "part/partitioner.hpp"
#include "part/runs.hpp"

namespace sparsio {
namespace {

Partition make(LayerSource& network, uint32_t parts, const Params&) {
  Partition made{parts, {{}}};
  std::vector<uint32_t> sequence;
  network.restart();
  for (Layer layer; network.next(layer);) {
    sequence.resize(layer.targets);
    std::iota(sequence.begin(), sequence.end(), 0U);
    made.owner.push_back(cut_into_runs(layer, sequence, parts));
  }
  return made;
}

const Register<PartitionerKind> registered{{"rows as they are numbered, a run for each part", {}, make}};

}  // namespace
}  // namespace sparsio
