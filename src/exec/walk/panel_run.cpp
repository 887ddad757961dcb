#include "exec/walk/panel_run.hpp"

#include <fmt/format.h>
#include <omp.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <chrono>
#include <mutex>
#include <numeric>

#include "base/team_error.hpp"
#include "exec/shared/aligned.hpp"
#include "exec/shared/requirements.hpp"
#include "exec/walk/curves.hpp"
#include "exec/walk/panel_kernels.hpp"

namespace sparsio {

struct PanelBuffers {
  struct OfThread {
    AlignedVector<float> x;
    AlignedVector<float> y;
    AlignedVector<uint64_t> pixels;                // the first panel, a row a pixel, where the first layer reads bits
    std::vector<AlignedVector<float>> spare;       // of columns that waited before a layer
    std::vector<std::vector<uint32_t>> ascending;  // rows of each layer at which columns have waited
  };
  std::vector<OfThread> of_thread;
};

uint64_t outputs_of(const PanelJob& job) {
  return job.output_of.empty() ? job.widths.back() : job.output_of.size();
}

Rows rows_of(const PanelJob& job, size_t layer) {
  const std::span<const uint32_t> rows = layer == 0 ? job.input_row : job.kernel[layer - 1]->rows();
  return {job.widths[layer], rows.empty() ? nullptr : rows.data()};
}

size_t first_layer_of(const PanelJob& job, size_t kernel) {
  return job.first_layer.empty() ? kernel : job.first_layer[kernel];
}

namespace {

size_t layers_of(const PanelJob& job) {
  return first_layer_of(job, job.kernel.size());
}

/// Of a buffer. Inputs that stay bits need none.
uint64_t buffer_rows(const PanelJob& job, size_t first_layer) {
  if (job.recycled_rows > 0) return job.recycled_rows;
  return *std::max_element(job.widths.begin() + static_cast<std::ptrdiff_t>(first_layer), job.widths.end());
}

/// What all threads share.
struct Batch {
  const PanelJob& job;
  const Inputs& inputs;
  Observe observe;
  const Deadline& deadline;
  Outcome& outcome;
  std::atomic<uint64_t> next_input{0};
  std::atomic<bool> is_stopped{false};  // late, or a thread failed
};

uint32_t size_of(const Columns& columns) {
  uint32_t size = 0;
  for (const uint64_t word : columns) size += static_cast<uint32_t>(std::popcount(word));
  return size;
}

template <class Visit>
void for_each(const Columns& columns, const Visit& visit) {
  for (uint32_t w = 0; w < columns.size(); ++w)
    for (uint64_t word = columns[w]; word != 0; word &= word - 1)
      visit(w * 64 + static_cast<uint32_t>(std::countr_zero(word)));
}

/// The first `size` of `columns`, which leave it.
Columns take_first(Columns& columns, uint32_t size) {
  Columns first{};
  for (size_t w = 0; w < columns.size() && size > 0; ++w)
    for (; columns[w] != 0 && size > 0; --size) {
      const uint64_t lowest = columns[w] & (~columns[w] + 1);
      first[w] |= lowest;
      columns[w] ^= lowest;
    }
  return first;
}

/// Columns that wait before a layer until there are enough for a panel. They wait in a panel, their rows where the
/// layer expects them, so that it needs no copy to go on. There is one only while some wait, so that a deep network
/// does not keep one a layer.
struct Waiting {
  AlignedVector<float> values;
  std::vector<uint64_t> ids;
};

/// One thread's walk over its share of the batch.
class Walk {
 public:
  Walk(Batch& batch, PanelBuffers::OfThread& buffers)
      : batch_(batch),
        job_(batch.job),
        stride_(row_stride(job_.panel)),
        x_(buffers.x),
        y_(buffers.y),
        pixels_(buffers.pixels),
        waiting_(job_.widths.size()),
        spare_(buffers.spare),
        ascending_(buffers.ascending) {
    ascending_.resize(job_.widths.size());
    reset(x_, buffer_rows(job_, starts_from_bits() ? 1 : 0) * stride_);
    if (!is_recycled()) reset(y_, x_.size());
    if (starts_from_bits()) reset(pixels_, uint64_t{job_.widths.front()} * words());
    alive_.assign(batch.observe == Observe::alive ? layers_of(job_) : 0, 0);
  }

