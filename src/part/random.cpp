// random: rows in a random sequence, a run of it for each part. The baseline that knows nothing of the network.
#include "base/random.hpp"

#include <utility>

#include "part/partitioner.hpp"
#include "part/shared/contiguous_blocks.hpp"

namespace sparsio {
namespace {

Partition make(LayerSource& network, uint32_t parts, const Params& params) {
  return runs_of_rows(network, parts, [&](size_t k, std::vector<uint32_t>& rows) {
    RandomStream random(params.count("seed"), k);
    for (size_t i = rows.size(); i > 1; --i) std::swap(rows[i - 1], rows[random.below(i)]);
  });
}

const Register<PartitionerKind> registered{{"rows in a random sequence, a run of it for each part",
                                            {{"seed", Type::integer, "1", "fixes the sequence"}},
                                            make}};

}  // namespace
}  // namespace sparsio
