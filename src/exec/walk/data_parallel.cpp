// data_parallel: the walk in which every worker has all layers and takes panels of inputs. `general` executes every
// connection. `structure` merges equal neurons beforehand (twin_neurons). `value` drops dead inputs, and finishes
// saturated ones where every remaining layer is verified to keep them (panel_run). Where a tiling asks for it blocks of
// layers are cut in tiles and panels in slices, and several workers share a panel (tile_run).
#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>

#include "exec/kernel/kernel.hpp"
#include "exec/machine/l2_bytes.hpp"
#include "exec/shared/requirements.hpp"
#include "exec/walk/depth_blocks.hpp"
#include "exec/walk/panel_run.hpp"
#include "exec/walk/panel_visit.hpp"
#include "exec/walk/tile_run.hpp"
#include "exec/walk/tile_visit.hpp"
#include "exec/walk/twin_neurons.hpp"

namespace sparsio {
namespace {

class DataParallel final : public Engine {
 public:
  /// Without a tiling layer by layer.
  DataParallel(std::string_view name, const KernelKind& kernel, const Params& params, std::optional<Tiling> tiling)
      : name_(name), choice_{kernel, params}, tiling_(std::move(tiling)) {}

  void prepare(const Plan& plan) override {
    LayerSource& layers = layers_of(plan, name_);
    const auto maker = choice_.kind.make(plan, choice_.params);
    job_.widths.assign(1, layers.widths().front());
    job_.panel = plan.panel;
    l2_bytes_ = plan.l2_bytes > 0 ? plan.l2_bytes : l2_bytes();
    job_.threads = plan.threads;
    job_.track = plan.track;
    job_.reads_bits = choice_.kind.reads_bits;
    if (in_tiles()) check_tiling();
    const bool is_merged = plan.track == Track::structure || plan.track == Track::structure_value;
    TwinNeurons twins;
    const auto next = [&](Layer& layer) {
      if (!layers.next(layer)) return false;
      connections_ += layer.connections();
      if (is_merged) layer = twins.merge(layer);
      check_activation(layer, choice_.kind.activations, job_.track, name_);
      return true;
    };
    layers.restart();
    if (tiling_)
      add_blocks(next, layers.layers(), *maker);
    else
      add_layers(next, *maker);
    job_.output_of = output_rows(maker->places(), is_merged ? twins.kept_of() : std::vector<uint32_t>());
    index_bytes_ = maker->index_bytes();
    simd_ = maker->simd();
    if (skips() && choice_.kind.finishes_saturated) job_.saturated = verify_saturation(job_);
  }

  Outcome run(const Inputs& inputs, Observe observe, const Deadline& deadline) override {
    if (in_tiles()) return run_tiles(job_, tiles_, inputs, observe, deadline);
    return run_panels(job_, inputs, observe, deadline);
  }

  EngineCost cost() const override {
    EngineCost cost;
    cost.connections = connections_;
    cost.panel = job_.panel;
    for (const auto& kernel : job_.kernel) cost.bytes_streamed += kernel->bytes(job_.panel);
    cost.bytes.index = index_bytes_;
    cost.row_bytes = row_stride(job_.panel) * 4;
    cost.tiles = tile_count_;
    for (const auto& edges : tiles_.edges) cost.tile_edges += edges.size();
    return cost;
  }

  /// All workers do the same, each with panels of its own.
  void visit(AccessVisitor& visitor, const Worker&, PassInputs inputs) const override {
    if (in_tiles()) return visit_tiles(job_, tiles_, visitor, inputs);
    const uint32_t stride = row_stride(job_.panel);
    const uint32_t width = job_.widths.front();
    const uint64_t widest = *std::max_element(job_.widths.begin(), job_.widths.end());
    const bool is_recycled = job_.recycled_rows > 0;
    const bool starts_from_bits = job_.reads_bits && inputs.values == InputValues::bits;
    visitor.begin_pass(job_.panel);
    visit_begin_of_run(visitor);
    visitor.place(Buffer::first, is_recycled ? job_.recycled_rows : widest, stride * 4);
    if (!is_recycled) visitor.place(Buffer::second, widest, stride * 4);
    if (starts_from_bits) visitor.place(Buffer::bits, width, (stride + 63) / 64 * 8);
    for (const auto& kernel : job_.kernel) kernel->place_shared(visitor);
    Buffer from = starts_from_bits ? Buffer::bits : Buffer::first;
    place_inputs(visitor, width, inputs.values);
    visit_inputs(visitor, width, from, inputs.values,
                 {width, job_.input_row.empty() ? nullptr : job_.input_row.data()});
    for (const auto& kernel : job_.kernel) {
      const Buffer to = is_recycled || from == Buffer::second ? Buffer::first : Buffer::second;
      visitor.begin_layer(from, to);
      kernel->visit(visitor);
      from = to;
    }
    const std::span<const uint32_t> list = job_.kernel.back()->rows();
    const Rows rows = {job_.widths.back(), list.empty() ? nullptr : list.data()};
    if (job_.activations.back().kind == ActivationKind::softmax) visit_softmax(visitor, rows);
    visit_alive_columns(visitor, rows, job_.activations.back(), inputs.life);
    visit_end_of_run(visitor);
  }