  void run() {
    while (!batch_.is_stopped && (take_full() || take_inputs() || take_rest())) advance();
  }

  std::vector<uint64_t> categories;
  std::vector<uint64_t> alive_;
  uint64_t executed_edges = 0;

 private:
  bool skips() const { return job_.track == Track::value || job_.track == Track::structure_value; }

  /// A run of full panels begins with clear ones, as its trace has it. One on fewer inputs than a panel would pay more
  /// for that than for its layers: what an earlier run has left is overwritten before it is read, or is in columns that
  /// nobody looks at.
  template <class T>
  void reset(AlignedVector<T>& buffer, uint64_t size) const {
    if (batch_.inputs.count >= job_.panel)
      buffer.assign(size, 0);
    else if (buffer.size() < size)
      buffer.resize(size);
  }

  bool is_recycled() const { return job_.recycled_rows > 0; }
  bool starts_from_bits() const { return job_.reads_bits && batch_.inputs.is_packed(); }
  uint32_t words() const { return (stride_ + 63) / 64; }
  bool may_saturate() const { return skips() && !job_.saturated.empty(); }

  bool take_full() {
    if (full_.ids.empty()) return false;
    go_on_with(full_, layer_ + 1);
    return true;
  }

  /// Once there are no more inputs: the earliest columns that wait for company that will not come.
  bool take_rest() {
    const auto is_waiting = [](const Waiting& w) { return !w.ids.empty(); };
    const auto first = std::find_if(waiting_.begin(), waiting_.end(), is_waiting);
    if (first == waiting_.end()) return false;
    go_on_with(*first, static_cast<size_t>(first - waiting_.begin()));
    return true;
  }

  bool take_inputs() {
    const uint64_t first = batch_.next_input.fetch_add(job_.panel);
    if (first >= batch_.inputs.count) return false;
    const auto count = static_cast<uint32_t>(std::min<uint64_t>(job_.panel, batch_.inputs.count - first));
    if (starts_from_bits())
      transpose_bits(batch_.inputs, first, count, pixels_.data(), words(), rows_of(job_, 0));
    else
      fill_panel(batch_.inputs, first, count, x_.data(), stride_, rows_of(job_, 0));
    ids_.resize(count);
    std::iota(ids_.begin(), ids_.end(), first);
    layer_ = 0;
    return true;
  }

  void go_on_with(Waiting& columns, size_t layer) {
    x_.swap(columns.values);
    ids_.swap(columns.ids);
    give_back(columns);
    layer_ = layer;
  }

  /// Runs the panel at hand on to the end, until no column needs more work, or until those that do had better wait.
  void advance() {
    for (; layer_ + 1 < job_.widths.size(); ++layer_) {
      if (batch_.deadline.is_over()) batch_.is_stopped = true;
      if (batch_.is_stopped) return;
      const auto count = static_cast<uint32_t>(ids_.size());
      execute(count);
      executed_edges += job_.connections[layer_] * count;
      if (!skips() && alive_.empty()) continue;
      Columns going = alive_columns(x_.data(), rows_in_any_order(layer_ + 1), stride_, count, job_.activations[layer_]);
      if (!alive_.empty()) alive_[first_layer_of(job_, layer_ + 1) - 1] += size_of(going);
      if (!skips()) continue;
      Columns saturated{};
      if (may_saturate() && job_.saturated[layer_ + 1] != 0) {
        saturated = constant_columns(x_.data(), rows_in_any_order(layer_ + 1), stride_, count, cap);
        for (size_t w = 0; w < going.size(); ++w) going[w] &= ~saturated[w];
      }
      const uint32_t left = size_of(going);
      // Repacking costs about as much as one connection in sixteen; an eighth of the columns pays for it.
      if (left > 0 && count - left < std::max(1U, count / 8)) continue;
      finish_saturated(saturated);
      if (left > 0) wait(going);
      return;
    }
    finish();
  }

