// needs: openblas
// dense: the network as if it were not sparse, by OpenBLAS.
// Each layer is a full matrix, zeros included, times a panel of inputs (sgemm). Its arithmetic is perfect and most of
// it is for nothing: above some density that is the faster way, and this engine shows where. Executed connections are
// the network's; multiplications by stored zeros are not counted.
#include <cblas.h>

#include <algorithm>

#include "exec/engine.hpp"
#include "exec/shared/aligned.hpp"
#include "exec/shared/requirements.hpp"
#include "exec/walk/panel_kernels.hpp"
#include "exec/walk/panel_run.hpp"

namespace sparsio {
namespace {

class Dense final : public Engine {
 public:
  void prepare(const Plan& plan) override {
    LayerSource& layers = layers_of(plan, "dense");
    job_ = panel_job(plan);
    for (size_t l = 0; l + 1 < job_.widths.size(); ++l) {
      weights_ += uint64_t{job_.widths[l]} * job_.widths[l + 1];
      neurons_ += job_.widths[l + 1];
    }
    check_memory("dense", (weights_ + neurons_) * sizeof(float));
    layers.restart();
    for (Layer layer; layers.next(layer);) add(layer);
    job_.kernel = [this](size_t l, const float* x, float* y, uint32_t stride, uint32_t columns) {
      const auto rows = static_cast<int>(job_.widths[l + 1]);
      const auto sources = static_cast<int>(job_.widths[l]);
      cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, rows, static_cast<int>(columns), sources, 1.0F,
                  weight_[l].data(), sources, x, static_cast<int>(stride), 0.0F, y, static_cast<int>(stride));
      activate_rows(y, bias_[l], stride, columns, job_.activations[l]);
    };
  }

  Outcome run(const Inputs& inputs, Observe observe, const Deadline& deadline) override {
    // Our threads share the panels; the library has one in each.
    openblas_set_num_threads(1);
    return run_panels(job_, inputs, observe, deadline);
  }

  EngineCost cost() const override {
    uint64_t connections = 0;
    for (const uint64_t count : job_.connections) connections += count;
    EngineCost cost;
    cost.connections = connections;
    cost.flops = 2 * weights_ + 2 * neurons_;
    cost.bytes_streamed = 4 * weights_ + 4 * neurons_;
    cost.panel = job_.panel;
    // Zeros are streamed as well; a connection carries its share of them.
    cost.lines = {row_stride(job_.panel) * 4, static_cast<uint32_t>(connections == 0 ? 4 : 4 * weights_ / connections),
                  0, LineLayout::Rows::two_buffers, LineLayout::Sums::in_registers};
    cost.lines.vector_bytes = turning_vector_bytes();
    return cost;
  }

  void trace(const TraceSink&) const override {
    throw Unsupported("dense cannot trace: which memory OpenBLAS touches, and when, is its own affair");
  }

  std::string simd() const override { return openblas_get_corename(); }

 private:
  void add(const Layer& layer) {
    add_layer(job_, layer, "dense");
    AlignedVector<float> weight(uint64_t{layer.sources} * layer.targets, 0.0F);
    for (uint32_t t = 0; t < layer.targets; ++t)
      for (uint64_t k = layer.begin[t]; k < layer.begin[t + 1]; ++k)
        weight[uint64_t{t} * layer.sources + layer.source[k]] = layer.weight[k];
    weight_.push_back(std::move(weight));
    bias_.push_back(layer.bias);
  }

  PanelJob job_;
  uint64_t weights_ = 0;  // zeros included
  uint64_t neurons_ = 0;
  std::vector<AlignedVector<float>> weight_;  // of each layer, a row a target
  std::vector<std::vector<float>> bias_;
};

const Register<EngineKind> registered{
    {"each layer as a full matrix, zeros included, by OpenBLAS sgemm: where sparse is not worth it",
     {},
     [](const Params&) -> std::unique_ptr<Engine> { return std::make_unique<Dense>(); },
     {"by_target"},
     {Track::general}}};

}  // namespace
}  // namespace sparsio
