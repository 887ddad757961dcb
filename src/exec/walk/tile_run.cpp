#include "exec/walk/tile_run.hpp"

#include <fmt/format.h>
#include <omp.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <chrono>
#include <mutex>
#include <numeric>

#include "base/team_error.hpp"
#include "exec/shared/requirements.hpp"
#include "exec/walk/curves.hpp"
#include "exec/walk/panel_kernels.hpp"
#include "exec/walk/tile_team.hpp"

namespace sparsio {
namespace {

using What = TileTask::What;

/// Words of a row of pixels of one slice.
uint64_t words_of(uint32_t columns) {
  return (columns + 63) / 64;
}

/// The columns with a nonzero value after each layer, of each panel, while Observe::alive. Several threads write.
class Living {
 public:
  Living(uint64_t panels, size_t layers, uint32_t panel)
      : layers_(layers), words_(words_of(row_stride(panel))), word_(panels * layers * words_) {}

  void add(uint64_t panel, size_t layer, uint32_t column, const Columns& alive) {
    const std::lock_guard one_by_one(writing_);
    uint64_t* const words = &word_[(panel * layers_ + layer) * words_];
    for (uint32_t w = 0; w < alive.size(); ++w)
      for (uint64_t bits = alive[w]; bits != 0; bits &= bits - 1) {
        const uint32_t c = column + w * 64 + static_cast<uint32_t>(std::countr_zero(bits));
        words[c / 64] |= uint64_t{1} << (c % 64);
      }
  }

  std::vector<uint64_t> counts() const {
    std::vector<uint64_t> count(layers_, 0);
    for (size_t k = 0; k < word_.size(); ++k)
      count[k / words_ % layers_] += static_cast<uint64_t>(std::popcount(word_[k]));
    return count;
  }

 private:
  size_t layers_;
  uint64_t words_;
  std::vector<uint64_t> word_;
  std::mutex writing_;
};

/// What all threads share.
struct Batch {
  const PanelJob& job;
  const TileJob& tiles;
  const Inputs& inputs;
  Observe observe;
  const Deadline& deadline;
  Outcome& outcome;
  Living* living;                                   // null unless Observe::alive
  std::vector<std::vector<KernelPart>> parts = {};  // of each kernel, while they are looked at
  std::atomic<uint64_t> next_panel{0};
  std::atomic<bool> is_stopped{false};  // late, or a thread failed

  uint64_t panels() const { return (inputs.count + job.panel - 1) / job.panel; }
  bool starts_from_bits() const { return job.reads_bits && inputs.is_packed(); }
};

/// Some of the columns of a panel.
struct Piece {
  const TileTask& task;
  size_t slice;
  uint64_t panel;
};

/// One thread's share of what its team does.
class Walk {
 public:
  Walk(Batch& batch, TileTeam& team, TileBuffer& buffer)
      : batch_(batch),
        job_(batch.job),
        tiles_(batch.tiles),
        team_(team),
        buffer_(buffer),
        stride_(row_stride(job_.panel)) {}

  /// The panel for the team, or room for one.
  void make_room() {
    const auto grow = [](auto& vector, uint64_t size) {
      if (vector.size() < size) vector.resize(size);
    };
    grow(buffer_.panel, uint64_t{job_.recycled_rows} * stride_);
    if (batch_.starts_from_bits()) grow(buffer_.pixels, job_.widths.front() * words_before(tiles_.slices()));
  }

  void run(uint32_t member) {
    if (tiles_.tiling.sync == TileSync::barrier)
      run_levels(member);
    else
      run_tickets();
  }

  std::vector<uint64_t> categories;
  uint64_t executed_edges = 0;
  uint64_t waits = 0;

 private:
  /// Tasks in turn, whoever takes them.
  void run_tickets() {
    const uint64_t slices = tiles_.slices();
    const uint64_t pieces = tiles_.task.size() * slices;
    for (;;) {
      const uint64_t ticket = team_.draw();
      const uint64_t at = ticket / pieces;
      const uint64_t piece = ticket % pieces;
      if (piece == 0) team_.tell_panel(at, batch_.next_panel.fetch_add(1));
      const uint64_t panel = team_.panel(at);
      if (panel >= batch_.panels() || is_stopped()) return;
      const auto number = static_cast<uint32_t>(at + 1);
      const size_t task = piece / slices;
      const size_t slice = piece % slices;
      if (tiles_.tiling.sync == TileSync::weak)
        for (const TileEdge& edge : tiles_.edges[task])
          waits += team_.flag(edge.from * slices + slice).wait_for(number - edge.panels_ago) ? 1 : 0;
      if (team_.is_stopped()) return;
      run({tiles_.task[task], slice, panel});
      if (tiles_.tiling.sync == TileSync::weak) team_.flag(piece).raise_to(number);
    }
  }

