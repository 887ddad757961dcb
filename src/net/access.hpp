// access: how an engine tells which memory it touches, and the cache that is watching.
// An engine tells one pass over one panel, as one worker makes it, in program order, to an AccessVisitor: buffers of
// rows, arrays, and what is read and written of them. Where they lie is the listener's choice. Two listen: the trace
// (exec/shared/trace.hpp) gives all of it addresses, for a meter to replay; the line model (io/lines/line_model.hpp)
// lets it pass through an LRU cache.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

namespace sparsio {

enum class Access : uint16_t { load, store };

/// What lies there: what the network is (weights, biases, indices), which all panels share, or what passes through it
/// (values, inputs included, and the little that the run itself has).
enum class Content : uint16_t { values, weights };

/// `bytes` contiguous bytes from `address`, touched once, lowest line first.
struct AccessSpan {
  uint64_t address;
  uint32_t bytes;
  Access access;
  Content content = Content::values;
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

/// Who makes a pass.
struct Worker {
  static constexpr uint32_t all = UINT32_MAX;

  uint32_t rank = 0;
  uint32_t thread = 0;  // of the rank; all: its threads together
};

/// Where values are, a row a neuron. Layers take turns in the first two, or share the first.
enum class Buffer : uint8_t {
  first,
  second,
  staged,  // the inputs, before they are copied to where they belong
  bits,    // 0/1 inputs as they are read by the first layer
};

/// What an engine stores besides values. The line model lays them out in this order.
enum class Array : uint8_t {
  bias,          // of every neuron
  target_bias,   // of the neurons that are targets
  input_bits,    // packed inputs, input by input
  input_values,  // or inputs that are floats, likewise
  input_block,   // in which these are turned into rows
  connection,    // sources and weights, or sources alone
  weight,
  offset,  // where each target's connections begin
  degree,
  id,      // of the input neurons
  output,  // ids of the output neurons
  block,   // what the engine works on at once
  row,     // of each value
  activation,
  part,   // of each thread
  state,  // of the engine, a layer
  layer_frame,
  strip_frame,
};
constexpr Content content_of(Array array) {
  switch (array) {
    case Array::input_bits:
    case Array::input_values:
    case Array::input_block:
    case Array::part:
    case Array::layer_frame:
    case Array::strip_frame:
      return Content::values;
    case Array::bias:
    case Array::target_bias:
    case Array::connection:
    case Array::weight:
    case Array::offset:
    case Array::degree:
    case Array::id:
    case Array::output:
    case Array::block:
    case Array::row:
    case Array::activation:
    case Array::state:
      break;
  }
  return Content::weights;
}

/// Has each worker one of its own? All workers read the others, and nobody writes them.
constexpr bool is_of_worker(Array array) {
  return array == Array::input_block || array == Array::part || array == Array::layer_frame ||
         array == Array::strip_frame;
}
/// Do they hold inputs, which are others for every panel?
constexpr bool holds_inputs(Array array) {
  return array == Array::input_bits || array == Array::input_values;
}
constexpr size_t arrays = static_cast<size_t>(Array::strip_frame) + 1;
constexpr size_t buffers = static_cast<size_t>(Buffer::bits) + 1;

/// 0/1 inputs, input by input, on their way into rows: `block_pixels` pixels of 64 inputs are turned at once.
struct PackedInputs {
  static constexpr uint32_t block_pixels = 512;
  static constexpr uint32_t block_inputs = 64;

  uint32_t width;         // pixels of each
  uint32_t count;         // inputs
  uint32_t vector_bytes;  // of the vectors in which a block is turned
};

/// Rows that are looked through, a vector of columns at a time down the rows, for columns that are not zero.
struct RowScan {
  uint64_t count;
  const uint32_t* list;  // Array::row holds the rows; null: the first `count`
  uint32_t vector_bytes;
};

/// Hears what a pass touches, in program order. `at` counts bytes from where a row or an array begins.
class AccessVisitor {
 public:
  virtual ~AccessVisitor() = default;

  /// The pass is over so many columns.
  void begin_pass(uint32_t columns) { columns_ = columns; }
  uint32_t columns() const { return columns_; }
  /// The next layer reads rows of `from` and writes rows of `to`, which may be the same.
  void begin_layer(Buffer from, Buffer to) {
    from_ = from;
    to_ = to;
  }
  Buffer source_buffer() const { return from_; }
  void read_source(uint64_t row, uint64_t at, uint64_t bytes) { read_row(from_, row, at, bytes); }
  void write_target(uint64_t row, uint64_t at, uint64_t bytes) { write_row(to_, row, at, bytes); }
  void read_target(uint64_t row, uint64_t at, uint64_t bytes) { read_row(to_, row, at, bytes); }

  /// A buffer of rows, set to zero from its beginning to its end.
  virtual void place(Buffer buffer, uint64_t rows, uint64_t row_bytes) = 0;
  /// One that is left as the run before had it.
  virtual void place_used(Buffer buffer, uint64_t rows, uint64_t row_bytes) { place(buffer, rows, row_bytes); }
  virtual void read_row(Buffer buffer, uint64_t row, uint64_t at, uint64_t bytes) = 0;
  virtual void write_row(Buffer buffer, uint64_t row, uint64_t at, uint64_t bytes) = 0;
  /// Of the layer's targets.
  virtual void scan_targets(const RowScan& scan) = 0;

  /// An array of so many bytes; one that had this name before is touched no more.
  virtual void place(Array array, uint64_t bytes) = 0;
  virtual void read(Array array, uint64_t at, uint64_t bytes) = 0;
  virtual void write(Array array, uint64_t at, uint64_t bytes) = 0;
  /// An array that says where each of so many lists begins, and after the last where it ends.
  virtual void place_bounds(Array array, uint64_t lists, uint64_t element_bytes) = 0;
  /// List `number` of the network begins at `element` of the array and ends where the next one says.
  virtual void read_bounds(Array array, uint64_t number, uint64_t element, uint64_t element_bytes) = 0;

  virtual void place_inputs(const PackedInputs& inputs) = 0;
  /// A block of inputs, from `column` on, is turned, from `pixel` on; then its pixels are read one after the other.
  virtual void turn_inputs(uint32_t column, uint32_t columns, uint32_t pixel) = 0;
  virtual void read_turned(uint32_t pixel_of_block) = 0;

 protected:
  Buffer to() const { return to_; }

 private:
  uint32_t columns_ = 0;
  Buffer from_ = Buffer::first;
  Buffer to_ = Buffer::second;
};

}  // namespace sparsio
