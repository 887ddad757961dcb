// The second of the two listeners (net/access.hpp). It is coarser than the trace: lists follow each other without gaps,
// inputs are turned a block at a time, and rows are looked through a line at a time.
#include "io/lines/line_model.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "io/lines/line_cache.hpp"

namespace sparsio {
namespace {

class LineModel final : public AccessVisitor {
 public:
  explicit LineModel(const CacheGeometry& geometry) : cache_(geometry) {}

  LinePrediction prediction() const { return {cache_.misses(), cache_.write_backs()}; }

  void place(Buffer buffer, uint64_t rows, uint64_t row_bytes) override {
    rows_[static_cast<size_t>(buffer)] = {take(rows * row_bytes), row_bytes};
    cache_.grow(end_);
    touch(rows_[static_cast<size_t>(buffer)].begin, rows * row_bytes, Access::store);
  }
  void read_row(Buffer buffer, uint64_t row, uint64_t at, uint64_t bytes) override {
    touch(address(buffer, row) + at, bytes, Access::load);
  }
  void write_row(Buffer buffer, uint64_t row, uint64_t at, uint64_t bytes) override {
    touch(address(buffer, row) + at, bytes, Access::store);
  }
  /// A list of rows is read again for every vector.
  void scan_targets(const RowScan& scan) override {
    const uint64_t row_bytes = rows_[static_cast<size_t>(to())].row_bytes;
    const uint64_t step = scan.list == nullptr ? cache_.line_bytes() : scan.vector_bytes;
    for (uint64_t at = 0; at < row_bytes; at += step)
      for (uint64_t v = 0; v < scan.count; ++v) {
        if (scan.list != nullptr) read(Array::row, v * 4, 4);
        read_row(to(), scan.list == nullptr ? v : scan.list[v], at, std::min(step, row_bytes - at));
      }
  }

  void place(Array array, uint64_t bytes) override { waiting_.emplace_back(array, bytes); }
  void read(Array array, uint64_t at, uint64_t bytes) override { touch(begin(array) + at, bytes, Access::load); }
  void write(Array array, uint64_t at, uint64_t bytes) override { touch(begin(array) + at, bytes, Access::store); }
  void place_bounds(Array array, uint64_t lists, uint64_t element_bytes) override {
    place(array, lists * element_bytes);
  }
  void read_bounds(Array array, uint64_t number, uint64_t, uint64_t element_bytes) override {
    read(array, number * element_bytes, element_bytes);
  }

  void place_inputs(const PackedInputs& inputs) override {
    constexpr uint64_t line_of_floats = 16;
    inputs_ = inputs;
    const uint64_t columns = (inputs.count + line_of_floats - 1) / line_of_floats * line_of_floats;
    place(Array::input_bits, columns * input_bytes());
    place(Array::input_block, turned_bytes() + PackedInputs::block_pixels * word);
  }
  /// A vector of each of 64 inputs is turned, then written row by row.
  void turn_inputs(uint32_t column, uint32_t columns, uint32_t pixel) override {
    const uint64_t here = (std::min(PackedInputs::block_pixels, inputs_.width - pixel) + 7) / 8;
    for (uint64_t c = column; c < column + columns; ++c) read(Array::input_bits, c * input_bytes() + pixel / 8, here);
    const uint64_t vectors = (here + inputs_.vector_bytes - 1) / inputs_.vector_bytes;
    write(Array::input_block, 0, turned_bytes() * (1 + vectors));
  }
  void read_turned(uint32_t pixel_of_block) override {
    read(Array::input_block, turned_bytes() + pixel_of_block * word, word);
  }

 private:
  static constexpr uint64_t word = 8;

  struct Rows {
    uint64_t begin = 0;
    uint64_t row_bytes = 0;
  };

  uint64_t input_bytes() const { return (uint64_t{inputs_.width} + 7) / 8; }
  uint64_t turned_bytes() const { return uint64_t{PackedInputs::block_inputs} * inputs_.vector_bytes; }

  uint64_t address(Buffer buffer, uint64_t row) const {
    const Rows& placed = rows_[static_cast<size_t>(buffer)];
    return placed.begin + row * placed.row_bytes;
  }
  uint64_t begin(Array array) {
    if (!waiting_.empty()) lay_out();
    return begin_[static_cast<size_t>(array)];
  }

  /// In the order of their names. Biases of targets lie behind those of the inputs, as the network has them.
  void lay_out() {
    std::stable_sort(waiting_.begin(), waiting_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [array, bytes] : waiting_) {
      const uint64_t before = array == Array::target_bias ? uint64_t{inputs_.width} * 4 : 0;
      begin_[static_cast<size_t>(array)] = take(before + bytes) + before;
    }
    waiting_.clear();
    cache_.grow(end_);
  }

  uint64_t take(uint64_t bytes) {
    constexpr uint64_t page = 4096;
    const uint64_t at = end_;
    end_ += (bytes + page - 1) / page * page;
    return at;
  }

  void touch(uint64_t address, uint64_t bytes, Access access) { cache_.touch(address, bytes, access); }

  LineCache cache_;
  uint64_t end_ = 0;
  std::array<Rows, buffers> rows_;
  std::array<uint64_t, arrays> begin_ = {};
  std::vector<std::pair<Array, uint64_t>> waiting_;  // placed since something was touched last
  PackedInputs inputs_ = {};
};

}  // namespace

LinePrediction predict_lines(const TellPass& tell, const CacheGeometry& cache) {
  LineModel model(cache);
  tell(model);
  return model.prediction();
}

}  // namespace sparsio
