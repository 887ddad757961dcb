// eigen: a baseline, Eigen's row-major sparse matrix times a row-major dense one.
// The library that people who write C++ already have. Each connection adds a row of the sources' panel to its target's
// row, which is read and written every time; the activation is a pass of its own.
#include <climits>

#include "exec/kernel/eigen/eigen_product.hpp"
#include "exec/kernel/kernel.hpp"
#include "exec/shared/aligned.hpp"
#include "exec/shared/requirements.hpp"
#include "exec/walk/panel_visit.hpp"

namespace sparsio {
namespace {

/// As SPARSIO_SIMD and the processor allow.
EigenProduct chosen_product() {
  const std::string simd = simd_name();
  if (simd.starts_with("AVX3")) return eigen_avx512();
  return simd == "AVX2" ? eigen_avx2() : eigen_baseline();
}

class EigenKernel final : public RowKernel {
 public:
  explicit EigenKernel(const Layer& layer)
      : sources_(layer.sources),
        targets_(layer.targets),
        activation_(layer.activation),
        begin_(layer.begin.begin(), layer.begin.end()),
        source_(layer.source.begin(), layer.source.end()),
        weight_(layer.weight.begin(), layer.weight.end()),
        bias_(layer.bias.begin(), layer.bias.end()),
        multiply_(chosen_product()) {}

  void forward(const float* x, float* y, uint32_t stride, uint32_t columns) const override {
    const EigenRows weights = {static_cast<int>(targets_), static_cast<int>(sources_), begin_.data(), source_.data(),
                               weight_.data()};
    multiply_(weights, x, y, stride, row_stride(columns));  // whole lines: no vector has a rest
    activate_rows(y, {targets_}, bias_.data(), stride, columns, activation_);
  }

  /// What the sums need. callgrind counted 2.4 % more lines of 16 KiB: those of Eigen's own frame, which the compiler
  /// makes, read again at every connection.
  void visit(AccessVisitor& visitor) const override {
    const uint32_t row = row_stride(visitor.columns()) * 4;
    const uint32_t used = vector_bytes(visitor.columns());
    visitor.place_bounds(Array::offset, targets_, 4);
    visitor.place(Array::connection, source_.size() * 4);
    visitor.place(Array::weight, weight_.size() * 4);
    visitor.place(Array::bias, bias_.size() * 4);
    for (uint32_t t = 0; t < targets_; ++t) visitor.write_target(t, 0, row);
    for (uint32_t t = 0; t < targets_; ++t) {
      visitor.read_bounds(Array::offset, t, t, 4);
      for (auto k = static_cast<uint64_t>(begin_[t]); k < static_cast<uint64_t>(begin_[t + 1]); ++k) {
        visitor.read(Array::weight, k * 4, 4);
        visitor.read(Array::connection, k * 4, 4);
        visitor.read_target(t, 0, row);
        visitor.read_source(static_cast<uint64_t>(source_[k]), 0, row);
        visitor.write_target(t, 0, row);
      }
    }
    for (uint32_t t = 0; t < targets_; ++t) {
      visitor.read(Array::bias, t * uint64_t{4}, 4);
      visitor.read_target(t, 0, used);
      visitor.write_target(t, 0, used);
    }
    visit_curve_rows(visitor, {targets_}, activation_);
  }

  uint64_t bytes(uint32_t) const override { return weight_.size() * 8 + targets_ * uint64_t{8}; }

 private:
  uint32_t sources_;
  uint32_t targets_;
  Activation activation_;
  AlignedVector<int> begin_;
  AlignedVector<int> source_;
  AlignedVector<float> weight_;
  AlignedVector<float> bias_;
  EigenProduct multiply_;
};

class EigenMaker final : public KernelMaker {
 public:
  explicit EigenMaker(const Plan& plan) { check_memory("eigen", connections_of(plan) * 8); }

  std::unique_ptr<RowKernel> make(const Layer& layer, const LayerRows& rows) override {
    if (!rows.source.empty() || !rows.target.empty()) throw Unsupported("eigen takes rows in their order");
    if (layer.connections() > INT_MAX) throw Unsupported("eigen holds up to 2^31 - 1 connections a layer");
    return std::make_unique<EigenKernel>(layer);
  }
  uint64_t index_bytes() const override { return 4; }
};

const RegisterKernel registered{
    {.summary = "a baseline: Eigen's row-major sparse matrix times the panel, compiled for the machine's vectors",
     .options = {},
     .make = make_maker<EigenMaker>,
     .tracks = {Track::general},
     .opaque = "eigen cannot trace: what its templates keep on the stack is the compiler's affair",
     .bits = {}}};  // the library sums as it likes

}  // namespace
}  // namespace sparsio
