// random: rows in a random sequence, a run of it for each part. The baseline that knows nothing of the network.
#include "net/random.hpp"

#include <numeric>
#include <utility>

#include "part/partitioner.hpp"
#include "part/runs.hpp"

namespace sparsio {
namespace {

Partition make(LayerSource& network, uint32_t parts, const Params& params) {
  Partition made{parts, {{}}};
  std::vector<uint32_t> sequence;
  network.restart();
  for (Layer layer; network.next(layer);) {
    sequence.resize(layer.targets);
    std::iota(sequence.begin(), sequence.end(), 0U);
    RandomStream random(params.count("seed"), made.owner.size());
    for (size_t i = sequence.size(); i > 1; --i) std::swap(sequence[i - 1], sequence[random.below(i)]);
    made.owner.push_back(cut_into_runs(layer, sequence, parts));
  }
  return made;
}

const Register<PartitionerKind> registered{{"rows in a random sequence, a run of it for each part",
                                            {{"seed", Type::integer, "1", "fixes the sequence"}},
                                            make}};

}  // namespace
}  // namespace sparsio
