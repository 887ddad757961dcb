#include "driver/shared/model_parallel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <chrono>

#include "driver/shared/own_inputs.hpp"
#include "driver/shared/rank_stages.hpp"
#include "exec/shared/aligned.hpp"
#include "exec/shared/requirements.hpp"
#include "exec/walk/curves.hpp"
#include "mpi/shared/launch.hpp"

namespace sparsio {
namespace {

using Clock = std::chrono::steady_clock;

double since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// What one rank sees of a run; bits are those of a panel after the other, in whole words.
struct Seen {
  std::vector<uint64_t> living;  // inputs with a nonzero output of the rank
  std::vector<uint64_t> alive;   // layer after layer, inputs with a nonzero value of the rank
  std::vector<float> outputs;    // inputs x the rank's outputs
  double exchange_seconds = 0;
  uint64_t executed_edges = 0;
};

/// The outcome is whole on rank 0.
class ModelParallel final : public Engine {
 public:
  ModelParallel(Communicator& ranks, std::unique_ptr<Engine> local, const ModelOptions& options)
      : ranks_(ranks), local_(std::move(local)), options_(options), exchange_(ranks) {}

  void prepare(const Plan& plan) override {
    together(ranks_, [&] { prepare_here(plan); });
    pairs_ = ranks_.sum(stages_.pairs);
    is_same_on_any_ranks_ = options_.exchange.sent == Sent::values && options_.overlap == Overlap::off &&
                            ranks_.sum(stages_.are_sums_ordered ? 0 : 1) == 0 &&
                            promises(local_->kernel()->kind.bits, SameBits::any_rows);
  }

  Outcome run(const Inputs& inputs, Observe observe, const Deadline& deadline) override {
    Seen seen;
    together(ranks_, [&] { get_ready(inputs, observe, seen); });
    exchange_.reset_counts();
    // Who waited has slept: the first barrier wakes all, the second starts them together.
    ranks_.barrier();
    ranks_.barrier();
    const auto start = Clock::now();
    std::exception_ptr failure;
    for (uint64_t first = 0, at = 0; first < inputs.count; first += panel_, at += words()) {
      if (first > 0 && ranks_.sum(failure ? 1 : 0) > 0) break;
      pass(first, static_cast<uint32_t>(std::min<uint64_t>(panel_, inputs.count - first)), at, deadline, seen, failure);
    }
    const double seconds = since(start);
    Outcome outcome;
    const std::vector<uint64_t> living = either_of(seen.living);
    outcome.seconds = ranks_.max(since(start));
    agree(ranks_, failure);
    outcome.categories = numbers_in(living, inputs.count);
    outcome.executed_edges = ranks_.sum(seen.executed_edges);
    outcome.workers = ranks_.gather(
        std::vector<WorkerTime>{{{static_cast<uint32_t>(ranks_.rank()), Worker::all}, seconds - seen.exchange_seconds}},
        0);
    outcome.traffic = traffic(seen, inputs.count);
    if (observe == Observe::alive) outcome.alive = alive_of(seen, inputs.count);
    if (observe == Observe::values) outcome.values = values_of(seen, inputs.count);
    return outcome;
  }

  EngineCost cost() const override {
    EngineCost cost;
    cost.connections = stages_.connections;
    cost.panel = panel_;
    for (const RankStage& stage : stages_.stage)
      for (const RowKernel* kernel : kernels_of(stage)) cost.bytes_streamed += kernel->bytes(panel_);
    cost.bytes.index = stages_.index_bytes;
    cost.row_bytes = stride() * 4;
    return cost;
  }
  /// Of this rank's rows.
  void visit(AccessVisitor& visitor, const Worker&, PassInputs) const override {
    visitor.begin_pass(panel_);
    visitor.place(Buffer::first, stages_.rows, stride() * 4);
    for (const RankStage& stage : stages_.stage)
      for (const RowKernel* kernel : kernels_of(stage)) kernel->place_shared(visitor);
    for (const RankStage& stage : stages_.stage) {
      for (const RowKernel* kernel : kernels_of(stage)) {
        visitor.begin_layer(Buffer::first, Buffer::first);
        kernel->visit(visitor);
      }
    }
  }
  std::string opaque() const override { return "what ranks touch to exchange values is not told"; }
  std::string simd() const override { return stages_.simd; }
  std::string note() const override {
    const std::string bits = is_same_on_any_ranks_ ? "the same bits on any number of ranks, however rows are divided"
                                                   : "equal to rounding on another number of ranks";
    return stages_.note.empty() ? bits : bits + "; " + stages_.note;
  }

