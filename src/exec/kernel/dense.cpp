// needs: openblas
// dense: the network as if it were not sparse, by OpenBLAS.
// Each layer is a full matrix, zeros included, times a panel of inputs (sgemm). Its arithmetic is perfect and most of
// it is for nothing: above some density that is the faster way, and this kernel shows where. Executed connections are
// the network's; multiplications by stored zeros are not counted.
#include <cblas.h>

#include "exec/kernel/kernel.hpp"
#include "exec/shared/aligned.hpp"
#include "exec/shared/requirements.hpp"

namespace sparsio {
namespace {

class Dense final : public RowKernel {
 public:
  explicit Dense(const Layer& layer)
      : sources_(layer.sources),
        targets_(layer.targets),
        activation_(layer.activation),
        weight_(uint64_t{layer.sources} * layer.targets, 0.0F),
        bias_(layer.bias) {
    for (uint32_t t = 0; t < targets_; ++t)
      for (uint64_t k = layer.begin[t]; k < layer.begin[t + 1]; ++k)
        weight_[uint64_t{t} * sources_ + layer.source[k]] = layer.weight[k];
  }

  void forward(const float* x, float* y, uint32_t stride, uint32_t columns) const override {
    const auto sources = static_cast<int>(sources_);
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, static_cast<int>(targets_), static_cast<int>(columns),
                sources, 1.0F, weight_.data(), sources, x, static_cast<int>(stride), 0.0F, y, static_cast<int>(stride));
    activate_rows(y, {targets_}, bias_.data(), stride, columns, activation_);
  }

  /// What the sums need: each target's weights, zeros too, and the rows of sources that it is connected with.
  void visit(AccessVisitor& visitor) const override {
    const uint32_t row = row_stride(visitor.columns()) * 4;
    visitor.place(Array::weight, weight_.size() * 4);
    visitor.place(Array::bias, bias_.size() * 4);
    for (uint64_t t = 0; t < targets_; ++t) {
      uint64_t read = 0;
      for (uint64_t s = 0; s < sources_; ++s) {
        if (weight_[t * sources_ + s] == 0) continue;
        visitor.read(Array::weight, (t * sources_ + read) * 4, (s + 1 - read) * 4);
        visitor.read_source(s, 0, row);
        read = s + 1;
      }
      visitor.read(Array::weight, (t * sources_ + read) * 4, (sources_ - read) * 4);
      visitor.read(Array::bias, t * 4, 4);
      visitor.write_target(t, 0, row);
    }
  }

  uint64_t bytes(uint32_t) const override { return 4 * (weight_.size() + targets_); }

 private:
  uint32_t sources_;
  uint32_t targets_;
  Activation activation_;
  AlignedVector<float> weight_;  // a row a target
  std::vector<float> bias_;
};

class DenseMaker final : public KernelMaker {
 public:
  explicit DenseMaker(const Plan& plan) {
    uint64_t stored = 0;
    const std::vector<uint32_t>& widths = plan.layers->widths();
    for (size_t l = 0; l + 1 < widths.size(); ++l) stored += (uint64_t{widths[l]} + 1) * widths[l + 1];
    check_memory("dense", stored * sizeof(float));
    openblas_set_num_threads(1);  // the walk's threads share the panels; the library has one in each
  }

  std::unique_ptr<RowKernel> make(const Layer& layer, const LayerRows& rows) override {
    if (!rows.source.empty() || !rows.target.empty()) throw Unsupported("dense takes rows in their order");
    return std::make_unique<Dense>(layer);
  }
  uint64_t index_bytes() const override { return 0; }
};

const RegisterKernel registered{
    {.summary = "each layer as a full matrix, zeros included, by OpenBLAS sgemm: where sparse is not worth it",
     .options = {},
     .make = make_maker<DenseMaker>,
     .tracks = {Track::general},
     .opaque = "dense cannot trace: which memory OpenBLAS touches, and when, is its own affair",
     .simd = [] { return std::string(openblas_get_corename()); },
     .bits = {}}};  // the library sums in another order for another size

}  // namespace
}  // namespace sparsio