  std::string opaque() const override {
    if (!choice_.kind.opaque.empty() || !in_tiles()) return std::string(choice_.kind.opaque);
    if (tiling_->model_threads > 1) return "threads that share a panel take its pieces as they come";
    return tiling_->sync == TileSync::barrier ? "between barriers tiles of several blocks take turns" : "";
  }
  std::string simd() const override { return simd_; }
  const KernelChoice* kernel() const override { return &choice_; }
  std::string note() const override { return note_; }

 private:
  template <class Next>
  void add_layers(const Next& next, KernelMaker& maker) {
    for (Layer layer; next(layer);) {
      job_.widths.push_back(layer.targets);
      job_.connections.push_back(layer.connections());
      job_.activations.push_back(layer.activation);
      job_.kernel.push_back(maker.make(layer, {}));
    }
    job_.recycled_rows = maker.recycled_rows();
    note_ = maker.note();
  }

  bool in_tiles() const { return tiling_ && !tiling_->is_plain(); }

  /// What only the plan tells.
  void check_tiling() const {
    if (skips())
      throw Unsupported(name_ + " does not drop columns of a panel in slices or tiles; take the track general, or " +
                        "slices 1, model_threads 1 and sync none");
    const uint32_t lines = row_stride(job_.panel) / 16;
    if (tiling_->slices > lines)
      throw Unsupported(fmt::format("{} has slices {} and a panel of {} is {} lines of 16; take a wider panel", name_,
                                    tiling_->slices, job_.panel, lines));
    if (tiling_->model_threads > job_.threads)
      throw Unsupported(
          fmt::format("{} has model_threads {} and there are {} threads", name_, tiling_->model_threads, job_.threads));
    if (job_.threads % tiling_->model_threads > 0)
      throw Unsupported(fmt::format("{} threads are no whole teams of model_threads {}; take {} or {} threads",
                                    job_.threads, tiling_->model_threads,
                                    job_.threads / tiling_->model_threads * tiling_->model_threads,
                                    (job_.threads / tiling_->model_threads + 1) * tiling_->model_threads));
  }

  bool skips() const { return job_.track == Track::value || job_.track == Track::structure_value; }

  /// Of a slice, a whole panel without tiles.
  uint32_t slice_width() const { return in_tiles() ? row_stride(job_.panel) / tiling_->slices : job_.panel; }

  /// Dead columns leave between blocks only, so that where they may leave and nobody says how deep, a block is a layer.
  ScheduleLimits depth_limits() const {
    if (tiling_->depth > 0) return {.depth = tiling_->depth};
    return {.depth = skips() ? 1 : ScheduleLimits::none, .window = window_rows(slice_width(), l2_bytes_)};
  }

  WindowedSchedule new_schedule(const KernelMaker& maker) const {
    if (!in_tiles()) return WindowedSchedule(job_.widths.front(), depth_limits());
    // Values take 4 bytes of weight, and what the kernel has of index.
    const TileRoom room{l2_bytes_, row_stride(slice_width()) * uint64_t{4}, [&] { return 4 + maker.index_bytes(); }};
    constexpr uint32_t lag_of_teams = 4;
    return WindowedSchedule(job_.widths.front(), depth_limits(), tile_cut(*tiling_, room, name_),
                            tiling_->model_threads > 1 ? lag_of_teams : 0);
  }

