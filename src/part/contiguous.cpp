// contiguous: rows as they are numbered, a run of them for each part. The baseline that costs nothing to find.
#include "part/partitioner.hpp"
#include "part/shared/contiguous_blocks.hpp"

namespace sparsio {
namespace {

const Register<PartitionerKind> registered{
    {"rows as they are numbered, a run for each part", {}, [](LayerSource& network, uint32_t parts, const Params&) {
       return runs_of_rows(network, parts, [](size_t, std::vector<uint32_t>&) {});
     }}};

}  // namespace
}  // namespace sparsio
