#include "part/shared/greedy_growing.hpp"

#include <algorithm>
#include <numeric>
#include <queue>
#include <span>

#include "part/shared/inverse.hpp"

namespace sparsio {
namespace {

constexpr uint32_t nobody = ~uint32_t{0};

class Growth {
 public:
  Growth(const Layer& layer, const RowGroups& pieces, uint32_t parts)
      : layer_(layer),
        pieces_(pieces),
        part_(pieces.count(), nobody),
        load_(parts, 0),
        gain_(pieces.count(), 0),
        gain_of_(pieces.count(), nobody),
        is_touched_(pieces.count(), false),
        read_by_(layer.sources, nobody),
        readers_(layer.sources, pieces.count(), [&](size_t piece) { return sources_of(piece); }) {}

  void run() {
    const auto parts = static_cast<uint32_t>(load_.size());
    uint64_t left = layer_.connections();
    for (uint32_t part = 0; part < parts; ++part) {
      fill(part, left / (parts - part));
      left -= load_[part];
    }
    uint32_t next = 0;  // rows without sources are at home everywhere
    for (uint32_t piece = 0; piece < pieces_.count(); ++piece) {
      if (part_[piece] != nobody) continue;
      const bool has_sources = pieces_.connections[piece] > 0;
      const auto lightest = std::min_element(load_.begin(), load_.end());
      part_[piece] = has_sources ? static_cast<uint32_t>(lightest - load_.begin()) : next++ % parts;
      if (has_sources) *lightest += pieces_.connections[piece];
    }
    make_even(pieces_, parts, part_);
  }

  /// Renames the parts after the owners of what they read: pairs that have most in common first.
  void name_after(const std::vector<uint32_t>& owner) {
    if (owner.empty()) return;
    const auto parts = static_cast<uint32_t>(load_.size());
    struct Pair {
      uint32_t part;
      uint32_t owner;
      uint64_t values;
    };
    std::vector<uint64_t> met;  // one key a value that a part reads
    std::fill(read_by_.begin(), read_by_.end(), nobody);
    std::vector<uint32_t> by_part(pieces_.count());
    std::iota(by_part.begin(), by_part.end(), 0U);
    std::stable_sort(by_part.begin(), by_part.end(), [&](uint32_t a, uint32_t b) { return part_[a] < part_[b]; });
    for (const uint32_t piece : by_part)
      for (const uint32_t s : sources_of(piece)) {
        if (read_by_[s] == part_[piece]) continue;
        read_by_[s] = part_[piece];
        met.push_back(uint64_t{part_[piece]} << 32 | owner[s]);
      }
    std::sort(met.begin(), met.end());
    std::vector<Pair> pairs;
    for (const uint64_t key : met) {
      const Pair pair{static_cast<uint32_t>(key >> 32), static_cast<uint32_t>(key), 0};
      if (pairs.empty() || pairs.back().part != pair.part || pairs.back().owner != pair.owner) pairs.push_back(pair);
      ++pairs.back().values;
    }
    std::stable_sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) { return a.values > b.values; });
    std::vector<uint32_t> name(parts, nobody);
    std::vector<bool> is_taken(parts, false);
    for (const Pair& pair : pairs) {
      if (name[pair.part] != nobody || is_taken[pair.owner]) continue;
      name[pair.part] = pair.owner;
      is_taken[pair.owner] = true;
    }
    uint32_t next = 0;
    for (uint32_t& one : name) {
      if (one != nobody) continue;
      while (is_taken[next]) ++next;
      one = next;
      is_taken[next] = true;
    }
    for (uint32_t& part : part_) part = name[part];
  }

  std::vector<uint32_t> take() { return std::move(part_); }

 private:
  /// By how many sources more are known to the part than are new to it; the first of equals.
  struct Candidate {
    int64_t worth;
    uint32_t piece;
    bool operator<(const Candidate& other) const {
      return worth != other.worth ? worth < other.worth : piece > other.piece;
    }
  };

  void fill(uint32_t part, uint64_t share) {
    std::priority_queue<Candidate> candidates;
    while (true) {
      uint32_t piece = nobody;
      while (!candidates.empty() && piece == nobody) {
        const Candidate best = candidates.top();
        if (part_[best.piece] == nobody && best.worth == worth(best.piece)) piece = best.piece;
        if (piece == nobody) candidates.pop();
      }
      if (piece == nobody) {
        while (first_left_ < part_.size() && (part_[first_left_] != nobody || pieces_.connections[first_left_] == 0))
          ++first_left_;
        if (first_left_ == part_.size()) return;
        piece = first_left_;
      }
      const uint64_t weight = pieces_.connections[piece];
      if (load_[part] > 0 && (load_[part] + weight > pieces_.most || load_[part] + weight / 2 > share)) return;
      part_[piece] = part;
      load_[part] += weight;
      for (const uint32_t s : sources_of(piece)) {
        if (read_by_[s] == part) continue;
        read_by_[s] = part;
        for (const uint32_t reader : readers_.of(s)) {
          if (part_[reader] != nobody) continue;
          if (gain_of_[reader] != part) gain_[reader] = 0;
          gain_of_[reader] = part;
          ++gain_[reader];
          if (!is_touched_[reader]) touched_.push_back(reader);
          is_touched_[reader] = true;
        }
      }
      for (const uint32_t reader : touched_) {
        candidates.push({worth(reader), reader});
        is_touched_[reader] = false;
      }
      touched_.clear();
    }
  }

  std::span<const uint32_t> sources_of(size_t piece) const { return layer_.sources_of(pieces_.rows[piece][0]); }

  int64_t worth(uint32_t piece) const {
    return 2 * int64_t{gain_[piece]} - static_cast<int64_t>(sources_of(piece).size());
  }

  const Layer& layer_;
  const RowGroups& pieces_;
  std::vector<uint32_t> part_;     // of each piece
  std::vector<uint64_t> load_;     // connections of each part
  std::vector<uint32_t> gain_;     // sources of each piece that the part gain_of_ reads
  std::vector<uint32_t> gain_of_;  // which part that is
  std::vector<uint32_t> touched_;  // pieces that the last piece added has sources in common with
  std::vector<bool> is_touched_;
  std::vector<uint32_t> read_by_;  // the last part that read each source
  Inverse readers_;                // the pieces that read each source
  uint32_t first_left_ = 0;
};

}  // namespace

std::vector<uint32_t> grow(const Layer& layer, const RowGroups& pieces, const std::vector<uint32_t>& owner,
                           uint32_t parts) {
  Growth growth(layer, pieces, parts);
  growth.run();
  growth.name_after(owner);
  return growth.take();
}

}  // namespace sparsio
