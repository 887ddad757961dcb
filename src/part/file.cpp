// file: the partition that a file says, which `sparsio partition --out` wrote, or anybody by hand.
// What was searched for hours is made once. A partition says nothing of another network: the file keeps the digest of
// its own, and is refused elsewhere, as it is where parts or levels are others.
#include <fmt/format.h>

#include "part/partitioner.hpp"
#include "part/shared/partition_file.hpp"

namespace sparsio {
namespace {

void check_widths(const std::vector<std::vector<uint32_t>>& owner, const std::vector<uint32_t>& widths,
                  const std::string& path) {
  constexpr std::string_view remedy = "give a partition of this network";
  if (owner.size() != widths.size())
    throw BadInput(path, fmt::format("has {} levels, and the network {}", owner.size(), widths.size()),
                   std::string(remedy));
  for (size_t level = 0; level < widths.size(); ++level)
    if (owner[level].size() != widths[level])
      throw BadInput(
          path,
          fmt::format("has {} neurons in level {}, and the network {}", owner[level].size(), level, widths[level]),
          std::string(remedy));
}

Partition make(LayerSource& network, uint32_t parts, const Params& params) {
  const std::string& path = params.text("path");
  FiledPartition read = read_partition(path);
  if (read.partition.parts != parts)
    throw BadInput(path, fmt::format("divides rows among {} parts, and {} are asked for", read.partition.parts, parts),
                   "start as many ranks, or make it anew: sparsio partition --parts P --out FILE");
  check_widths(read.partition.owner, network.widths(), path);
  if (!read.network.empty() && read.network != content_of(network))
    throw BadInput(path, "is the partition of another network, as wide in every level",
                   "give a partition of this network");
  return std::move(read.partition);
}

const Register<PartitionerKind> registered{
    {"what a file says, which sparsio partition --out wrote",
     {{"path", Type::text, std::nullopt, "the file; packed ones (.gz, .xz) too"}},
     make}};

}  // namespace
}  // namespace sparsio