  void execute(uint32_t count) {
    AlignedVector<float>& y = is_recycled() ? x_ : y_;
    if (!alive_.empty() && first_layer_of(job_, layer_ + 1) > first_layer_of(job_, layer_) + 1)
      execute_watched(count);
    else if (layer_ == 0 && starts_from_bits())
      job_.kernel.front()->forward_bits(pixels_.data(), words(), y.data(), stride_, count);
    else
      job_.kernel[layer_]->forward(x_.data(), y.data(), stride_, count);
    if (!is_recycled()) x_.swap(y_);
    if (job_.activations[layer_].kind == ActivationKind::softmax)
      softmax_columns(x_.data(), rows_of(job_, layer_ + 1), stride_, count);
  }

  /// A value within a block of layers is gone before the block is through, so it is looked at when it is made.
  void execute_watched(uint32_t count) {
    const RowKernel& kernel = *job_.kernel[layer_];
    const std::vector<KernelPart> parts = kernel.parts();
    const size_t first = first_layer_of(job_, layer_);
    std::vector<Columns> living(first_layer_of(job_, layer_ + 1) - first, Columns{});
    const BitSources bits = layer_ == 0 && starts_from_bits() ? BitSources{pixels_.data(), words()} : BitSources{};
    for (size_t p = 0; p < parts.size(); ++p) {
      kernel.forward_parts(p, p + 1, bits, x_.data(), stride_, count);
      const Rows rows = {parts[p].row.size(), parts[p].row.data()};
      const Columns here = alive_columns(x_.data(), rows, stride_, count, parts[p].activation);
      for (size_t w = 0; w < here.size(); ++w) living[parts[p].layer][w] |= here[w];
    }
    for (size_t l = 0; l + 1 < living.size(); ++l) alive_[first + l] += size_of(living[l]);
  }

  void wait(Columns living) {
    Waiting& to = waiting_[layer_ + 1];
    const auto room = static_cast<uint32_t>(job_.panel - to.ids.size());
    append(take_first(living, room), to);
    if (to.ids.size() < job_.panel) return;
    std::swap(full_, to);
    append(living, to);
  }

  void append(const Columns& living, Waiting& to) {
    if (size_of(living) == 0) return;
    if (to.ids.empty()) to.values = take_spare();
    append_columns(x_.data(), ascending_rows(layer_ + 1), stride_, living, static_cast<uint32_t>(ids_.size()),
                   to.values.data(), static_cast<uint32_t>(to.ids.size()));
    for_each(living, [&](uint32_t column) { to.ids.push_back(ids_[column]); });
  }

  /// A copy from row to row down the memory takes a third of the time of one here and there. Few layers of a deep
  /// network are waited at, so only theirs are sorted.
  Rows ascending_rows(size_t layer) {
    const Rows rows = rows_of(job_, layer);
    if (rows.list == nullptr) return rows;
    std::vector<uint32_t>& ascending = ascending_[layer];
    if (ascending.empty()) {
      ascending.assign(rows.list, rows.list + rows.count);
      std::sort(ascending.begin(), ascending.end());
    }
    return {rows.count, ascending.data()};
  }

  Rows rows_in_any_order(size_t layer) const {
    return ascending_[layer].empty() ? rows_of(job_, layer) : Rows{ascending_[layer].size(), ascending_[layer].data()};
  }

  /// The panel given back last, which is in this core's caches, or a new one.
  AlignedVector<float> take_spare() {
    if (spare_.empty()) return AlignedVector<float>(x_.size());
    AlignedVector<float> values = std::move(spare_.back());
    spare_.pop_back();
    values.resize(x_.size());
    return values;
  }

  void give_back(Waiting& columns) {
    columns.ids.clear();
    spare_.push_back(std::move(columns.values));
    columns.values = {};
  }

  void finish_saturated(const Columns& saturated) {
    const uint64_t outputs = output_count();
    for_each(saturated, [&](uint32_t column) {
      categories.push_back(ids_[column] + 1);
      for (size_t l = first_layer_of(job_, layer_ + 1); l < alive_.size(); ++l) ++alive_[l];
      if (batch_.observe == Observe::values)
        std::fill_n(&batch_.outcome.values[ids_[column] * outputs], outputs, double{cap});
    });
  }

