// access: how an engine tells which memory it touches, and the cache that is watching.
// An engine's trace is a sequence of spans in program order, for one panel on one thread; a meter replays it.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

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

/// What the words of the model cost in bytes under an engine's layout (io/MODEL.md, 6).
struct ByteCosts {
  uint64_t value = 4;   // one neuron's value for one input
  uint64_t weight = 4;  // one weight
  uint64_t index = 0;   // index bytes stored a connection
};

/// Some targets and columns of a block of twins (net/twin_blocks.hpp): a part that is worked through its sources at
/// once.
struct TwinStrip {
  uint32_t target;
  uint32_t targets;
  uint32_t column;
  uint32_t columns;
};

/// Where an engine keeps the values of a panel, and how it touches them: what the line model must know of it.
struct LineLayout {
  enum class Rows {
    one_per_neuron,  // every neuron has a row of its own for the whole pass
    two_buffers,     // layers take turns in two buffers: row t of a layer is row t of the next but one
    recycled,        // twins take the rows of sources that nobody needs any more, or new ones (row_allocation)
  };
  enum class Sums {
    in_memory,     // the target's row is touched at every connection
    in_registers,  // the target's row is written once, after its last connection
  };
  uint32_t row_bytes = 64;          // of one neuron's values for the panel, padding included
  uint32_t bytes_a_connection = 8;  // weights and indices, one stream
  uint32_t bytes_a_target = 0;      // offsets, a stream read once a target
  Rows rows = Rows::one_per_neuron;
  Sums sums = Sums::in_memory;
  enum class Inputs {
    in_place,  // the inputs are written into the rows of their neurons
    staged,    // they are written into a buffer of their own and copied from there
    bits,      // they stay 0/1, a row of bits each, which the first layer reads
  };
  Inputs inputs = Inputs::in_place;
  uint32_t strip_bytes = 0;    // of a row, for which each layer is walked anew; 0: whole rows
  uint32_t vector_bytes = 32;  // of the vectors in which packed inputs are turned, 64 at most
  /// Where a layer's targets are worked on in blocks of twins: the strips of a block of 1, 2, 4, 8 targets in the order
  /// in which they are run. Empty: one target after the other.
  std::array<std::vector<TwinStrip>, 4> strips = {};
  double least_fill = 2;           // of padded blocks (twin_blocks)
  uint32_t strip_frame_bytes = 0;  // of the stack that a strip uses
  uint32_t layer_frame_bytes = 0;  // of the engine's state and stack that go with a layer

  bool has_twins() const { return !strips.back().empty(); }
};

}  // namespace sparsio