 private:
  /// In the order in which they run.
  static std::vector<const RowKernel*> kernels_of(const RankStage& stage) {
    std::vector<const RowKernel*> kernels;
    for (const auto* kernel : {&stage.sums.kernel, &stage.own.kernel, &stage.kernel})
      if (*kernel) kernels.push_back(kernel->get());
    return kernels;
  }
  uint32_t stride() const { return row_stride(panel_); }
  uint64_t words() const { return (panel_ + 63) / 64; }
  uint64_t words_of(uint64_t inputs) const { return (inputs + panel_ - 1) / panel_ * words(); }
  bool ends_in_softmax() const { return stages_.stage.back().activation.kind == ActivationKind::softmax; }

  void prepare_here(const Plan& plan) {
    LayerSource& network = layers_of(plan, "driver model");
    const KernelChoice* const kernel = local_->kernel();
    if (kernel == nullptr)
      throw Unsupported(
          "driver model divides the rows of a kernel, and this engine walks over none; csr and "
          "twin_tiles do, and data_parallel over any");
    if (plan.track != Track::general)
      throw Unsupported(fmt::format("driver model has no track {}; it has: general", track_name(plan.track)));
    if (plan.threads != 1)
      throw Unsupported(
          fmt::format("driver model computes on one thread a rank, {} were asked for; give threads = 1", plan.threads));
    if (plan.partition == nullptr) throw Unsupported("driver model needs a partition of the rows");
    if (plan.partition->parts != static_cast<uint32_t>(ranks_.size()))
      throw Unsupported(
          fmt::format("the partition has {} parts, and there are {} ranks", plan.partition->parts, ranks_.size()));
    if (plan.panel > widest_panel)
      throw Unsupported(fmt::format("a panel of {} inputs, {} at most", plan.panel, widest_panel));
    panel_ = plan.panel;
    width_ = network.widths().front();
    outputs_ = network.widths().back();
    RankLayers layers(network, *plan.partition, ranks_.rank(), options_.exchange);
    stages_ = rank_stages(layers, plan, *kernel, options_.overlap);
    own_inputs_ = layers.own(0);
    own_outputs_ = layers.own(network.layers());
    panel_values_.assign(stages_.rows * stride(), 0);
    for (const RankStage& stage : stages_.stage)
      for (const ExchangePattern& pattern : stage.exchanges) exchange_.reserve(pattern, panel_);
  }

  /// Before the clock. Inputs that are timed again are known by where they lie.
  void get_ready(const Inputs& inputs, Observe observe, Seen& seen) {
    check_width(inputs, width_);
    const void* rows = inputs.is_packed() ? static_cast<const void*>(inputs.bits.data()) : inputs.values.data();
    if (observe != Observe::categories || rows != rows_ || inputs.count != mine_.count) {
      mine_ = columns_of(inputs, own_inputs_);
      rows_ = observe == Observe::categories ? rows : nullptr;
    }
    seen.living.assign(words_of(inputs.count), 0);
    if (observe == Observe::alive) seen.alive.assign(stages_.stage.size() * words_of(inputs.count), 0);
    if (observe != Observe::values) return;
    constexpr uint64_t most = uint64_t{1} << 30;
    if (inputs.count * outputs_ * sizeof(float) > most)
      throw Unsupported("the values of so many inputs cannot be gathered; verify fewer");
    seen.outputs.assign(inputs.count * own_outputs_.size(), 0);
  }

