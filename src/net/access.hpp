// access: how an engine tells which memory it touches, and the cache that is watching.
// An engine's trace is a sequence of spans in program order, for one tile on one thread; a meter replays it.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

namespace sparsio {

enum class Access : uint32_t { load, store };

/// `bytes` contiguous bytes from `address`, touched once, lowest line first.
struct AccessSpan {
  uint64_t address;
  uint32_t bytes;
  Access access;
};

/// Takes spans in batches, in program order.
using TraceSink = std::function<void(std::span<const AccessSpan>)>;

/// A cache: `bytes` in lines of `line_bytes`, sets of `ways` lines; ways = 0 is fully associative. LRU in a set,
/// allocation on write, write-back.
struct CacheGeometry {
  std::string name;  // "L1", "L2", "memory"
  uint64_t bytes = 0;
  uint32_t line_bytes = 64;
  uint32_t ways = 0;

  bool operator==(const CacheGeometry&) const = default;
};

/// What the words of the model cost in bytes under an engine's layout (io-model section 6).
struct ByteCosts {
  uint64_t value = 4;   // one neuron's value for one input
  uint64_t weight = 4;  // one weight
  uint64_t index = 0;   // index bytes stored a connection
};

}  // namespace sparsio