  template <class Next>
  void add_blocks(const Next& next, uint64_t layers, KernelMaker& maker) {
    if (tiling_->depth > layers)
      throw Unsupported(fmt::format("{} has depth {} and there are {} layers", name_, tiling_->depth, layers));
    WindowedSchedule schedule = new_schedule(maker);
    BlockNote note(depth_limits().window);
    std::optional<TileTasks> tasks;
    const auto add = [&](const std::optional<DepthBlock>& block) {
      if (!block) return;
      note.add(*block);
      job_.first_layer.push_back(block->first);
      job_.widths.push_back(block->layers.back().targets);
      job_.activations.push_back(block->layers.back().activation);
      job_.connections.push_back(0);
      for (const Layer& layer : block->layers) job_.connections.back() += layer.connections();
      job_.kernel.push_back(maker.make_block(*block));
      if (!in_tiles()) return;
      if (!tasks) tasks.emplace(schedule.input_rows());
      tasks->add(*block, *job_.kernel.back());
    };
    for (Layer layer; next(layer);) add(schedule.push(std::move(layer)));
    add(schedule.finish());
    job_.first_layer.push_back(static_cast<uint32_t>(layers));
    job_.recycled_rows = schedule.rows();
    job_.input_row = schedule.input_rows();
    note_ = note.words();
    if (!tasks) return;
    tile_count_ = tasks->tiles();
    tiles_ = tasks->finish(*tiling_, job_.panel);
    tiles_.connections = std::accumulate(job_.connections.begin(), job_.connections.end(), uint64_t{0});
    note_ = tile_words(*tiling_, job_.kernel.size(), tile_count_, tiles_.of_level.size()) + "; " + note_;
  }

  /// The row of each output; empty: output o is in row o. Without a list in `kept` no outputs were merged.
  std::vector<uint32_t> output_rows(std::span<const uint32_t> places, std::vector<uint32_t> kept) const {
    const std::span<const uint32_t> rows = job_.kernel.back()->rows();
    const auto row_of = [&](uint32_t target) {
      const uint32_t place = places.empty() ? target : places[target];
      return rows.empty() ? place : rows[place];
    };
    std::vector<uint32_t> row = std::move(kept);
    if (row.empty() && (!places.empty() || !rows.empty())) {
      row.resize(job_.widths.back());
      std::iota(row.begin(), row.end(), 0U);
    }
    for (uint32_t& target : row) target = row_of(target);
    return row;
  }

  std::string name_;
  KernelChoice choice_;
  std::optional<Tiling> tiling_;
  PanelJob job_;
  TileJob tiles_;
  uint64_t tile_count_ = 0;
  uint64_t l2_bytes_ = 0;
  uint64_t connections_ = 0;  // of the network as given
  uint64_t index_bytes_ = 0;
  std::string simd_;
  std::string note_;
};

}  // namespace

std::unique_ptr<Engine> data_parallel(std::string_view name, const KernelKind& kernel, const Params& params) {
  return std::make_unique<DataParallel>(name, kernel, params, std::nullopt);
}

std::unique_ptr<Engine> depth_first_parallel(std::string_view name, const KernelKind& kernel, const Params& params,
                                             const Tiling& tiling) {
  return std::make_unique<DataParallel>(name, kernel, params, tiling);
}

EngineKind engine_over(const KernelKind& kernel) {
  EngineKind kind;
  kind.summary = kernel.summary;
  kind.options = kernel.options;
  kind.orders = {"by_target"};
  kind.tracks = kernel.tracks;
  kind.strip_vectors = kernel.strip_vectors;
  if (kernel.best_panel != nullptr) kind.best_panel = kernel.best_panel;
  kind.variants = kernel.variants;
  kind.activations = kernel.activations;
  // A worker takes panels that begin where they would for another number of workers. Only where values decide which
  // columns go on together do the workers meet in what stands beside a column.
  if (promises(kernel.bits, SameBits::any_panel) || kernel.tracks == std::vector<Track>{Track::general})
    kind.bits.push_back(SameBits::any_threads);
  kind.bits.insert(kind.bits.end(), kernel.bits.begin(), kernel.bits.end());
  return kind;
}

RegisterKernel::RegisterKernel(KernelKind kind, std::string_view engine, const char* file) {
  const std::string name = file_stem(file);
  EngineKind over = engine_over(kind);
  const std::string engine_name(engine.empty() ? name : engine);
  over.make = [name, engine_name](const Params& params) {
    const KernelKind& kernel = Registry<KernelKind>::instance().find(name, "engine").kind;
    if (kernel.in_depth) return depth_first_parallel(engine_name, kernel, params, Tiling{});
    return data_parallel(engine_name, kernel, params);
  };
  Registry<EngineKind>::instance().add(std::move(over), engine_name + ".cpp");
  Registry<KernelKind>::instance().add(std::move(kind), file);
}

}  // namespace sparsio