  /// Level after level, each piece by the thread whose turn it is. Within a level no row is written that another piece
  /// reads or writes.
  void run_levels(uint32_t member) {
    const uint64_t slices = tiles_.slices();
    for (uint64_t at = 0;; ++at) {
      if (member == 0) team_.tell_panel(at, batch_.next_panel.fetch_add(1));
      const uint64_t panel = team_.panel(at);
      if (panel >= batch_.panels()) return;
      for (const std::vector<uint32_t>& tasks : tiles_.of_level) {
        for (uint64_t k = member; k < tasks.size() * slices; k += team_.members()) {
          if (is_stopped()) return;
          run({tiles_.task[tasks[k / slices]], k % slices, panel});
        }
        waits += team_.meet() ? 1 : 0;
        if (is_stopped()) return;
      }
    }
  }

  /// Late, or another thread has stopped: then the team must not wait for this one.
  bool is_stopped() {
    if (batch_.deadline.is_over()) batch_.is_stopped = true;
    if (batch_.is_stopped && !team_.is_stopped()) team_.stop();
    return team_.is_stopped();
  }

  uint64_t words_before(size_t slice) const {
    uint64_t words = 0;
    for (size_t s = 0; s < slice; ++s) words += words_in(s);
    return words;
  }

  void run(const Piece& piece) {
    const uint32_t column = tiles_.column[piece.slice];
    const uint64_t first = piece.panel * job_.panel + column;
    const uint64_t end = std::min(
        {batch_.inputs.count, (piece.panel + 1) * job_.panel, first - column + tiles_.column[piece.slice + 1]});
    if (tiles_.tiling.before_piece) tiles_.tiling.before_piece();
    if (first >= end) return;
    const auto count = static_cast<uint32_t>(end - first);
    float* const panel = buffer_.panel.data() + column;
    switch (piece.task.what) {
      case What::fill:
        return fill(piece.slice, first, count, panel);
      case What::tile:
        return run_tile(piece, column, count, panel);
      case What::softmax:
        return softmax(piece, column, count, panel);
      case What::finish:
        return finish(first, count, panel);
    }
  }

  /// Where a slice has its pixels.
  uint64_t* pixels_of(size_t slice) const { return buffer_.pixels.data() + job_.widths.front() * words_before(slice); }
  uint32_t words_in(size_t slice) const {
    return static_cast<uint32_t>(words_of(tiles_.column[slice + 1] - tiles_.column[slice]));
  }

  void fill(size_t slice, uint64_t first, uint32_t count, float* panel) {
    if (batch_.starts_from_bits())
      transpose_bits(batch_.inputs, first, count, pixels_of(slice), words_in(slice), rows_of(job_, 0));
    else
      fill_panel(batch_.inputs, first, count, panel, stride_, rows_of(job_, 0));
  }

  void run_tile(const Piece& piece, uint32_t column, uint32_t count, float* panel) {
    const TileTask& tile = piece.task;
    const RowKernel& kernel = *job_.kernel[tile.kernel];
    const bool reads_bits = tile.kernel == 0 && batch_.starts_from_bits();
    const BitSources bits = reads_bits ? BitSources{pixels_of(piece.slice), words_in(piece.slice)} : BitSources{};
    if (batch_.living == nullptr) {
      kernel.forward_parts(tile.first, tile.end, bits, panel, stride_, count);
      return;
    }
    // A value within a block of layers is gone before the block is through, so it is looked at when it is made.
    const size_t layer = first_layer_of(job_, tile.kernel);
    for (size_t p = tile.first; p < tile.end; ++p) {
      kernel.forward_parts(p, p + 1, bits, panel, stride_, count);
      const KernelPart& part = batch_.parts[tile.kernel][p];
      if (part.activation.kind == ActivationKind::softmax) continue;
      const Rows rows = {part.row.size(), part.row.data()};
      batch_.living->add(piece.panel, layer + part.layer, column,
                         alive_columns(panel, rows, stride_, count, part.activation));
    }
  }

  void softmax(const Piece& piece, uint32_t column, uint32_t count, float* panel) {
    const size_t layer = piece.task.kernel + 1;
    softmax_columns(panel, rows_of(job_, layer), stride_, count);
    if (batch_.living != nullptr)
      batch_.living->add(piece.panel, first_layer_of(job_, layer) - 1, column,
                         alive_columns(panel, rows_of(job_, layer), stride_, count, job_.activations[layer - 1]));
  }