  void finish() {
    const uint64_t outputs = output_count();
    const auto count = static_cast<uint32_t>(ids_.size());
    for_each(alive_columns(x_.data(), rows_of(job_, job_.widths.size() - 1), stride_, count, job_.activations.back()),
             [&](uint32_t column) { categories.push_back(ids_[column] + 1); });
    if (batch_.observe != Observe::values) return;
    for (uint32_t c = 0; c < count; ++c)
      for (uint64_t o = 0; o < outputs; ++o) {
        const uint64_t row = job_.output_of.empty() ? o : job_.output_of[o];
        batch_.outcome.values[ids_[c] * outputs + o] = x_[row * stride_ + c];
      }
  }

  uint64_t output_count() const { return outputs_of(job_); }

  Batch& batch_;
  const PanelJob& job_;
  uint32_t stride_;
  AlignedVector<float>& x_;
  AlignedVector<float>& y_;
  AlignedVector<uint64_t>& pixels_;
  std::vector<uint64_t> ids_;  // input of each column
  size_t layer_ = 0;
  std::vector<Waiting> waiting_;  // before each layer; the last for columns that only have to be finished
  std::vector<AlignedVector<float>>& spare_;
  std::vector<std::vector<uint32_t>>& ascending_;
  Waiting full_;  // a panel that goes on at once with the layer after layer_; empty: none
};

}  // namespace

std::shared_ptr<PanelBuffers> no_buffers_yet() {
  return std::make_shared<PanelBuffers>();
}

Outcome run_panels(const PanelJob& job, const Inputs& inputs, Observe observe, const Deadline& deadline) {
  check_width(inputs, job.widths.front());
  if (job.panel > widest_panel)
    throw Unsupported(fmt::format("a panel of {} inputs, {} at most", job.panel, widest_panel));
  Outcome outcome;
  if (observe == Observe::values) outcome.values.assign(inputs.count * outputs_of(job), 0);
  if (observe == Observe::alive) outcome.alive.assign(layers_of(job), 0);
  Batch batch{job, inputs, observe, deadline, outcome};
  job.buffers->of_thread.resize(std::max<size_t>(job.buffers->of_thread.size(), job.threads));
  using Clock = std::chrono::steady_clock;
  const bool is_timed = job.threads > 1 && observe == Observe::categories;
  TeamError error;
  std::mutex joining;
  const auto work = [&] {
    const auto begin = is_timed ? Clock::now() : Clock::time_point();
    const auto thread = static_cast<uint32_t>(omp_get_thread_num());
    Walk walk(batch, job.buffers->of_thread[thread]);
    walk.run();
    const std::chrono::duration<double> took = is_timed ? Clock::now() - begin : Clock::duration();
    const std::lock_guard one_by_one(joining);
    if (is_timed) outcome.workers.push_back({{0, thread}, took.count()});
    outcome.categories.insert(outcome.categories.end(), walk.categories.begin(), walk.categories.end());
    outcome.executed_edges += walk.executed_edges;
    for (size_t l = 0; l < walk.alive_.size(); ++l) outcome.alive[l] += walk.alive_[l];
  };
#pragma omp parallel num_threads(job.threads)
  {
    error.guard(work);
    if (error.is_caught()) batch.is_stopped = true;
  }
  error.rethrow();
  if (batch.is_stopped) deadline.check();
  std::sort(outcome.categories.begin(), outcome.categories.end());
  return outcome;
}

std::vector<uint8_t> verify_saturation(const PanelJob& job) {
  const size_t layers = job.widths.size() - 1;
  const auto has_cap = [&](size_t l) { return rule_of(job.activations[l]).cap == cap; };
  std::vector<uint8_t> saturated(layers + 1, has_cap(layers - 1) ? 1 : 0);
  constexpr uint32_t stride = row_stride(1);
  AlignedVector<float> x;
  AlignedVector<float> y;
  for (size_t l = layers; l-- > 0;) {
    saturated[l] = has_cap(l) ? saturated[l + 1] : 0;
    if (saturated[l] == 0) continue;
    x.assign(buffer_rows(job, 0) * stride, cap);
    y.assign(x.size(), 0.0F);
    AlignedVector<float>& to = job.recycled_rows == 0 ? y : x;
    job.kernel[l]->forward(x.data(), to.data(), stride, 1);
    saturated[l] = constant_columns(to.data(), rows_of(job, l + 1), stride, 1, cap)[0] == 1 ? 1 : 0;
  }
  return saturated;
}

}  // namespace sparsio
