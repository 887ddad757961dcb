// The stack of MIN is kept as it is, place by place. A value pushed down is compared with each place on its way: of the
// two the one that is used sooner stays, the other goes on, until a hole takes it (Mattson et al. 1970, priority
// lists). Keys of next uses are distinct and do not depend on the number of slots, which makes it a stack; a hole is a
// value that is never used again, so it needs no case of its own. The trick: only a place with a later next use than
// what is carried changes, and those are few. Over every 16 places stands their latest next use, over 16 of these
// theirs, and so on; the carried value jumps from one block with a later use to the next.
#include "io/curve/min_curve.hpp"

#include "io/curve/curve_pass.hpp"
#include "io/shared/next_uses.hpp"

namespace sparsio {
namespace {

class MinStack {
 public:
  MinStack(const Network& network, std::span<const Step> steps)
      : next_(next_uses(network.neurons(), steps)), place_of_(network.neurons()) {
    // A block more than the neurons need: there is always a hole below.
    uint64_t blocks = network.neurons() / fan_out + uint64_t{1};
    places_.resize(blocks * fan_out);
    key_.resize(blocks * fan_out, never);
    do {
      blocks = (blocks + fan_out - 1) / fan_out * fan_out;
      latest_.emplace_back(blocks, never);
      blocks /= fan_out;
    } while (blocks > 1);
  }

  uint64_t take(uint32_t v) {
    const uint32_t place = place_of_[v];
    key_[place] = never;
    uint64_t block = place / fan_out;
    for (auto& level : latest_) {
      level[block] = never;
      block /= fan_out;
    }
    return place + uint64_t{1};
  }

  void push(uint32_t v, uint32_t key) {
    Held carried{v, next_[key]};
    for (uint64_t block = 0; carried.key != never; ++block) {
      block = next_block_with_later(block, carried.key);
      pass_through(block, carried);
    }
  }

 private:
  static constexpr uint64_t fan_out = 16;

  struct Held {
    uint32_t neuron;
    uint32_t key;  // of its next use
  };

  /// The first block from `at` on that has a next use later than `key`. There is one: a hole is never used.
  uint64_t next_block_with_later(uint64_t at, uint32_t key) const {
    size_t level = 0;
    while (true) {
      const uint64_t end = (at / fan_out + 1) * fan_out;
      while (at < end && latest_[level][at] <= key) ++at;
      if (at < end) break;
      at = end / fan_out;
      ++level;
    }
    while (level > 0) {
      --level;
      at *= fan_out;
      while (latest_[level][at] <= key) ++at;
    }
    return at;
  }

  void pass_through(uint64_t block, Held& carried) {
    const auto begin = static_cast<uint32_t>(block * fan_out);
    uint32_t latest = 0;
    for (uint32_t place = begin; place < begin + fan_out; ++place) {
      if (key_[place] > carried.key) {
        std::swap(key_[place], carried.key);
        std::swap(places_[place], carried.neuron);
        place_of_[places_[place]] = place;
      }
      latest = std::max(latest, key_[place]);
    }
    for (auto& level : latest_) {
      if (level[block] == latest) return;
      level[block] = latest;
      block /= fan_out;
      const uint32_t* first = level.data() + block * fan_out;
      latest = *std::max_element(first, first + fan_out);
    }
  }

  std::vector<uint32_t> next_;
  std::vector<uint32_t> place_of_;             // of each neuron in the stack
  std::vector<uint32_t> key_;                  // of each place
  std::vector<uint32_t> places_;               // the neuron at each place
  std::vector<std::vector<uint32_t>> latest_;  // the latest key of each block, of each block of blocks, ...
};

}  // namespace

MissCurve curve_min(const Network& network, std::span<const Step> steps) {
  return CurvePass<MinStack>(network, steps).run();
}

}  // namespace sparsio
