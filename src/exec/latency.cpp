// latency: one input at a time, as soon as possible.
// All threads share each layer of one input, target by target in contiguous parts of equal numbers of connections, and
// meet after it. Eight bytes a connection are streamed once an input, so memory bandwidth is the limit of a network
// that does not fit the caches. OpenMP may grant fewer threads than asked (OMP_THREAD_LIMIT); each then has several
// parts. A layer of twins (twin_layout) is stored as such: little more than four bytes a connection, and vectors of
// targets. A layer too small to be worth a meeting has fewer threads, in the end one. Track `general`; whatever the
// plan's panel, one input is run after the other.
#include <omp.h>

#include <algorithm>
#include <atomic>

#include "exec/engine.hpp"
#include "exec/latency/latency_kernel.hpp"
#include "exec/shared/aligned.hpp"
#include "exec/shared/requirements.hpp"
#include "exec/walk/curves.hpp"
#include "exec/walk/panel_kernels.hpp"
#include "exec/walk/panel_visit.hpp"

namespace sparsio {
namespace {

/// Connections a layer that a thread needs to be worth waiting for: some microseconds.
constexpr uint64_t least_share = 8192;

/// What a layer touches besides its own data: the frames of the kernel and its caller, the dispatch to the instruction
/// set, and the barrier of the OpenMP runtime. Counted with callgrind (g++ 12, libgomp); it shows where a layer is
/// larger than a cache, which then misses these lines once a layer.
constexpr uint32_t call_bytes = 13 * 64;

class Latency final : public Engine {
 public:
  void prepare(const Plan& plan) override {
    LayerSource& layers = layers_of(plan, "latency");
    widths_ = layers.widths();
    layers.restart();
    for (Layer layer; layers.next(layer);) add(layer);
    const uint64_t worth = connections_ / layer_.size() / least_share;
    threads_ = static_cast<unsigned>(std::clamp<uint64_t>(worth, 1, plan.threads));
    for (StoredLayer& layer : layer_) share(layer);
  }

  Outcome run(const Inputs& inputs, Observe observe, const Deadline& deadline) override {
    check_width(inputs, widths_.front());
    Outcome outcome;
    outcome.executed_edges = inputs.count * connections_;
    if (observe == Observe::alive) outcome.alive.assign(layer_.size(), 0);
    const uint32_t widest = *std::max_element(widths_.begin(), widths_.end());
    AlignedVector<float> rows[2] = {AlignedVector<float>(widest), AlignedVector<float>(widest)};
    float* const values[2] = {rows[0].data(), rows[1].data()};
    // Room for all that the region appends: nothing in it may throw, for the others wait at the next barrier.
    outcome.categories.reserve(inputs.count);
    if (observe == Observe::values) outcome.values.reserve(inputs.count * widths_.back());
    std::atomic<bool> late{false};
#pragma omp parallel num_threads(threads_)
    for (uint64_t input = 0; input < inputs.count; ++input) {
      const auto team = static_cast<unsigned>(omp_get_num_threads());
#pragma omp single nowait
      {
        read(inputs, input, values[0]);
        if (deadline.is_over()) late = true;
      }
      meet(team);
      if (late) break;
      for (size_t l = 0; l < layer_.size(); ++l) {
        for (auto part = static_cast<unsigned>(omp_get_thread_num()); part < threads_; part += team)
          run_part(layer_[l], part, values[l % 2], values[(l + 1) % 2]);
        meet(team);
        if (observe != Observe::alive) continue;
#pragma omp single nowait
        outcome.alive[l] += is_alive(values[(l + 1) % 2], widths_[l + 1]) ? 1 : 0;
        meet(team);
      }
#pragma omp single nowait
      {
        float* const y = values[layer_.size() % 2];
        if (layer_.back().twins.activation.kind == ActivationKind::softmax) softmax_values({y, widths_.back()});
        if (is_alive(y, widths_.back())) outcome.categories.push_back(input + 1);
        if (observe == Observe::values)
          for (uint32_t o = 0; o < widths_.back(); ++o)
            outcome.values.push_back(y[place_of_.empty() ? o : place_of_[o]]);
      }
      meet(team);
    }
    if (late) deadline.check();
    return outcome;
  }

  EngineCost cost() const override {
    EngineCost cost;
    cost.connections = connections_;
    for (const StoredLayer& layer : layer_)
      cost.bytes_streamed += layer.is_twins() ? layer.twins.bytes() : 8 * layer.source.size() + 8 * layer.bias.size();
    const bool all_twins =
        std::all_of(layer_.begin(), layer_.end(), [](const auto& layer) { return layer.is_twins(); });
    cost.bytes.index = all_twins ? 1 : 4;  // twins share theirs
    cost.row_bytes = 4;
    return cost;
  }

