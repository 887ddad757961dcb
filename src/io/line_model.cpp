// The cache is one list of objects in order of use, oldest at one end: rows of values (several lines, or several rows a
// line), lines of biases, and stream lines, which are never touched again and only take space until they are oldest.
#include "io/line_model.hpp"

#include <algorithm>

namespace sparsio {
namespace {

constexpr uint32_t line_bytes = 64;

class Cache {
 public:
  /// Objects 0 .. rows - 1 are `row_lines` lines each, the others one line.
  Cache(uint64_t capacity_lines, uint32_t rows, uint32_t row_lines, uint32_t objects)
      : objects_(objects), capacity_(capacity_lines), rows_(rows), row_lines_(row_lines), head_(objects) {
    links_.resize(objects + size_t{1});
    state_.assign(objects, 0);
    links_[head_] = {head_, head_};
  }

  void touch(uint32_t object, Access access) {
    if ((state_[object] & resident) != 0) {
      remove(object);
    } else {
      prediction_.misses += size_of(object);
      used_ += size_of(object);
      state_[object] = resident;
    }
    if (access == Access::store) state_[object] |= dirty;
    insert(object);
    shrink();
  }

  /// `lines` new lines of a stream, used once.
  void stream(uint64_t lines) {
    for (; lines > 0; --lines) {
      ++prediction_.misses;
      ++used_;
      if (free_.empty()) {
        free_.push_back(static_cast<uint32_t>(links_.size()));
        links_.emplace_back();
      }
      insert(free_.back());
      free_.pop_back();
      shrink();
    }
  }

  LinePrediction finish() {
    for (uint32_t object = 0; object < objects_; ++object)
      if ((state_[object] & dirty) != 0) prediction_.write_backs += size_of(object);
    return prediction_;
  }

 private:
  static constexpr uint8_t resident = 1;
  static constexpr uint8_t dirty = 2;
  struct Link {
    uint32_t older;
    uint32_t newer;
  };

  bool is_stream(uint32_t object) const { return object > head_; }
  uint64_t size_of(uint32_t object) const { return object < rows_ ? row_lines_ : 1; }

  void insert(uint32_t object) {
    const uint32_t first = links_[head_].older;
    links_[object] = {first, head_};
    links_[first].newer = object;
    links_[head_].older = object;
  }
  void remove(uint32_t object) {
    const Link link = links_[object];
    links_[link.older].newer = link.newer;
    links_[link.newer].older = link.older;
  }
  void shrink() {
    while (used_ > capacity_) {
      const uint32_t oldest = links_[head_].newer;
      remove(oldest);
      used_ -= size_of(oldest);
      if (is_stream(oldest)) {
        free_.push_back(oldest);
        continue;
      }
      if ((state_[oldest] & dirty) != 0) prediction_.write_backs += size_of(oldest);
      state_[oldest] = 0;
    }
  }

  std::vector<Link> links_;  // objects, the head, then stream lines
  std::vector<uint8_t> state_;
  std::vector<uint32_t> free_;  // places of stream lines that have left
  uint32_t objects_;
  uint64_t capacity_;
  uint64_t used_ = 0;
  uint32_t rows_;
  uint32_t row_lines_;
  uint32_t head_;
  LinePrediction prediction_;
};

/// The row object of each neuron.
std::vector<uint32_t> row_of_neuron(const Network& network, const LineLayout& layout) {
  std::vector<uint32_t> row(network.neurons());
  const auto first = network.layer_begin();
  const uint32_t rows_a_line = std::max(1U, line_bytes / layout.row_bytes);
  if (layout.rows == LineLayout::Rows::one_per_neuron || first.empty()) {
    for (uint32_t v = 0; v < row.size(); ++v) row[v] = v / rows_a_line;
    return row;
  }
  uint32_t widest = 0;
  for (size_t l = 0; l + 1 < first.size(); ++l) widest = std::max(widest, first[l + 1] - first[l]);
  const uint32_t buffer = (widest + rows_a_line - 1) / rows_a_line;
  for (size_t l = 0; l + 1 < first.size(); ++l)
    for (uint32_t v = first[l]; v < first[l + 1]; ++v)
      row[v] = static_cast<uint32_t>(l % 2) * buffer + (v - first[l]) / rows_a_line;
  return row;
}

/// A stream that advances by bytes and yields whole lines.
class Stream {
 public:
  explicit Stream(uint32_t bytes) : bytes_(bytes) {}
  uint64_t advance() {
    const uint64_t before = (position_ + line_bytes - 1) / line_bytes;
    position_ += bytes_;
    return (position_ + line_bytes - 1) / line_bytes - before;
  }

