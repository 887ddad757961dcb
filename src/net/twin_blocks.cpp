#include "net/twin_blocks.hpp"

#include <algorithm>
#include <bit>
#include <numeric>
#include <span>

#include "net/twins.hpp"

namespace sparsio {
namespace {

using List = std::span<const uint32_t>;

/// An order of the groups in which neighbours share sources where they can: on to a group that reads what the last one
/// has just read. Without twins there is little to share, and the order stays.
std::vector<uint32_t> chained(const Layer& layer, const std::vector<std::vector<uint32_t>>& groups) {
  std::vector<uint32_t> order(groups.size());
  std::iota(order.begin(), order.end(), 0U);
  if (groups.size() * 4 > layer.targets) return order;
  std::vector<std::vector<uint32_t>> readers(layer.sources);
  for (uint32_t g = 0; g < groups.size(); ++g)
    for (const uint32_t s : layer.sources_of(groups[g][0])) readers[s].push_back(g);
  std::vector<bool> is_done(groups.size(), false);
  order.clear();
  for (uint32_t first = 0; first < groups.size(); ++first) {
    for (uint32_t at = first; !is_done[at];) {
      is_done[at] = true;
      order.push_back(at);
      for (const uint32_t s : layer.sources_of(groups[at][0])) {
        // A reader that is done is never asked again.
        auto& list = readers[s];
        while (!list.empty() && is_done[list.back()]) list.pop_back();
        if (list.empty()) continue;
        at = list.back();
        break;
      }
    }
  }
  return order;
}

/// Blocks are added one after the other.
class Builder {
 public:
  Builder(const Layer& layer, const std::vector<std::vector<uint32_t>>& groups)
      : layer_(layer), groups_(groups), source_at_(groups.size(), nowhere) {
    blocks_.target.reserve(layer.targets);
  }

  /// Targets `begin` to `end` of a group, in blocks as wide as possible.
  void add_twins(uint32_t group, size_t begin, size_t end) {
    const List list = layer_.sources_of(groups_[group][0]);
    if (source_at_[group] == nowhere) source_at_[group] = append(list);
    while (begin < end) {
      const size_t width = std::bit_floor(std::min<size_t>(end - begin, TwinBlock::widest));
      add_block(source_at_[group], list.size(), List(groups_[group]).subspan(begin, width));
      begin += width;
    }
  }

  TwinBlocks take() {
    blocks_.source.shrink_to_fit();
    blocks_.block.shrink_to_fit();
    return std::move(blocks_);
  }

 private:
  static constexpr uint64_t nowhere = ~uint64_t{0};

  uint64_t append(List sources) {
    blocks_.source.insert(blocks_.source.end(), sources.begin(), sources.end());
    return blocks_.source.size() - sources.size();
  }

  void add_block(uint64_t source, size_t sources, List targets) {
    blocks_.block.push_back({source, blocks_.weights, static_cast<uint32_t>(sources),
                             static_cast<uint32_t>(blocks_.target.size()), static_cast<uint32_t>(targets.size())});
    blocks_.target.insert(blocks_.target.end(), targets.begin(), targets.end());
    blocks_.weights += sources * targets.size();
  }

  const Layer& layer_;
  const std::vector<std::vector<uint32_t>>& groups_;
  std::vector<uint64_t> source_at_;  // of each group, once it is written
  TwinBlocks blocks_;
};

}  // namespace

std::vector<uint32_t> TwinBlocks::place_of() const {
  std::vector<uint32_t> place(target.size());
  for (uint32_t p = 0; p < target.size(); ++p) place[target[p]] = p;
  return place;
}

TwinBlocks twin_blocks(const Layer& layer) {
  constexpr size_t widest = TwinBlock::widest;
  const auto groups = twins_of(layer);
  Builder builder(layer, groups);
  const std::vector<uint32_t> order = chained(layer, groups);
  const auto in_full_blocks = [&](uint32_t g) { return groups[g].size() / widest * widest; };
  for (const uint32_t g : order) builder.add_twins(g, 0, in_full_blocks(g));
  for (const uint32_t g : order) builder.add_twins(g, in_full_blocks(g), groups[g].size());
  return builder.take();
}

}  // namespace sparsio
