// needs: dense
// dense: the network as if it were not sparse, by the fastest product there is.
// Each layer is a full matrix, zeros included, times a panel of inputs (sgemm). Its arithmetic is perfect and most of
// it is for nothing: above some density that is the faster way, and this kernel shows where. Executed connections are
// the network's; multiplications by stored zeros are not counted. oneDNN is taken before OpenBLAS: with panels, which
// are narrow, it was 1.08 to 1.45 times as fast (results/README.md).
#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "exec/kernel/dense/dense_product.hpp"
#include "exec/kernel/kernel.hpp"
#include "exec/shared/aligned.hpp"
#include "exec/shared/requirements.hpp"

namespace sparsio {
namespace {

class Dense final : public RowKernel {
 public:
  Dense(const Layer& layer, const DenseProduct& product)
      : product_(product),
        sources_(layer.sources),
        targets_(layer.targets),
        activation_(layer.activation),
        weight_(uint64_t{layer.sources} * layer.targets, 0.0F),
        bias_(layer.bias) {
    for (uint32_t t = 0; t < targets_; ++t)
      for (uint64_t k = layer.begin[t]; k < layer.begin[t + 1]; ++k)
        weight_[uint64_t{t} * sources_ + layer.source[k]] = layer.weight[k];
  }

  void forward(const float* x, float* y, uint32_t stride, uint32_t columns) const override {
    // Libraries refuse a product of nothing, which is what is left for one of many ranks.
    if (sources_ == 0)
      for (uint64_t t = 0; t < targets_; ++t) std::fill_n(y + t * stride, row_stride(columns), 0.0F);
    else
      product_.multiply({weight_.data(), x, y, targets_, sources_, columns, stride});
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
  const DenseProduct& product_;
  uint32_t sources_;
  uint32_t targets_;
  Activation activation_;
  AlignedVector<float> weight_;  // a row a target
  std::vector<float> bias_;
};

/// The fastest first.
constexpr std::array<std::string_view, 2> products = {"onednn", "openblas"};

const DenseProduct& product_named(const std::string& library) {
  const Registry<DenseProduct>& there = Registry<DenseProduct>::instance();
  for (const std::string_view name : products) {
    const auto* const entry = there.look_up(name);
    if (entry != nullptr && (library == "fastest" || library == name)) return entry->kind;
  }
  throw Unsupported("dense: this build has no " + library + "; library=fastest takes what there is");
}

class DenseMaker final : public KernelMaker {
 public:
  DenseMaker(const Plan& plan, const DenseProduct& product) : product_(product) {
    uint64_t stored = 0;
    const std::vector<uint32_t>& widths = plan.layers->widths();
    for (size_t l = 0; l + 1 < widths.size(); ++l) stored += (uint64_t{widths[l]} + 1) * widths[l + 1];
    check_memory("dense", stored * sizeof(float));
    product_.start();
  }

  std::unique_ptr<RowKernel> make(const Layer& layer, const LayerRows& rows) override {
    if (!rows.source.empty() || !rows.target.empty()) throw Unsupported("dense takes rows in their order");
    return std::make_unique<Dense>(layer, product_);
  }
  uint64_t index_bytes() const override { return 0; }
  std::string simd() const override { return product_.simd(); }

 private:
  const DenseProduct& product_;
};

const RegisterKernel registered{
    {.summary = "each layer as a full matrix, zeros included, by oneDNN or OpenBLAS: where sparse is not worth it",
     .options = {{.name = "library",
                  .type = Type::text,
                  .fallback = "fastest",
                  .help = "whose product: oneDNN's where the build has it, else OpenBLAS's",
                  .allowed = one_of("fastest onednn openblas"),
                  .since = 4}},
     .make = [](const Plan& plan, const Params& params) -> std::unique_ptr<KernelMaker> {
       return std::make_unique<DenseMaker>(plan, product_named(params.text("library")));
     },
     .tracks = {Track::general},
     .opaque = "dense cannot trace: which memory the library touches, and when, is its own affair",
     .bits = {}}};  // the library sums in another order for another size

}  // namespace
}  // namespace sparsio
