#include "part/shared/level_items.hpp"

#include <algorithm>
#include <map>
#include <string>

#include "base/error.hpp"
#include "part/shared/inverse.hpp"

namespace sparsio {
namespace {

using Edges = std::vector<std::pair<uint32_t, uint32_t>>;

constexpr uint32_t nobody = ~uint32_t{0};

/// Ids as places among those that occur, ascending.
class Places {
 public:
  explicit Places(std::vector<uint32_t> ids) : ids_(std::move(ids)) {
    std::sort(ids_.begin(), ids_.end());
    ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());
  }
  size_t size() const { return ids_.size(); }
  uint32_t id(size_t place) const { return ids_[place]; }
  uint32_t place(uint32_t id) const {
    return static_cast<uint32_t>(std::lower_bound(ids_.begin(), ids_.end(), id) - ids_.begin());
  }

 private:
  std::vector<uint32_t> ids_;
};

/// Hopcroft and Karp: each round finds shortest augmenting paths that do not meet, breadth first and then depth first.
class Matching {
 public:
  Matching(std::vector<std::vector<uint32_t>> rights_of, size_t rights)
      : rights_of_(std::move(rights_of)), of_left_(rights_of_.size(), nobody), of_right_(rights, nobody) {
    for (uint32_t l = 0; l < rights_of_.size(); ++l)  // most at once
      for (const uint32_t r : rights_of_[l])
        if (of_right_[r] == nobody) {
          match(l, r);
          break;
        }
    while (find_levels()) {
      next_.assign(rights_of_.size(), 0);
      for (uint32_t l = 0; l < rights_of_.size(); ++l)
        if (of_left_[l] == nobody) augment(l);
    }
  }

  /// Of the left, those that alternating paths from unmatched ones of the left do not reach; of the right, those that
  /// they do.
  Cover cover(const Places& left, const Places& right) const {
    std::vector<char> is_left_reached(rights_of_.size(), 0);
    std::vector<char> is_right_reached(of_right_.size(), 0);
    std::vector<uint32_t> open;
    for (uint32_t l = 0; l < rights_of_.size(); ++l)
      if (of_left_[l] == nobody) {
        is_left_reached[l] = 1;
        open.push_back(l);
      }
    while (!open.empty()) {
      const uint32_t l = open.back();
      open.pop_back();
      for (const uint32_t r : rights_of_[l]) {
        is_right_reached[r] = 1;
        const uint32_t next = of_right_[r];
        if (next == nobody || is_left_reached[next] != 0) continue;
        is_left_reached[next] = 1;
        open.push_back(next);
      }
    }
    Cover cover;
    for (size_t l = 0; l < is_left_reached.size(); ++l)
      if (is_left_reached[l] == 0) cover.left.push_back(left.id(l));
    for (size_t r = 0; r < is_right_reached.size(); ++r)
      if (is_right_reached[r] != 0) cover.right.push_back(right.id(r));
    return cover;
  }

 private:
  void match(uint32_t l, uint32_t r) {
    of_left_[l] = r;
    of_right_[r] = l;
  }

  bool find_levels() {
    level_.assign(rights_of_.size(), nobody);
    std::vector<uint32_t> queue;
    for (uint32_t l = 0; l < rights_of_.size(); ++l)
      if (of_left_[l] == nobody) {
        level_[l] = 0;
        queue.push_back(l);
      }
    bool is_found = false;
    for (size_t at = 0; at < queue.size(); ++at)
      for (const uint32_t r : rights_of_[queue[at]]) {
        const uint32_t next = of_right_[r];
        if (next == nobody) is_found = true;
        if (next == nobody || level_[next] != nobody) continue;
        level_[next] = level_[queue[at]] + 1;
        queue.push_back(next);
      }
    return is_found;
  }

  /// Depth first without recursion: paths may be as long as there are vertices.
  void augment(uint32_t root) {
    std::vector<uint32_t> path{root};
    while (!path.empty()) {
      const uint32_t l = path.back();
      if (next_[l] == rights_of_[l].size()) {
        path.pop_back();
        continue;
      }
      const uint32_t r = rights_of_[l][next_[l]++];
      const uint32_t next = of_right_[r];
      if (next == nobody) {
        for (const uint32_t each : path) match(each, rights_of_[each][next_[each] - 1]);
        return;
      }
      if (level_[next] == level_[l] + 1) path.push_back(next);
    }
  }

