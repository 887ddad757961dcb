// random: numbers that belong to the item, never to the worker or the clock.
// A stream is (seed, item); the k-th number of a stream is a hash of the three, so any thread can draw any item's
// numbers in any order and the bits are the same. The mixing function is SplitMix64 (Steele, Lea, Flood 2014).
#pragma once

#include <cstdint>

namespace sparsio {

class RandomStream {
 public:
  RandomStream(uint64_t seed, uint64_t item)
      : state_(mix(mix(seed + 0x9e3779b97f4a7c15U) ^ (item * 0xd1342543de82ef95U))) {}

  uint64_t next() { return mix(state_ += 0x9e3779b97f4a7c15U); }
  /// In [0, 1), 53 bits.
  double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }
  /// In [low, high).
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// In 0 .. n - 1, n > 0. The bias, below n / 2^64, is not corrected.
  uint64_t below(uint64_t n) { return static_cast<uint64_t>((static_cast<unsigned __int128>(next()) * n) >> 64); }

 private:
  static uint64_t mix(uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31);
  }
  uint64_t state_;
};

}  // namespace sparsio
