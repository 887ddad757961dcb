// needs: xnnpack
// xnnpack: a baseline, the sparse layer of XNNPACK, by which TensorFlow Lite runs pruned networks.
// A panel is an image of one row: channels are neurons, its width the inputs. A convolution of 1 x 1 then is the layer,
// and in this layout XNNPACK always runs it by its sparse kernel, which leaves zeros out and adds bias and clamp while
// sums are in registers. (A whole model gets that kernel only where more than two thirds of its weights are zero:
// denser layers are here what they would be if one asked.) Its weights come as a dense array. The kernel for x86 is of
// SSE; what it does with no numbers is its own affair: it clips NaN to the cap, where we have 0.
//
// An operator remembers the panel it is set up for, so every thread has one of its own.
#include <fmt/format.h>
#include <omp.h>
#include <xnnpack.h>

#include <algorithm>
#include <limits>
#include <mutex>
#include <new>

#include "exec/kernel/kernel.hpp"
#include "exec/shared/requirements.hpp"
#include "exec/walk/clips.hpp"
#include "exec/walk/curves.hpp"

namespace sparsio {
namespace {

constexpr uint64_t most_cells = 100'000'000;

void check(xnn_status status, const char* what) {
  if (status == xnn_status_out_of_memory) throw std::bad_alloc();
  if (status != xnn_status_success)
    throw std::runtime_error(fmt::format("XNNPACK: {} failed with status {}", what, static_cast<int>(status)));
}

struct OperatorFree {
  void operator()(xnn_operator_t made) const { xnn_delete_operator(made); }
};

/// The layer for one thread, set up for the panels that it had last.
struct OfThread {
  std::unique_ptr<xnn_operator, OperatorFree> convolution;
  const float* x = nullptr;
  float* y = nullptr;
  uint32_t stride = 0;
};

class Xnnpack final : public RowKernel {
 public:
  Xnnpack(const Layer& layer, unsigned threads)
      : targets_(layer.targets),
        activation_(layer.activation),
        begin_(layer.begin),
        source_(layer.source),
        bias_(layer.bias),
        is_product_(layer.sources > 0 && layer.targets > 0),
        is_fused_(is_product_ &&
                  (clip_of(activation_) != Clip::challenge || *std::max_element(bias_.begin(), bias_.end()) <= 0)) {
    for (float& bias : bias_) bias += 0.0F;  // no -0, which a sum without terms would keep
    std::vector<float> cells(uint64_t{layer.sources} * targets_, 0.0F);
    for (uint32_t t = 0; t < targets_; ++t)
      for (uint64_t k = begin_[t]; k < begin_[t + 1]; ++k)
        cells[uint64_t{t} * layer.sources + source_[k]] = layer.weight[k];
    for (unsigned thread = 0; is_product_ && thread < threads; ++thread)
      thread_.push_back({made(cells, layer.sources)});
  }

  void forward(const float* x, float* y, uint32_t stride, uint32_t columns) const override {
    if (is_product_)
      multiply(x, y, stride);
    else
      for (uint64_t t = 0; t < targets_; ++t) std::fill_n(y + t * stride, row_stride(columns), 0.0F);
    if (is_fused_)
      curve_rows(y, {targets_}, stride, columns, activation_);
    else
      activate_rows(y, {targets_}, bias_.data(), stride, columns, activation_);
  }

  /// What the sums need: a weight and the way to its source a connection, and the rows.
  void visit(AccessVisitor& visitor) const override {
    const uint32_t row = row_stride(visitor.columns()) * 4;
    visitor.place(Array::connection, source_.size() * 8);
    visitor.place(Array::target_bias, bias_.size() * 8);
    for (uint64_t t = 0; t < targets_; ++t) {
      visitor.read(Array::target_bias, t * 8, 8);
      for (uint64_t k = begin_[t]; k < begin_[t + 1]; ++k) {
        visitor.read(Array::connection, k * 8, 8);
        visitor.read_source(source_[k], 0, row);
      }
      visitor.write_target(t, 0, row);
    }
  }

