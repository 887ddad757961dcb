// twins: layer after layer, rows that share sources together, near the values that they read.
// Rows with the same sources are one piece; a part grows by pieces that read what it reads; then each part is given to
// the owner of most of what it reads.
#include "part/partitioner.hpp"
#include "part/shared/greedy_growing.hpp"

namespace sparsio {
namespace {

Partition make(LayerSource& network, uint32_t parts, const Params& params) {
  return phase_by_phase(network, parts, params.real("imbalance"),
                        [parts](const Layer& layer, const RowGroups& pieces, const std::vector<uint32_t>& owner) {
                          return grow(layer, pieces, owner, parts);
                        });
}

const Register<PartitionerKind> registered{
    {"rows that share sources together, each layer near the values that it reads",
     {{"imbalance", Type::real, "0.03", "most connections of a part over the mean, - 1"}},
     make}};

}  // namespace
}  // namespace sparsio
