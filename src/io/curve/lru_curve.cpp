// The stack of LRU is kept as a line of times: a place is a time at which something was pushed, the latest on top, and
// the place of a value is the number of occupied times from its own on (Bennett and Kruskal 1975; a hole occupies its
// time as a value does). Pushing takes a new time on top and strikes the topmost hole out: everything between the two
// has moved down by one, everything below has not. The times are a bit each, with a Fenwick tree over words of 64
// (Fenwick 1994); when they run out the occupied ones are moved together, so that the tree has the size of what is live
// and stays in the nearest cache.
#include "io/curve/lru_curve.hpp"

#include <bit>

#include "io/curve/curve_pass.hpp"
#include "io/shared/time_set.hpp"

namespace sparsio {
namespace {

/// A set of times with the number of those from a time on.
class CountedTimes {
 public:
  explicit CountedTimes(uint64_t end) : words_((end + 63) / 64), below_(words_.size() + 1) {}
  uint64_t end() const { return words_.size() * 64; }
  uint64_t size() const { return size_; }

  void insert(uint64_t time) {
    words_[time / 64] |= uint64_t{1} << (time % 64);
    ++size_;
    for (uint64_t w = time / 64 + 1; w < below_.size(); w += w & -w) ++below_[w];
  }
  void erase(uint64_t time) {
    words_[time / 64] &= ~(uint64_t{1} << (time % 64));
    --size_;
    for (uint64_t w = time / 64 + 1; w < below_.size(); w += w & -w) --below_[w];
  }
  bool contains(uint64_t time) const { return (words_[time / 64] >> (time % 64) & 1) != 0; }
  uint64_t count_from(uint64_t time) const {
    uint64_t earlier = static_cast<uint64_t>(std::popcount(words_[time / 64] & ((uint64_t{1} << (time % 64)) - 1)));
    for (uint64_t w = time / 64; w > 0; w &= w - 1) earlier += below_[w];
    return size_ - earlier;
  }

 private:
  std::vector<uint64_t> words_;
  std::vector<uint32_t> below_;  // Fenwick's tree over the sizes of the words
  uint64_t size_ = 0;
};

class LruStack {
 public:
  LruStack(const Network& network, std::span<const Step>) : time_of_(network.neurons()) { lay_out(least_times); }

  uint64_t take(uint32_t v) {
    const uint32_t time = time_of_[v];
    at_[time] = hole;
    holes_.insert(time);
    ++hole_count_;
    return occupied_.count_from(time);
  }

  void push(uint32_t v, uint32_t) {
    if (hole_count_ > 0) {
      const uint64_t topmost = holes_.latest();
      holes_.erase(topmost);
      occupied_.erase(topmost);
      --hole_count_;
    }
    if (now_ == at_.size()) move_together();
    occupied_.insert(now_);
    at_[now_] = v;
    time_of_[v] = now_++;
  }

 private:
  static constexpr uint32_t hole = UINT32_MAX;
  static constexpr uint64_t least_times = 1024;

  void lay_out(uint64_t times) {
    occupied_ = CountedTimes(times);
    holes_ = TimeSet(times);
    at_.assign(times, hole);
    now_ = 0;
    hole_count_ = 0;
  }

  void move_together() {
    std::vector<uint32_t> left;
    left.reserve(occupied_.size());
    for (uint64_t time = 0; time < at_.size(); ++time)
      if (occupied_.contains(time)) left.push_back(at_[time]);
    lay_out(std::max<uint64_t>(least_times, 4 * left.size()));
    for (const uint32_t v : left) {
      at_[now_] = v;
      occupied_.insert(now_);
      if (v == hole) {
        holes_.insert(now_);
        ++hole_count_;
      } else {
        time_of_[v] = now_;
      }
      ++now_;
    }
  }

  std::vector<uint32_t> time_of_;  // of each neuron in the stack
  CountedTimes occupied_{0};
  TimeSet holes_{0};
  std::vector<uint32_t> at_;  // the neuron pushed at each time, or a hole
  uint32_t now_ = 0;
  uint64_t hole_count_ = 0;
};

}  // namespace

MissCurve curve_lru(const Network& network, std::span<const Step> steps) {
  return CurvePass<LruStack>(network, steps).run();
}

}  // namespace sparsio