 private:
  uint32_t bytes_;
  uint64_t position_ = 0;
};

/// Before the first step: the buffers are set to zero, the inputs are written from their bits, and copied to their
/// neurons if staged (then a walk over all neurons has set those without in-connections first).
void set_up(Cache& cache, const std::vector<uint32_t>& row, uint32_t rows, uint32_t all_rows,
            const std::vector<uint32_t>& inputs, const LineLayout& layout) {
  for (uint32_t r = 0; r < all_rows; ++r) cache.touch(r, Access::store);
  const bool staged = all_rows > rows;
  if (staged) {
    cache.stream(row.size() * 8 / line_bytes);
    for (const uint32_t v : inputs) cache.touch(row[v], Access::store);
  }
  Stream bits(static_cast<uint32_t>(layout.row_bytes / 4 / 8));
  for (uint32_t j = 0; j < inputs.size(); ++j) {
    cache.stream(bits.advance());
    cache.touch(staged ? rows + j : row[inputs[j]], Access::store);
  }
  if (!staged) return;
  for (uint32_t j = 0; j < inputs.size(); ++j) {
    cache.touch(rows + j, Access::load);
    cache.touch(row[inputs[j]], Access::store);
  }
}

}  // namespace

LinePrediction predict_lines(const Network& network, std::span<const Step> steps, uint64_t cache_bytes,
                             const LineLayout& layout) {
  const std::vector<uint32_t> row = row_of_neuron(network, layout);
  const std::vector<uint32_t> inputs = network.input_ids();
  const bool staged = layout.inputs == LineLayout::Inputs::staged;
  const uint32_t rows = row.empty() ? 0 : *std::max_element(row.begin(), row.end()) + 1;
  const uint32_t all_rows = rows + (staged ? static_cast<uint32_t>(inputs.size()) : 0);
  const uint32_t row_lines = (layout.row_bytes + line_bytes - 1) / line_bytes;
  constexpr uint32_t biases_a_line = line_bytes / 4;
  Cache cache(cache_bytes / line_bytes, all_rows, row_lines, all_rows + network.neurons() / biases_a_line + 1);
  set_up(cache, row, rows, all_rows, inputs, layout);

  Stream connections(layout.bytes_a_connection);
  Stream targets(layout.bytes_a_target);
  std::vector<uint32_t> missing(network.neurons());
  for (uint32_t v = 0; v < missing.size(); ++v) missing[v] = static_cast<uint32_t>(network.in_degree(v));
  const bool in_memory = layout.sums == LineLayout::Sums::in_memory;
  for (const auto& [u, v] : steps) {
    const bool is_first = missing[v] == network.in_degree(v);
    const bool is_last = --missing[v] == 0;
    if (is_first) cache.stream(targets.advance());
    cache.stream(connections.advance());
    if (in_memory) cache.touch(all_rows + v / biases_a_line, Access::load);
    cache.touch(row[u], Access::load);
    if (!in_memory && is_last) cache.touch(all_rows + v / biases_a_line, Access::load);
    if (in_memory || is_last) cache.touch(row[v], Access::store);
  }
  for (const uint32_t v : network.output_ids()) cache.touch(row[v], Access::load);  // the search for categories
  return cache.finish();
}

}  // namespace sparsio
