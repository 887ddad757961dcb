// addressed_visitor: what an engine tells of its pass (access.hpp), at addresses.
// Every buffer and every array begins on pages of its own, one behind the other in the order in which they are placed.
// It keeps to what a compiler makes of the loops: a list's end is read with its beginning, a block of inputs is turned
// in vectors on the stack. The two listeners differ only in who takes the addresses: the trace gives them to a meter,
// the line model to a cache of its own. Several workers that make the same pass are told apart by an AddressPlace: what
// is a worker's own lies that much further, what they share lies where it lay.
#pragma once

#include <algorithm>
#include <array>

#include "net/access.hpp"

namespace sparsio {

/// Where a worker's own things lie, and in which state it finds them.
struct AddressPlace {
  enum class Buffers { zeroed, used };

  uint64_t own = 0;                   // how much further buffers of rows and arrays of a worker lie
  uint64_t inputs = 0;                // and the inputs
  Buffers buffers = Buffers::zeroed;  // used: an earlier panel has been there, and nobody sets them to zero again
};

/// `Listener` derives from it and has touch(address, bytes, access, content).
template <class Listener>
class AddressedVisitor : public AccessVisitor {
 public:
  AddressedVisitor() = default;
  explicit AddressedVisitor(const AddressPlace& place) : place_(place) {}

  /// All addresses so far are below this, but for what AddressPlace adds.
  uint64_t end() const { return end_; }

  void place(Buffer buffer, uint64_t rows, uint64_t row_bytes) final {
    constexpr uint64_t line = 64;
    place_used(buffer, rows, row_bytes);
    const Rows& placed = rows_[static_cast<size_t>(buffer)];
    if (place_.buffers == AddressPlace::Buffers::used) return;
    for (uint64_t at = 0; at < rows * row_bytes; at += line)
      store(placed.begin + at, std::min(line, rows * row_bytes - at));
  }
  void place_used(Buffer buffer, uint64_t rows, uint64_t row_bytes) final {
    rows_[static_cast<size_t>(buffer)] = {take(rows * row_bytes) + place_.own, row_bytes};
  }
  void read_row(Buffer buffer, uint64_t row, uint64_t at, uint64_t bytes) final {
    load(address(buffer, row) + at, bytes);
  }
  void write_row(Buffer buffer, uint64_t row, uint64_t at, uint64_t bytes) final {
    store(address(buffer, row) + at, bytes);
  }
  /// A list of rows is read again for every vector.
  void scan_targets(const RowScan& scan) final {
    for (uint32_t at = 0; at < columns() * 4; at += scan.vector_bytes)
      for (uint64_t v = 0; v < scan.count; ++v) {
        if (scan.list != nullptr) read(Array::row, v * 4, 4);
        load(address(to(), scan.list == nullptr ? v : scan.list[v]) + at, scan.vector_bytes);
      }
  }

  void place(Array array, uint64_t bytes) final { begin(array) = take(bytes) + moved(array); }
  void read(Array array, uint64_t at, uint64_t bytes) final { load(begin(array) + at, bytes, content_of(array)); }
  void write(Array array, uint64_t at, uint64_t bytes) final { store(begin(array) + at, bytes, content_of(array)); }
  void place_bounds(Array array, uint64_t lists, uint64_t element_bytes) final {
    place(array, (lists + 1) * element_bytes);
  }
  void read_bounds(Array array, uint64_t, uint64_t element, uint64_t element_bytes) final {
    load(begin(array) + element * element_bytes, 2 * element_bytes, content_of(array));
  }

  /// The inputs' bits are a plain vector, which begins that far into a line: rows lie across lines, and each is loaded
  /// anew by blocks of a line's width.
  void place_inputs(const PackedInputs& inputs) final {
    constexpr uint64_t allocator_header = 16;
    inputs_ = inputs;
    begin(Array::input_bits) = take(allocator_header + input_bytes() * inputs.count) + allocator_header + place_.inputs;
    vectors_ = take(PackedInputs::block_pixels * word) + place_.own;
    place(Array::input_block, PackedInputs::block_pixels * word);
  }
  /// A vector of words of each of 64 inputs is turned where it lies, then written pixel by pixel.
  void turn_inputs(uint32_t column, uint32_t columns, uint32_t pixel) final {
    const uint32_t lanes = inputs_.vector_bytes / word;
    const uint64_t block = begin(Array::input_block);
    uint64_t byte = pixel / 8;
    for (uint32_t part = 0; part < words_of_block && byte < input_bytes(); part += lanes, byte += word * lanes) {
      const uint64_t here = std::min<uint64_t>(word * lanes, input_bytes() - byte);
      for (uint32_t input = 0; input < PackedInputs::block_inputs; ++input) {
        if (input < columns && column + input < inputs_.count)
          read(Array::input_bits, (column + input) * input_bytes() + byte, here);
        store(vectors_ + input * lanes * word, lanes * word);
      }
      for (uint32_t turned = 0; turned < 64; ++turned) {
        load(vectors_ + turned * lanes * word, lanes * word);
        for (uint32_t j = 0; j < lanes; ++j) store(block + ((part + j) * 64 + (turned ^ 7)) * word, word);
      }
    }
  }
  void read_turned(uint32_t pixel_of_block) final { read(Array::input_block, pixel_of_block * word, word); }

 private:
  static constexpr uint64_t page = 4096;
  static constexpr uint64_t word = 8;
  static constexpr uint32_t words_of_block = PackedInputs::block_pixels / 64;

  struct Rows {
    uint64_t begin = 0;
    uint64_t row_bytes = 0;
  };

  /// The address of so many bytes, on pages of their own.
  uint64_t take(uint64_t bytes) {
    const uint64_t address = end_;
    end_ += (bytes + page - 1) / page * page;
    return address;
  }
  uint64_t moved(Array array) const {
    return holds_inputs(array) ? place_.inputs : is_of_worker(array) ? place_.own : 0;
  }
  uint64_t& begin(Array array) { return begin_[static_cast<size_t>(array)]; }
  uint64_t address(Buffer buffer, uint64_t row) const {
    const Rows& placed = rows_[static_cast<size_t>(buffer)];
    return placed.begin + row * placed.row_bytes;
  }
  uint64_t input_bytes() const { return (uint64_t{inputs_.width} + 7) / 8; }

  void load(uint64_t address, uint64_t bytes, Content content = Content::values) {
    if (bytes > 0) static_cast<Listener*>(this)->touch(address, bytes, Access::load, content);
  }
  void store(uint64_t address, uint64_t bytes, Content content = Content::values) {
    if (bytes > 0) static_cast<Listener*>(this)->touch(address, bytes, Access::store, content);
  }

  AddressPlace place_;
  uint64_t end_ = page;
  std::array<Rows, buffers> rows_;
  std::array<uint64_t, arrays> begin_ = {};
  PackedInputs inputs_ = {};
  uint64_t vectors_ = 0;
};

}  // namespace sparsio
