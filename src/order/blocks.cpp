// blocks: blocks of resident targets, sources streamed through them.
// The targets of a layer (of a depth, in a general DAG) are taken `size` at a time; each source, in ascending order, is
// read once a block and gives to every target of the block that it feeds. The accumulators of the block stay in fast
// memory, so a source costs one read for all its connections into the block: io/MODEL.md, 4. With size=0 the model
// chooses: a dozen sizes from 1 (neuron by neuron) to M - 2 (one word for the source, one for the weight) are
// simulated.
#include <algorithm>

#include "order/order_kind.hpp"
#include "order/shared/adjacency.hpp"

namespace sparsio {
namespace {

Order make(const Network& network, uint64_t memory, const Params& params) {
  const std::vector<uint32_t> targets = targets_by_depth(network);
  if (const uint64_t size = params.count("size"); size > 0) return blocks_of_depth(network, targets, size);
  const uint64_t most = resident_targets(memory);
  std::vector<uint64_t> sizes{most};
  for (const uint64_t spare : {1, 2, 4, 8, 12, 16})
    if (most > 2 * spare) sizes.push_back(most - spare);
  for (uint64_t size = most / 2; size > 0; size /= 4) sizes.push_back(size);
  sizes.push_back(1);
  Order best;
  uint64_t fewest = UINT64_MAX;
  for (const uint64_t size : sizes) {
    Order order = blocks_of_depth(network, targets, size);
    const uint64_t words = total_words(network, order, params.text("policy"), memory);
    if (words >= fewest) continue;
    fewest = words;
    best = std::move(order);
  }
  return best;
}

const Register<OrderKind> registered{
    {"blocks of targets with sources streamed through them",
     {{"size", Type::integer, "0", "targets a block; 0 lets the model choose"},
      {"policy", Type::text, "min", "eviction policy that the model chooses by", checked_by(check_policy)}},
     make}};

}  // namespace
}  // namespace sparsio