  /// `count` inputs through all layers; `at`: where their words of bits begin.
  void pass(uint64_t first, uint32_t count, uint64_t at, const Deadline& deadline, Seen& seen,
            std::exception_ptr& failure) {
    float* const values = panel_values_.data();
    fill_panel(mine_, first, count, values, stride());
    for (size_t k = 0; k < stages_.stage.size(); ++k) {
      const RankStage& stage = stages_.stage[k];
      compute(stage.sums, count, deadline, failure);
      for (const ExchangePattern& pattern : stage.exchanges) {
        const bool is_first = &pattern == stage.exchanges.data();
        auto start = Clock::now();
        exchange_.start(pattern, values + stage.source_begin * stride(), stride(), count);
        seen.exchange_seconds += since(start);
        if (is_first) compute(stage.own, count, deadline, failure);
        start = Clock::now();
        exchange_.finish();
        seen.exchange_seconds += since(start);
      }
      if (!failure && stage.kernel) compute(stage, count, deadline, failure);
      seen.executed_edges += stage.connections * count;
      if (!seen.alive.empty()) see_alive(stage, count, seen.alive.data() + k * seen.living.size() + at);
    }
    see_alive(stages_.stage.back(), count, seen.living.data() + at);
    if (!seen.outputs.empty()) keep_outputs(first, count, seen.outputs);
  }

  /// If there is any, and nothing has failed.
  void compute(const StagePart& part, uint32_t count, const Deadline& deadline, std::exception_ptr& failure) {
    if (failure || !part.kernel) return;
    float* const values = panel_values_.data();
    try {
      deadline.check();
      part.kernel->forward(values + part.x_begin * stride(), values + part.y_begin * stride(), stride(), count);
    } catch (...) {
      failure = std::current_exception();
    }
  }

  void compute(const RankStage& stage, uint32_t count, const Deadline& deadline, std::exception_ptr& failure) {
    float* const values = panel_values_.data();
    try {
      deadline.check();
      stage.kernel->forward(values + stage.x_begin * stride(), values + stage.y_begin * stride(), stride(), count);
    } catch (...) {
      failure = std::current_exception();
    }
  }

  /// Of a softmax the largest value is never zero.
  void see_alive(const RankStage& stage, uint32_t count, uint64_t* bits) const {
    Columns alive{};
    if (stage.activation.kind == ActivationKind::softmax)
      for (uint32_t c = 0; c < count; ++c) alive[c / 64] |= uint64_t{1} << (c % 64);
    else if (stage.targets > 0)
      alive = alive_columns(panel_values_.data() + stage.target_begin * stride(), {stage.targets}, stride(), count,
                            stage.activation);
    std::copy_n(alive.begin(), words(), bits);
  }

  void keep_outputs(uint64_t first, uint32_t count, std::vector<float>& outputs) const {
    const float* const values = panel_values_.data() + stages_.stage.back().target_begin * stride();
    const size_t own = own_outputs_.size();
    for (uint32_t c = 0; c < count; ++c)
      for (size_t o = 0; o < own; ++o) outputs[(first + c) * own + o] = values[o * stride() + c];
  }

  /// On rank 0, of the bits that the ranks have, those that any of them has; empty elsewhere.
  std::vector<uint64_t> either_of(const std::vector<uint64_t>& bits) {
    const std::vector<uint64_t> all = ranks_.gather(bits, 0);
    std::vector<uint64_t> any(all.empty() ? 0 : bits.size(), 0);
    for (size_t k = 0; k < all.size(); ++k) any[k % bits.size()] |= all[k];
    return any;
  }

  /// From 1.
  std::vector<uint64_t> numbers_in(const std::vector<uint64_t>& bits, uint64_t inputs) const {
    std::vector<uint64_t> numbers;
    for (uint64_t first = 0, at = 0; first < inputs && !bits.empty(); first += panel_, at += words())
      for (uint64_t c = 0; c < std::min<uint64_t>(panel_, inputs - first); ++c)
        if ((bits[at + c / 64] >> (c % 64) & 1) != 0) numbers.push_back(first + c + 1);
    return numbers;
  }

