#include "exec/walk/tile_run.hpp"

#include <fmt/format.h>
#include <omp.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>

#include "base/team_error.hpp"
#include "exec/shared/requirements.hpp"
#include "exec/walk/tile_pieces.hpp"
#include "exec/walk/tile_team.hpp"

namespace sparsio {
namespace {

/// Which panels there are still, and whether to go on.
struct Progress {
  const Deadline& deadline;
  std::atomic<uint64_t> next_panel{0};
  std::atomic<bool> is_stopped{false};  // late, or a thread failed
};

/// One thread's walk through the pieces of its team.
class Walk {
 public:
  Walk(Progress& progress, TileBatch& batch, TileTeam& team, TileBuffer& buffer)
      : progress_(progress), tiles_(batch.tiles), panels_(batch.panels()), team_(team), pieces_(batch, buffer) {}

  void run(uint32_t member) {
    if (tiles_.tiling.sync == TileSync::barrier)
      run_levels(member);
    else
      run_tickets();
  }

  const TilePieces& pieces() const { return pieces_; }
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
      if (piece == 0) team_.tell_panel(at, progress_.next_panel.fetch_add(1));
      const uint64_t panel = team_.panel(at);
      if (panel >= panels_ || is_stopped()) return;
      const auto number = static_cast<uint32_t>(at + 1);
      const size_t task = piece / slices;
      const size_t slice = piece % slices;
      if (tiles_.tiling.sync == TileSync::weak)
        for (const TileEdge& edge : tiles_.edges[task])
          waits += team_.flag(edge.from * slices + slice).wait_for(number - edge.panels_ago) ? 1 : 0;
      if (team_.is_stopped()) return;
      pieces_.run({tiles_.task[task], slice, panel});
      if (tiles_.tiling.sync == TileSync::weak) team_.flag(piece).raise_to(number);
    }
  }

  /// Level after level, each piece by the thread whose turn it is. Within a level no row is written that another piece
  /// reads or writes.
  void run_levels(uint32_t member) {
    const uint64_t slices = tiles_.slices();
    for (uint64_t at = 0;; ++at) {
      if (member == 0) team_.tell_panel(at, progress_.next_panel.fetch_add(1));
      const uint64_t panel = team_.panel(at);
      if (panel >= panels_) return;
      for (const std::vector<uint32_t>& tasks : tiles_.of_level) {
        for (uint64_t k = member; k < tasks.size() * slices; k += team_.members()) {
          if (is_stopped()) return;
          pieces_.run({tiles_.task[tasks[k / slices]], k % slices, panel});
        }
        waits += team_.meet() ? 1 : 0;
        if (is_stopped()) return;
      }
    }
  }

  /// Late, or another thread has stopped: then the team must not wait for this one.
  bool is_stopped() {
    if (progress_.deadline.is_over()) progress_.is_stopped = true;
    if (progress_.is_stopped && !team_.is_stopped()) team_.stop();
    return team_.is_stopped();
  }

  Progress& progress_;
  const TileJob& tiles_;
  uint64_t panels_;
  TileTeam& team_;
  TilePieces pieces_;
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
  std::optional<TileLiving> living;
  if (observe == Observe::alive) living.emplace(panels, first_layer_of(job, job.kernel.size()), row_stride(job.panel));
  TileBatch batch{job, tiles, inputs, observe, outcome, living ? &*living : nullptr};
  if (living)
    for (const auto& kernel : job.kernel) batch.parts.push_back(kernel->parts());
  Progress progress{deadline};

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
    TilePieces(batch, (*tiles.buffers)[g]).make_room();
  };
  const auto work = [&](uint32_t thread) {
    const auto begin = is_timed ? Clock::now() : Clock::time_point();
    Walk walk(progress, batch, *team[thread / sharing], (*tiles.buffers)[thread / sharing]);
    walk.run(thread % sharing);
    const std::chrono::duration<double> took = is_timed ? Clock::now() - begin : Clock::duration();
    const std::lock_guard one_by_one(joining);
    if (is_timed) outcome.workers.push_back({{0, thread}, took.count()});
    const TilePieces& pieces = walk.pieces();
    outcome.categories.insert(outcome.categories.end(), pieces.categories.begin(), pieces.categories.end());
    outcome.executed_edges += pieces.executed_edges;
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
      progress.is_stopped = true;
      team[thread / sharing]->stop();  // nobody may wait for what this thread has left
    }
  }
  error.rethrow();
  if (progress.is_stopped) deadline.check();
  std::sort(outcome.categories.begin(), outcome.categories.end());
  if (living) outcome.alive = living->counts();
  return outcome;
}

}  // namespace sparsio
