#include "exec/walk/tile_visit.hpp"

#include <algorithm>

#include "exec/walk/panel_visit.hpp"

namespace sparsio {
namespace {

constexpr uint64_t line = 64;
constexpr uint64_t word = 8;

uint64_t words_of(uint32_t columns) {
  return (columns + 63) / 64;
}

/// Hears of one slice as of a panel, and tells of the panel of all slices.
class SliceVisitor final : public AccessVisitor {
 public:
  struct Place {
    uint32_t column;      // of the panel, where it begins
    uint32_t columns;     // with inputs
    uint32_t row_bytes;   // of a row of floats
    uint64_t panel;       // where its rows of floats begin
    uint64_t pixels;      // and those of bits
    uint32_t width;       // values of an input
    bool places_nothing;  // arrays lie there already
  };

  SliceVisitor(AccessVisitor& heard, const Place& place) : heard_(heard), place_(place) { begin_pass(place.columns); }

  void place(Buffer, uint64_t, uint64_t) override {}
  void read_row(Buffer buffer, uint64_t row, uint64_t at, uint64_t bytes) override {
    const uint64_t begin = address(buffer, row) + at;
    heard_.read_row(buffer, begin / unit(buffer), begin % unit(buffer), bytes);
  }
  void write_row(Buffer buffer, uint64_t row, uint64_t at, uint64_t bytes) override {
    const uint64_t begin = address(buffer, row) + at;
    heard_.write_row(buffer, begin / unit(buffer), begin % unit(buffer), bytes);
  }
  void scan_targets(const RowScan& scan) override {
    for (uint32_t at = 0; at < columns() * 4; at += scan.vector_bytes)
      for (uint64_t v = 0; v < scan.count; ++v) {
        if (scan.list != nullptr) read(Array::row, v * 4, 4);
        read_row(to(), scan.list == nullptr ? v : scan.list[v], at, scan.vector_bytes);
      }
  }

  void place(Array array, uint64_t bytes) override {
    if (!place_.places_nothing) heard_.place(array, bytes);
  }
  void read(Array array, uint64_t at, uint64_t bytes) override {
    if (array == Array::input_values) at += uint64_t{place_.column} * place_.width * 4;
    heard_.read(array, at, bytes);
  }
  void write(Array array, uint64_t at, uint64_t bytes) override { heard_.write(array, at, bytes); }
  void place_bounds(Array array, uint64_t lists, uint64_t element_bytes) override {
    if (!place_.places_nothing) heard_.place_bounds(array, lists, element_bytes);
  }
  void read_bounds(Array array, uint64_t number, uint64_t element, uint64_t element_bytes) override {
    heard_.read_bounds(array, number, element, element_bytes);
  }
  void place_inputs(const PackedInputs&) override {}
  void turn_inputs(uint32_t column, uint32_t columns, uint32_t pixel) override {
    heard_.turn_inputs(place_.column + column, columns, pixel);
  }
  void read_turned(uint32_t pixel_of_block) override { heard_.read_turned(pixel_of_block); }

 private:
  static uint64_t unit(Buffer buffer) { return buffer == Buffer::bits ? word : line; }
  uint64_t address(Buffer buffer, uint64_t row) const {
    if (buffer == Buffer::bits) return place_.pixels + row * words_of(place_.row_bytes / 4) * word;
    return place_.panel + row * place_.row_bytes;
  }

  AccessVisitor& heard_;
  Place place_;
};

class TileVisit {
 public:
  TileVisit(const PanelJob& job, const TileJob& tiles, AccessVisitor& visitor, PassInputs inputs)
      : job_(job),
        tiles_(tiles),
        visitor_(visitor),
        inputs_(inputs),
        starts_from_bits_(job.reads_bits && inputs.values == InputValues::bits) {}

  void run() {
    begin();
    for (const TileTask& task : tiles_.task) visit(task);
    visit_end_of_run(visitor_);
  }

 private:
  /// Buffers are kept from run to run, and nobody clears them.
  void begin() {
    const uint32_t width = job_.widths.front();
    visitor_.begin_pass(job_.panel);
    visit_begin_of_run(visitor_);
    visitor_.place_used(Buffer::first, job_.recycled_rows * (tiles_.column.back() * uint64_t{4} / line), line);
    if (starts_from_bits_) visitor_.place_used(Buffer::bits, width * words_before(tiles_.slices()), word);
    for (const auto& kernel : job_.kernel) kernel->place_shared(visitor_);
    place_inputs(visitor_, width, inputs_.values);
  }

  void visit(const TileTask& task) {
    lay(task);
    for (size_t s = 0; s < tiles_.slices(); ++s) {
      SliceVisitor slice(visitor_, place_of(s));
      visit(task, slice);
    }
  }

  /// What a kernel has of its own lies there from its first tile on, and behind its last one its list of rows.
  void lay(const TileTask& task) {
    const bool is_tile = task.what == TileTask::What::tile;
    if (begun_ > laid_ && !(is_tile && task.kernel < begun_)) job_.kernel[laid_++]->place_rows(visitor_);
    if (is_tile && task.kernel == begun_) job_.kernel[begun_++]->place_parts(visitor_);
  }

  void visit(const TileTask& task, AccessVisitor& slice) {
    const Buffer inputs = starts_from_bits_ ? Buffer::bits : Buffer::first;
    slice.begin_layer(task.kernel == 0 ? inputs : Buffer::first, Buffer::first);
    switch (task.what) {
      case TileTask::What::fill:
        return visit_inputs(slice, job_.widths.front(), inputs, inputs_.values, rows_of(job_, 0));
      case TileTask::What::tile:
        return job_.kernel[task.kernel]->visit_parts(slice, task.first, task.end);
      case TileTask::What::softmax:
        return visit_softmax(slice, rows_of(job_, task.kernel + 1));
      case TileTask::What::finish:
        return visit_alive_columns(slice, rows_of(job_, job_.kernel.size()), job_.activations.back(), inputs_.life);
    }
  }

  SliceVisitor::Place place_of(size_t slice) const {
    const uint32_t column = tiles_.column[slice];
    const uint32_t end = tiles_.column[slice + 1];
    return {column,
            std::min(end, job_.panel) - column,
            (end - column) * 4,
            uint64_t{job_.recycled_rows} * column * 4,
            job_.widths.front() * words_before(slice) * word,
            job_.widths.front(),
            slice > 0};
  }

  /// Of the pixels of slices before that one, each a row a pixel.
  uint64_t words_before(size_t slice) const {
    uint64_t words = 0;
    for (size_t s = 0; s < slice; ++s) words += words_of(tiles_.column[s + 1] - tiles_.column[s]);
    return words;
  }

  const PanelJob& job_;
  const TileJob& tiles_;
  AccessVisitor& visitor_;
  PassInputs inputs_;
  bool starts_from_bits_;
  size_t begun_ = 0;  // kernels
  size_t laid_ = 0;   // their lists of rows
};

}  // namespace

void visit_tiles(const PanelJob& job, const TileJob& tiles, AccessVisitor& visitor, PassInputs inputs) {
  TileVisit(job, tiles, visitor, inputs).run();
}

}  // namespace sparsio
