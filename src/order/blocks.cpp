// blocks: blocks of resident targets, sources streamed through them.
// The targets of a layer (of a depth, in a general DAG) are taken `size` at a time; each source, in ascending order, is
// read once a block and gives to every target of the block that it feeds. The accumulators of the block stay in fast
// memory, so a source costs one read for all its connections into the block: io-model section 4.
#include <algorithm>
#include <numeric>

#include "order/order_kind.hpp"

namespace sparsio {
namespace {

constexpr uint64_t spare = 12;  // words left for sources and the weight; fewer spill, more make the blocks small

/// Appends the in-connections of `targets`, source by source.
void append_block(const Network& network, std::span<const uint32_t> targets, std::vector<uint32_t>& connection) {
  const auto first = static_cast<int64_t>(connection.size());
  for (const uint32_t v : targets)
    for (uint64_t k = network.in_begin()[v]; k < network.in_begin()[v + 1]; ++k)
      connection.push_back(static_cast<uint32_t>(k));
  std::stable_sort(connection.begin() + first, connection.end(),
                   [&](uint32_t a, uint32_t b) { return network.source()[a] < network.source()[b]; });
}

Order make(const Network& network, uint64_t memory, const Params& params) {
  uint64_t size = params.count("size");
  if (size == 0) size = memory > 2 * spare ? memory - spare : std::max<uint64_t>(1, memory / 2);
  std::vector<uint32_t> by_depth(network.neurons());
  std::iota(by_depth.begin(), by_depth.end(), 0U);
  const std::vector<uint32_t> depth = network.depth();
  std::stable_sort(by_depth.begin(), by_depth.end(), [&](uint32_t a, uint32_t b) { return depth[a] < depth[b]; });

  std::vector<uint32_t> connection;
  connection.reserve(network.connections());
  for (size_t begin = 0; begin < by_depth.size();) {
    size_t end = begin;
    while (end < by_depth.size() && end - begin < size && depth[by_depth[end]] == depth[by_depth[begin]]) ++end;
    append_block(network, std::span(by_depth).subspan(begin, end - begin), connection);
    begin = end;
  }
  return Order(std::move(connection));
}

const Register<OrderKind> registered{
    {"blocks of targets with sources streamed through them",
     {{"size", Type::integer, "0", "targets a block; 0 is M - 12 (half of M below 25)"}},
     make}};

}  // namespace
}  // namespace sparsio