  void finish(uint64_t first, uint32_t count, const float* panel) {
    const Columns alive =
        alive_columns(panel, rows_of(job_, job_.kernel.size()), stride_, count, job_.activations.back());
    for (uint32_t c = 0; c < count; ++c)
      if ((alive[c / 64] >> (c % 64) & 1) != 0) categories.push_back(first + c + 1);
    executed_edges += tiles_.connections * count;
    if (batch_.observe != Observe::values) return;
    const uint64_t outputs = outputs_of(job_);
    for (uint32_t c = 0; c < count; ++c)
      for (uint64_t o = 0; o < outputs; ++o) {
        const uint64_t row = job_.output_of.empty() ? o : job_.output_of[o];
        batch_.outcome.values[(first + c) * outputs + o] = panel[row * stride_ + c];
      }
  }

  Batch& batch_;
  const PanelJob& job_;
  const TileJob& tiles_;
  TileTeam& team_;
  TileBuffer& buffer_;
  uint32_t stride_;
};

}  // namespace

Outcome run_tiles(const PanelJob& job, const TileJob& tiles, const Inputs& inputs, Observe observe,
                  const Deadline& deadline) {
  check_width(inputs, job.widths.front());
  if (job.panel > widest_panel)
    throw Unsupported(fmt::format("a panel of {} inputs, {} at most", job.panel, widest_panel));
  Outcome outcome;
  if (observe == Observe::values) outcome.values.assign(inputs.count * outputs_of(job), 0);
  const uint64_t panels = (inputs.count + job.panel - 1) / job.panel;
  std::optional<Living> living;
  if (observe == Observe::alive) living.emplace(panels, first_layer_of(job, job.kernel.size()), job.panel);
  Batch batch{job, tiles, inputs, observe, deadline, outcome, living ? &*living : nullptr};
  if (living)
    for (const auto& kernel : job.kernel) batch.parts.push_back(kernel->parts());

  const uint32_t sharing = tiles.tiling.model_threads;
  const uint32_t teams = job.threads / sharing;
  std::vector<std::unique_ptr<TileTeam>> team;
  for (uint32_t g = 0; g < teams; ++g)
    team.push_back(std::make_unique<TileTeam>(tiles.task.size() * tiles.slices(), panels + sharing));
  tiles.buffers->resize(std::max<size_t>(tiles.buffers->size(), teams));

  using Clock = std::chrono::steady_clock;
  const bool is_timed = job.threads > 1 && observe == Observe::categories;
  TeamError error;
  std::mutex joining;
  const auto begin_team = [&](uint32_t g, uint32_t threads) {
    team[g]->set_members(std::min(sharing, threads - g * sharing));
    Walk(batch, *team[g], (*tiles.buffers)[g]).make_room();
  };
  const auto work = [&](uint32_t thread) {
    const auto begin = is_timed ? Clock::now() : Clock::time_point();
    Walk walk(batch, *team[thread / sharing], (*tiles.buffers)[thread / sharing]);
    walk.run(thread % sharing);
    const std::chrono::duration<double> took = is_timed ? Clock::now() - begin : Clock::duration();
    const std::lock_guard one_by_one(joining);
    if (is_timed) outcome.workers.push_back({{0, thread}, took.count()});
    outcome.categories.insert(outcome.categories.end(), walk.categories.begin(), walk.categories.end());
    outcome.executed_edges += walk.executed_edges;
    if (tiles.tiling.sync != TileSync::none) outcome.waits = outcome.waits.value_or(0) + walk.waits;
  };
#pragma omp parallel num_threads(job.threads)
  {
    const auto thread = static_cast<uint32_t>(omp_get_thread_num());
    if (thread % sharing == 0)
      error.guard([&] { begin_team(thread / sharing, static_cast<uint32_t>(omp_get_num_threads())); });
#pragma omp barrier
    if (!error.is_caught()) error.guard([&] { work(thread); });
    if (error.is_caught()) {
      batch.is_stopped = true;
      team[thread / sharing]->stop();  // nobody may wait for what this thread has left
    }
  }
  error.rethrow();
  if (batch.is_stopped) deadline.check();
  std::sort(outcome.categories.begin(), outcome.categories.end());
  if (living) outcome.alive = living->counts();
  return outcome;
}

}  // namespace sparsio