  std::vector<std::vector<uint32_t>> rights_of_;  // of each left
  std::vector<uint32_t> of_left_;
  std::vector<uint32_t> of_right_;
  std::vector<uint32_t> level_;  // of each left, in the round
  std::vector<size_t> next_;     // of its rights
};

/// The connections between two parts, by pair.
std::map<std::pair<uint32_t, uint32_t>, Edges> edges_of_pairs(const Layer& layer, const std::vector<uint32_t>& from,
                                                              const std::vector<uint32_t>& to) {
  std::map<std::pair<uint32_t, uint32_t>, Edges> pairs;
  for (uint32_t t = 0; t < layer.targets; ++t)
    for (const uint32_t s : layer.sources_of(t))
      if (from[s] != to[t]) pairs[{from[s], to[t]}].emplace_back(s, t);
  return pairs;
}

Cover cover_of(const Edges& edges, Sent sent) {
  if (sent == Sent::cover) return least_cover(edges);
  Cover all;
  for (const auto& [s, t] : edges) all.right.push_back(t);
  all.right.erase(std::unique(all.right.begin(), all.right.end()), all.right.end());
  return all;
}

void append_values(const Layer& layer, const std::vector<uint32_t>& to, LevelItems& items) {
  const Inverse targets = readers_of(layer);
  std::vector<uint32_t> parts;
  for (uint32_t s = 0; s < layer.sources; ++s) {
    parts.clear();
    for (const uint32_t t : targets.of(s)) parts.push_back(to[t]);
    std::sort(parts.begin(), parts.end());
    parts.erase(std::unique(parts.begin(), parts.end()), parts.end());
    items.readers.rank.insert(items.readers.rank.end(), parts.begin(), parts.end());
    items.readers.begin.push_back(items.readers.rank.size());
  }
}

}  // namespace

Sent parse_sent(std::string_view name) {
  if (name == "values") return Sent::values;
  if (name == "sums") return Sent::sums;
  if (name == "cover") return Sent::cover;
  throw BadInput("exchange", "'" + std::string(name) + "' is nothing that ranks send", "it is values, sums or cover");
}

bool LevelItems::is_read(uint32_t item, uint32_t part) const {
  const auto parts = readers.of(item);
  return std::binary_search(parts.begin(), parts.end(), part);
}

Cover least_cover(const std::vector<std::pair<uint32_t, uint32_t>>& edges) {
  std::vector<uint32_t> ids[2];
  for (const auto& [l, r] : edges) {
    ids[0].push_back(l);
    ids[1].push_back(r);
  }
  const Places left(std::move(ids[0]));
  const Places right(std::move(ids[1]));
  std::vector<std::vector<uint32_t>> rights_of(left.size());
  for (const auto& [l, r] : edges) rights_of[left.place(l)].push_back(right.place(r));
  return Matching(std::move(rights_of), right.size()).cover(left, right);
}

LevelItems level_items(const Layer& layer, const std::vector<uint32_t>& from, const std::vector<uint32_t>& to,
                       Sent sent) {
  LevelItems items{from, {{0}, {}}, {}};
  if (sent == Sent::values) {
    append_values(layer, to, items);
    return items;
  }
  std::vector<std::vector<uint32_t>> readers(layer.sources);  // of values; pairs come by sender, then by receiver
  for (const auto& [pair, edges] : edges_of_pairs(layer, from, to)) {
    const Cover cover = cover_of(edges, sent);
    for (const uint32_t s : cover.left) readers[s].push_back(pair.second);
    for (const uint32_t t : cover.right) items.sums.push_back({pair.first, t});
  }
  for (const auto& of_value : readers) {
    items.readers.rank.insert(items.readers.rank.end(), of_value.begin(), of_value.end());
    items.readers.begin.push_back(items.readers.rank.size());
  }
  std::sort(items.sums.begin(), items.sums.end(), [](const PartialSum& a, const PartialSum& b) {
    return std::pair(a.target, a.part) < std::pair(b.target, b.part);
  });
  for (const PartialSum& sum : items.sums) {
    items.owner.push_back(sum.part);
    items.readers.rank.push_back(to[sum.target]);
    items.readers.begin.push_back(items.readers.rank.size());
  }
  return items;
}

}  // namespace sparsio