  /// All inputs alike, on one thread.
  void visit(AccessVisitor& visitor, const Worker&, PassInputs inputs) const override {
    const uint64_t widest = *std::max_element(widths_.begin(), widths_.end());
    visitor.begin_pass(1);
    visitor.place(Buffer::first, widest, 4);
    visitor.place(Buffer::second, widest, 4);
    place_narrow_inputs(visitor, widths_.front(), inputs.values);
    for (uint32_t v = 0; v < widths_.front(); ++v) {
      read_narrow_input(visitor, v, inputs.values);
      visitor.write_row(Buffer::first, v, 0, 4);
    }
    visitor.place(Array::state, layer_.size() * sizeof(StoredLayer));
    visitor.place(Array::layer_frame, call_bytes);
    for (size_t l = 0; l < layer_.size(); ++l) {
      const StoredLayer& layer = layer_[l];
      visitor.begin_layer(l % 2 == 0 ? Buffer::first : Buffer::second, l % 2 == 0 ? Buffer::second : Buffer::first);
      visitor.read(Array::state, l * sizeof(StoredLayer), sizeof(StoredLayer));
      visitor.place(Array::part, layer.part.size() * 4);
      visitor.read(Array::part, 0, 8);
      visitor.write(Array::layer_frame, 0, call_bytes);
      if (layer.is_twins())
        visit_twins(visitor, layer.twins);
      else
        visit_rows(visitor, layer);
      if (is_curve(layer.twins.activation))
        for (uint32_t v = 0; v < widths_[l + 1]; ++v) visit_again(visitor, v);
    }
    if (layer_.back().twins.activation.kind == ActivationKind::softmax)
      for (int time = 0; time < 3; ++time)
        for (uint32_t v = 0; v < widths_.back(); ++v) visit_again(visitor, v);
    for (uint32_t v = 0; v < widths_.back(); ++v) visitor.read_target(v, 0, 4);
  }

  std::string simd() const override {
    return simd_name();
  }

 private:
  /// Either compressed rows or twins, which have the activation in any case.
  struct StoredLayer {
    bool is_twins() const { return !twins.block.empty(); }

    TwinLayer twins;
    AlignedVector<uint32_t> begin;
    AlignedVector<int32_t> source;
    AlignedVector<float> weight;
    AlignedVector<float> bias;
    std::vector<uint32_t> part;  // first target (or block of twins) of each thread's part, and the end
  };

  static void visit_rows(AccessVisitor& visitor, const StoredLayer& layer) {
    visitor.place_bounds(Array::offset, layer.bias.size(), 4);
    visitor.place(Array::connection, layer.source.size() * 4);
    visitor.place(Array::weight, layer.weight.size() * 4);
    visitor.place(Array::bias, layer.bias.size() * 4);
    for (size_t t = 0; t < layer.bias.size(); ++t) {
      visitor.read_bounds(Array::offset, t, t, 4);
      for (uint64_t k = layer.begin[t]; k < layer.begin[t + 1]; ++k) {
        visitor.read(Array::connection, k * 4, 4);
        visitor.read_source(static_cast<uint64_t>(layer.source[k]), 0, 4);
        visitor.read(Array::weight, k * 4, 4);
      }
      visitor.read(Array::bias, t * 4, 4);
      visitor.write_target(t, 0, 4);
    }
  }

  static void visit_twins(AccessVisitor& visitor, const TwinLayer& layer) {
    visitor.place(Array::block, layer.block.size() * sizeof(TwinBlock));
    visitor.place(Array::connection, layer.source.size() * 4);
    visitor.place(Array::weight, layer.weight.size() * 4);
    visitor.place(Array::bias, layer.bias.size() * 4);
    for (size_t b = 0; b < layer.block.size(); ++b) {
      const TwinBlock& block = layer.block[b];
      visitor.read(Array::block, b * sizeof(TwinBlock), sizeof(TwinBlock));
      for (uint64_t s = 0; s < block.sources; ++s) {
        visitor.read(Array::connection, (block.source + s) * 4, 4);
        visitor.read_source(layer.source[block.source + s], 0, 4);
        visitor.read(Array::weight, (block.weight + s * block.width) * 4, uint64_t{block.width} * 4);
      }
      visitor.read(Array::bias, uint64_t{block.target} * 4, uint64_t{block.width} * 4);
      for (uint32_t t = 0; t < block.width; ++t) visitor.write_target(uint64_t{block.target} + t, 0, 4);
    }
  }

