// best_so_far: the best order met, kept without copying the order whenever it gets better.
// It remembers what was overwritten since the best. Only if that grows longer than the order is a copy made.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace sparsio {

class BestSoFar {
 public:
  explicit BestSoFar(uint64_t total) : total_(total) {}

  uint64_t total() const { return total_; }

  /// Elements begin .. begin + before.size() - 1 of `now`, until now `before`, were overwritten; it has this total.
  void changed(std::span<const uint32_t> now, uint64_t begin, std::span<const uint32_t> before, uint64_t total) {
    if (total < total_) {
      total_ = total;
      copy_.clear();
      forget();
      return;
    }
    if (!copy_.empty()) return;
    overwritten_.push_back({begin, before_.size()});
    before_.insert(before_.end(), before.begin(), before.end());
    if (before_.size() <= now.size()) return;
    copy_ = at_best(now);
    forget();
  }

  /// The best, of which `now` is the latest descendant.
  std::vector<uint32_t> at_best(std::span<const uint32_t> now) const {
    if (!copy_.empty()) return copy_;
    std::vector<uint32_t> best(now.begin(), now.end());
    size_t end = before_.size();
    for (size_t i = overwritten_.size(); i-- > 0;) {
      const auto [begin, from] = overwritten_[i];
      std::copy(before_.begin() + static_cast<int64_t>(from), before_.begin() + static_cast<int64_t>(end),
                best.begin() + static_cast<int64_t>(begin));
      end = from;
    }
    return best;
  }

 private:
  struct Overwritten {
    uint64_t begin;
    size_t from;  // in before_, up to the next one's
  };
  void forget() {
    overwritten_.clear();
    before_.clear();
  }

  uint64_t total_;
  std::vector<uint32_t> copy_;  // unless empty the best, and nothing is remembered
  std::vector<Overwritten> overwritten_;
  std::vector<uint32_t> before_;
};

}  // namespace sparsio
