#include "exec/twin_layout.hpp"

#include <algorithm>
#include <bit>
#include <numeric>
#include <unordered_map>

namespace sparsio {
namespace {

using List = std::span<const uint32_t>;

List sources_of(const Layer& layer, uint32_t target) {
  return {layer.source.data() + layer.begin[target], layer.begin[target + 1] - layer.begin[target]};
}

uint64_t hash_of(List list) {
  uint64_t hash = list.size();
  for (const uint32_t v : list) hash = (std::rotl(hash, 5) ^ v) * 0x9E3779B97F4A7C15;
  return hash;
}

/// Each group's targets, ascending. Equal hashes are only candidates: lists are compared.
std::vector<std::vector<uint32_t>> groups_of(const Layer& layer) {
  std::vector<std::vector<uint32_t>> groups;
  std::unordered_multimap<uint64_t, uint32_t> by_hash;
  by_hash.reserve(layer.targets);
  for (uint32_t t = 0; t < layer.targets; ++t) {
    const List list = sources_of(layer, t);
    const uint64_t hash = hash_of(list);
    const auto [first, last] = by_hash.equal_range(hash);
    const auto found = std::find_if(
        first, last, [&](const auto& e) { return std::ranges::equal(sources_of(layer, groups[e.second][0]), list); });
    if (found == last) {
      by_hash.emplace(hash, static_cast<uint32_t>(groups.size()));
      groups.push_back({t});
    } else {
      groups[found->second].push_back(t);
    }
  }
  return groups;
}

/// An order of the groups in which neighbours share sources where they can: on to a group that reads what the last one
/// has just read. Without twins there is little to share, and the order stays.
std::vector<uint32_t> chained(const Layer& layer, const std::vector<std::vector<uint32_t>>& groups) {
  std::vector<uint32_t> order(groups.size());
  std::iota(order.begin(), order.end(), 0U);
  if (groups.size() * 4 > layer.targets) return order;
  std::vector<std::vector<uint32_t>> readers(layer.sources);
  for (uint32_t g = 0; g < groups.size(); ++g)
    for (const uint32_t s : sources_of(layer, groups[g][0])) readers[s].push_back(g);
  std::vector<bool> is_done(groups.size(), false);
  order.clear();
  for (uint32_t first = 0; first < groups.size(); ++first) {
    for (uint32_t at = first; !is_done[at];) {
      is_done[at] = true;
      order.push_back(at);
      for (const uint32_t s : sources_of(layer, groups[at][0])) {
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

/// Blocks are added one after the other; what is where in the layer as it will be run.
class Builder {
 public:
  Builder(const Layer& layer, const std::vector<std::vector<uint32_t>>& groups,
          std::span<const uint32_t> place_of_source)
      : layer_(layer), groups_(groups), place_of_source_(place_of_source), source_at_(groups.size(), nowhere) {
    twins_.targets = layer.targets;
    twins_.weight.reserve(layer.connections());
    twins_.has_positive_bias = std::any_of(layer.bias.begin(), layer.bias.end(), [](float b) { return b > 0; });
    twins_.place_of.resize(layer.targets);
    twins_.bias.reserve(layer.targets);
  }

  /// Targets `begin` to `end` of a group, in blocks as wide as possible.
  void add_twins(uint32_t group, size_t begin, size_t end) {
    const List list = sources_of(layer_, groups_[group][0]);
    if (source_at_[group] == nowhere) {
      source_at_[group] = twins_.source.size();
      for (const uint32_t s : list) twins_.source.push_back(place(s));
    }
    while (begin < end) {
      const size_t width = std::bit_floor(std::min<size_t>(end - begin, TwinLayer::widest_block));
      const List targets = List(groups_[group]).subspan(begin, width);
      open_block(source_at_[group], list.size(), width);
      for (size_t s = 0; s < list.size(); ++s)
        for (const uint32_t t : targets) twins_.weight.push_back(layer_.weight[layer_.begin[t] + s]);
      close_block(targets);
      begin += width;
    }
  }

  /// Targets with different sources, on all of them: where a target has no connection, its weight is 0.
  void add_padded(List targets, List sources) {
    const uint64_t source = twins_.source.size();
    for (const uint32_t s : sources) twins_.source.push_back(place(s));
    open_block(source, sources.size(), targets.size());
    std::vector<uint64_t> at;
    for (const uint32_t t : targets) at.push_back(layer_.begin[t]);
    for (const uint32_t s : sources)
      for (size_t t = 0; t < targets.size(); ++t) {
        const bool is_there = at[t] < layer_.begin[targets[t] + 1] && layer_.source[at[t]] == s;
        twins_.weight.push_back(is_there ? layer_.weight[at[t]++] : 0.0F);
      }
    close_block(targets);
  }

  TwinLayer take() {
    twins_.source.shrink_to_fit();
    twins_.block.shrink_to_fit();
    return std::move(twins_);
  }

 private:
  static constexpr uint64_t nowhere = ~uint64_t{0};

  uint32_t place(uint32_t source) const { return place_of_source_.empty() ? source : place_of_source_[source]; }

  void open_block(uint64_t source, size_t sources, size_t width) {
    twins_.block.push_back({source, twins_.weight.size(), static_cast<uint32_t>(sources),
                            static_cast<uint32_t>(twins_.bias.size()), static_cast<uint32_t>(width)});
  }

  void close_block(List targets) {
    for (const uint32_t t : targets) {
      twins_.place_of[t] = static_cast<uint32_t>(twins_.bias.size());
      twins_.bias.push_back(layer_.bias[t]);
    }
  }

  const Layer& layer_;
  const std::vector<std::vector<uint32_t>>& groups_;
  std::span<const uint32_t> place_of_source_;
  std::vector<uint64_t> source_at_;  // of each group, once it is written
  TwinLayer twins_;
};

/// All sources of some targets, in any order. `seen` is all false before and after.
std::vector<uint32_t> union_of(const Layer& layer, List targets, std::vector<bool>& seen) {
  std::vector<uint32_t> sources;
  for (const uint32_t t : targets)
    for (const uint32_t s : sources_of(layer, t)) {
      if (seen[s]) continue;
      seen[s] = true;
      sources.push_back(s);
    }
  for (const uint32_t s : sources) seen[s] = false;
  return sources;
}

}  // namespace

TwinLayer find_twins(const Layer& layer, std::span<const uint32_t> place_of_source, double least_fill) {
  constexpr size_t widest = TwinLayer::widest_block;
  const auto groups = groups_of(layer);
  Builder builder(layer, groups, place_of_source);
  // Targets that fill no block of twins, with their groups.
  std::vector<uint32_t> rest;
  std::vector<uint32_t> group_of_rest;
  std::vector<size_t> begin(groups.size());
  for (const uint32_t g : chained(layer, groups)) {
    const auto& group = groups[g];
    begin[g] = group.size() / widest * widest;
    builder.add_twins(g, 0, begin[g]);
    for (size_t k = begin[g]; k < group.size(); ++k) {
      rest.push_back(group[k]);
      group_of_rest.push_back(g);
    }
  }
  std::vector<bool> seen(layer.sources, false);
  for (size_t first = 0; first < rest.size();) {
    const size_t count = std::min(rest.size() - first, widest);
    const List targets = List(rest).subspan(first, count);
    uint64_t connections = 0;
    for (const uint32_t t : targets) connections += sources_of(layer, t).size();
    if (count == widest && connections > 0) {
      auto sources = union_of(layer, targets, seen);
      if (static_cast<double>(connections) >= least_fill * static_cast<double>(widest * sources.size())) {
        std::sort(sources.begin(), sources.end());
        builder.add_padded(targets, sources);
        first += count;
        for (size_t k = first - count; k < first; ++k) ++begin[group_of_rest[k]];
        continue;
      }
    }
    for (const size_t end = first + count; first < end;) {
      const uint32_t g = group_of_rest[first];
      size_t same = 1;
      while (first + same < end && group_of_rest[first + same] == g) ++same;
      builder.add_twins(g, begin[g], begin[g] + same);
      begin[g] += same;
      first += same;
    }
  }
  return builder.take();
}

}  // namespace sparsio