  static void visit_again(AccessVisitor& visitor, uint32_t target) {
    visitor.read_target(target, 0, 4);
    visitor.write_target(target, 0, 4);
  }

  void run_part(const StoredLayer& layer, unsigned part, const float* x, float* y) const {
    const uint32_t first = layer.part[part];
    const uint32_t last = layer.part[part + 1];
    if (layer.is_twins()) {
      latency_twins(layer.twins, x, y, first, last);
      return;
    }
    const LatencyLayer one{layer.begin.data(), layer.source.data(), layer.weight.data(), layer.bias.data()};
    latency_layer(one, layer.twins.activation, x, y, first, last - first);
  }

  static void read(const Inputs& inputs, uint64_t input, float* values) {
    if (!inputs.is_packed()) {
      std::copy_n(&inputs.values[input * inputs.width], inputs.width, values);
      return;
    }
    for (uint32_t v = 0; v < inputs.width; ++v) values[v] = inputs.at(input, v);
  }

  /// Where one is alone there is nobody to wait for, but at a barrier libgomp would ask the kernel to wake the others:
  /// half a microsecond an input, as long as a layer of a hundred neurons takes.
  static void meet(unsigned team) {
    if (team == 1) return;
#pragma omp barrier
  }

  static bool is_alive(const float* values, uint32_t count) {
    return std::any_of(values, values + count, [](float y) { return y != 0; });
  }

  void add(const Layer& layer) {
    if (layer.connections() > INT32_MAX) throw Unsupported("latency holds up to 2^31 connections a layer");
    connections_ += layer.connections();
    check_activation(layer.activation, "latency");
    StoredLayer stored;
    stored.twins.activation = layer.activation;
    TwinLayer twins = find_twins(layer, place_of_);
    const auto is_full = [](const TwinBlock& block) { return block.width == TwinLayer::widest_block; };
    if (!twins.block.empty() && std::all_of(twins.block.begin(), twins.block.end(), is_full)) {
      place_of_ = std::move(twins.place_of);
      stored.twins = std::move(twins);
      layer_.push_back(std::move(stored));
      return;
    }
    stored.begin.assign(layer.begin.begin(), layer.begin.end());
    stored.source.assign(layer.source.begin(), layer.source.end());
    if (!place_of_.empty())
      for (int32_t& source : stored.source) source = static_cast<int32_t>(place_of_[static_cast<uint32_t>(source)]);
    place_of_.clear();
    stored.weight.assign(layer.weight.begin(), layer.weight.end());
    stored.bias.assign(layer.bias.begin(), layer.bias.end());
    layer_.push_back(std::move(stored));
  }

  void share(StoredLayer& layer) const {
    if (layer.is_twins()) {
      // Blocks lie in the order of their weights.
      const auto& blocks = layer.twins.block;
      for (unsigned thread = 0; thread <= threads_; ++thread) {
        const uint64_t share = layer.twins.weight.size() * thread / threads_;
        const auto at = std::partition_point(blocks.begin(), blocks.end(),
                                             [&](const TwinBlock& block) { return block.weight < share; });
        layer.part.push_back(static_cast<uint32_t>(at - blocks.begin()));
      }
      close(layer, blocks.size());
      return;
    }
    const uint64_t connections = layer.source.size();
    for (unsigned thread = 0; thread <= threads_; ++thread) {
      const auto share = static_cast<uint32_t>(connections * thread / threads_);
      const auto at = std::lower_bound(layer.begin.begin(), layer.begin.end() - 1, share);
      layer.part.push_back(static_cast<uint32_t>(at - layer.begin.begin()));
    }
    close(layer, layer.bias.size());
  }

  /// What has no connections weighs nothing, so that shares of the weight may leave it out at either end.
  static void close(StoredLayer& layer, size_t end) {
    layer.part.front() = 0;
    layer.part.back() = static_cast<uint32_t>(end);
  }

  std::vector<uint32_t> widths_;
  unsigned threads_ = 1;
  uint64_t connections_ = 0;
  std::vector<StoredLayer> layer_;
  std::vector<uint32_t> place_of_;  // where the outputs of the last layer are; empty: in their order
};

const Register<EngineKind> registered{
    {.summary = "one input after the other, all threads on each layer: for a batch of one",
     .options = {},
     .make = [](const Params&) -> std::unique_ptr<Engine> { return std::make_unique<Latency>(); },
     .orders = {"by_target"},
     .tracks = {Track::general},
     .bits = {SameBits::any_threads, SameBits::any_panel}}};  // a row alone is summed otherwise than among its twins

}  // namespace
}  // namespace sparsio