  std::vector<uint64_t> alive_of(const Seen& seen, uint64_t inputs) {
    std::vector<uint64_t> alive;
    const std::vector<uint64_t> bits = either_of(seen.alive);
    for (size_t at = 0; at < bits.size(); at += words_of(inputs)) {
      uint64_t living = 0;
      for (size_t w = at; w < at + words_of(inputs); ++w) living += static_cast<uint64_t>(std::popcount(bits[w]));
      alive.push_back(living);
    }
    return alive;
  }

  std::vector<double> values_of(const Seen& seen, uint64_t inputs) {
    const std::vector<uint32_t> of_rank{static_cast<uint32_t>(own_outputs_.size())};
    const std::vector<uint32_t> widths = ranks_.gather(of_rank, 0);
    const std::vector<uint32_t> ids = ranks_.gather(own_outputs_, 0);
    const std::vector<float> all = ranks_.gather(seen.outputs, 0);
    if (ranks_.rank() > 0) return {};
    std::vector<double> values(inputs * outputs_);
    uint64_t at = 0;
    uint64_t begin = 0;
    for (const uint32_t width : widths) {
      for (uint64_t i = 0; i < inputs; ++i)
        for (uint32_t o = 0; o < width; ++o) values[i * outputs_ + ids[begin + o]] = all[at++];
      begin += width;
    }
    if (ends_in_softmax()) make_whole(values, inputs);
    return values;
  }

  /// As where one panel has all outputs, each in its row.
  void make_whole(std::vector<double>& values, uint64_t inputs) const {
    AlignedVector<float> panel(uint64_t{outputs_} * stride(), 0);
    for (uint64_t first = 0; first < inputs; first += panel_) {
      const auto count = static_cast<uint32_t>(std::min<uint64_t>(panel_, inputs - first));
      for (uint32_t c = 0; c < count; ++c)
        for (uint32_t o = 0; o < outputs_; ++o)
          panel[uint64_t{o} * stride() + c] = static_cast<float>(values[(first + c) * outputs_ + o]);
      softmax_columns(panel.data(), {outputs_}, stride(), count);
      for (uint32_t c = 0; c < count; ++c)
        for (uint32_t o = 0; o < outputs_; ++o) values[(first + c) * outputs_ + o] = panel[uint64_t{o} * stride() + c];
    }
  }

  Traffic traffic(const Seen& seen, uint64_t inputs) {
    const ExchangeCounts& counts = exchange_.counts();
    const auto most = [&](uint64_t number) { return static_cast<uint64_t>(ranks_.max(static_cast<double>(number))); };
    Traffic all;
    all.words = ranks_.sum(counts.words);
    all.words_max = most(counts.words);
    all.receive_max = most(counts.words_received);
    all.messages = ranks_.sum(counts.messages);
    all.inputs_max = inputs;
    all.pairs = pairs_;
    all.seconds = ranks_.max(seen.exchange_seconds);
    return all;
  }

  Communicator& ranks_;
  std::unique_ptr<Engine> local_;  // which says what the kernel is, and runs nothing
  ModelOptions options_;
  Exchange exchange_;
  RankStages stages_;
  uint32_t panel_ = 1;
  uint32_t width_ = 0;    // of the network's inputs
  uint32_t outputs_ = 0;  // of the network
  std::vector<uint32_t> own_inputs_;
  std::vector<uint32_t> own_outputs_;
  AlignedVector<float> panel_values_;
  const void* rows_ = nullptr;  // of the inputs whose own values are mine_
  Inputs mine_;
  uint64_t pairs_ = 0;
  bool is_same_on_any_ranks_ = false;
};

}  // namespace

std::unique_ptr<Engine> model_parallel(Communicator& ranks, std::unique_ptr<Engine> local,
                                       const ModelOptions& options) {
  return std::make_unique<ModelParallel>(ranks, std::move(local), options);
}

}  // namespace sparsio