  uint64_t bytes(uint32_t) const override { return (source_.size() + bias_.size()) * 8; }

 private:
  void multiply(const float* x, float* y, uint32_t stride) const {
    OfThread& mine = thread_[static_cast<size_t>(omp_get_thread_num()) % thread_.size()];
    if (mine.x != x || mine.y != y || mine.stride != stride) {
      mine.x = nullptr;  // should it fail
      check(xnn_setup_convolution2d_nchw_f32(mine.convolution.get(), 1, 1, stride, x, y, nullptr), "setting up");
      mine.x = x;
      mine.y = y;
      mine.stride = stride;
    }
    check(xnn_run_operator(mine.convolution.get(), nullptr), "a layer");
  }

  /// z = 0 of the challenge has no bias, which shows only under a positive one: there the clip is ours.
  std::unique_ptr<xnn_operator, OperatorFree> made(const std::vector<float>& cells, uint32_t sources) const {
    constexpr float infinity = std::numeric_limits<float>::infinity();
    const Clip clip = is_fused_ ? clip_of(activation_) : Clip::as_is;
    const float least = clip == Clip::as_is ? -infinity : 0.0F;
    const float most = clip == Clip::challenge ? rule_of(activation_).cap : infinity;
    xnn_operator_t convolution = nullptr;
    check(xnn_create_convolution2d_nchw_f32(0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, sources, targets_, sources, targets_,
                                            cells.data(), is_fused_ ? bias_.data() : nullptr, least, most, 0,
                                            &convolution),
          "making a layer");
    return std::unique_ptr<xnn_operator, OperatorFree>(convolution);
  }

  uint32_t targets_;
  Activation activation_;
  std::vector<uint64_t> begin_;  // for visit(): the library's copy is its own
  std::vector<uint32_t> source_;
  std::vector<float> bias_;
  bool is_product_;  // the library refuses one of nothing, which is what is left for one of many ranks
  bool is_fused_;
  mutable std::vector<OfThread> thread_;
};

class XnnpackMaker final : public KernelMaker {
 public:
  explicit XnnpackMaker(const Plan& plan) : threads_(std::max(1U, plan.threads)), stride_(row_stride(plan.panel)) {
    constexpr uint64_t weight_and_ways = 12;
    check_memory("xnnpack", connections_of(plan) * weight_and_ways * threads_);
    static std::once_flag started;
    std::call_once(started, [] {
      if (xnn_initialize(nullptr) == xnn_status_unsupported_hardware)
        throw Unsupported("xnnpack does not run on this processor; eigen is the baseline that does");
    });
  }

  std::unique_ptr<RowKernel> make(const Layer& layer, const LayerRows& rows) override {
    if (!rows.source.empty() || !rows.target.empty()) throw Unsupported("xnnpack takes rows in their order");
    if (uint64_t{layer.sources} * layer.targets > most_cells)
      throw Unsupported(
          fmt::format("xnnpack takes a layer as a dense array of up to 10^8 cells, and this one has "
                      "{} x {}; eigen takes the connections alone",
                      layer.sources, layer.targets));
    if (uint64_t{layer.sources} * stride_ * 4 > std::numeric_limits<int32_t>::max())
      throw Unsupported(
          fmt::format("xnnpack goes from row to row by 2^31 bytes at most, and the panel of {} sources "
                      "has more; make it narrower",
                      layer.sources));
    return std::make_unique<Xnnpack>(layer, threads_);
  }
  uint64_t index_bytes() const override { return 4; }
  std::string simd() const override { return "XNNPACK"; }

 private:
  unsigned threads_;
  uint32_t stride_;
};

const RegisterKernel registered{
    {.summary = "a baseline: XNNPACK's sparse 1 x 1 convolution, bias and clamp fused",
     .options = {},
     .make = make_maker<XnnpackMaker>,
     .tracks = {Track::general},
     .opaque = "xnnpack cannot trace: which memory XNNPACK touches, and when, is its own affair",
     .bits = {}}};  // the library sums as it likes

}  // namespace
}  // namespace sparsio
