// twins: targets with equal sources together.
// The targets of a depth are sorted by their list of sources, so that equal lists stand side by side and similar ones
// near each other; sets of equal targets are processed source by source, everything else neuron by neuron. Structured
// pruning, convolutions and RadiX-Nets have many twins: a set of t twins reads its sources once, not t times.
#include <algorithm>

#include "order/order_kind.hpp"
#include "order/shared/adjacency.hpp"

namespace sparsio {
namespace {

Order make(const Network& network, uint64_t memory, const Params& params) {
  const uint64_t size = resident_targets(memory, params.count("size"));
  const std::vector<uint32_t> depth = network.depth();
  std::vector<uint32_t> targets = targets_by_depth(network);
  std::stable_sort(targets.begin(), targets.end(), [&](uint32_t a, uint32_t b) {
    if (depth[a] != depth[b]) return depth[a] < depth[b];
    const auto x = network.sources_of(a);
    const auto y = network.sources_of(b);
    return std::lexicographical_compare(x.begin(), x.end(), y.begin(), y.end());
  });
  std::vector<bool> starts(targets.size(), false);
  for (size_t i = 1, begin = 0; i < targets.size(); ++i) {
    const auto x = network.sources_of(targets[begin]);
    const auto y = network.sources_of(targets[i]);
    starts[i] = i - begin == size || !std::equal(x.begin(), x.end(), y.begin(), y.end());
    if (starts[i]) begin = i;
  }
  return block_by_block(network, targets, starts);
}

const Register<OrderKind> registered{{"targets with equal sources together, source by source",
                                      {{"size", Type::integer, "0", "most twins resident at once; 0 is M - 2"}},
                                      make}};

}  // namespace
}  // namespace sparsio
