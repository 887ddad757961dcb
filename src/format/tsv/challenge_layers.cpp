#include "format/tsv/challenge_layers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/error.hpp"
#include "format/shared/row_reader.hpp"

namespace sparsio {
namespace {

class ChallengeLayers final : public LayerSource {
 public:
  ChallengeLayers(std::vector<std::string> paths, uint32_t neurons, float bias, Zeros zeros)
      : paths_(std::move(paths)), widths_(paths_.size() + 1, neurons), bias_(bias), zeros_(zeros) {}

  const std::vector<uint32_t>& widths() const override { return widths_; }
  void restart() override { at_ = 0; }

  bool next(Layer& layer) override {
    if (at_ == paths_.size()) return false;
    const std::string& path = paths_[at_];
    const uint32_t neurons = widths_.front();
    layer.sources = layer.targets = neurons;
    layer.activation = Activation::challenge;
    layer.bias.assign(neurons, bias_);
    const bool is_sorted = read(path, layer);
    if (layer.source.empty())
      throw BadInput(path, "the file is empty", "give a line 'source target weight' a connection");
    layer.begin.assign(neurons + size_t{1}, 0);
    for (const uint32_t target : target_) ++layer.begin[target + size_t{1}];
    std::partial_sum(layer.begin.begin(), layer.begin.end(), layer.begin.begin());
    if (!is_sorted) sort(path, layer);
    settle_zeros(layer, zeros_);
    ++at_;
    return true;
  }

 private:
  /// Sources, targets and weights as they stand in the file; true if that is by target, then source.
  bool read(const std::string& path, Layer& layer) {
    const uint32_t neurons = widths_.front();
    RowReader rows(path, {"source", "target", "weight", neurons, neurons});
    layer.source.clear();
    layer.weight.clear();
    target_.clear();
    bool is_sorted = true;
    Row row{};
    while (rows.next(row)) {
      if (!target_.empty() && is_sorted) {
        if (target_.back() == row.second && layer.source.back() == row.first)
          refuse_repeated(path, target_.size(), row);
        is_sorted = target_.back() < row.second || (target_.back() == row.second && layer.source.back() < row.first);
      }
      layer.source.push_back(row.first);
      layer.weight.push_back(row.value);
      target_.push_back(row.second);
    }
    return is_sorted;
  }

  /// Rows are put under their targets in file order (counting sort), then by source within a target. Of two equal
  /// connections the later row is the one to refuse.
  void sort(const std::string& path, Layer& layer) {
    std::vector<uint64_t> row_at(target_.size());
    std::vector<uint64_t> fill(layer.begin.begin(), layer.begin.end() - 1);
    for (uint64_t k = 0; k < target_.size(); ++k) row_at[fill[target_[k]]++] = k;
    std::vector<uint32_t> source(target_.size());
    std::vector<float> weight(target_.size());
    uint64_t repeated = UINT64_MAX;
    for (uint32_t t = 0; t < layer.targets; ++t) {
      const auto first = row_at.begin() + static_cast<int64_t>(layer.begin[t]);
      const auto last = row_at.begin() + static_cast<int64_t>(layer.begin[t + 1]);
      std::stable_sort(first, last, [&](uint64_t a, uint64_t b) { return layer.source[a] < layer.source[b]; });
      for (uint64_t k = layer.begin[t]; k < layer.begin[t + 1]; ++k) {
        source[k] = layer.source[row_at[k]];
        weight[k] = layer.weight[row_at[k]];
        if (k > layer.begin[t] && source[k] == source[k - 1]) repeated = std::min(repeated, row_at[k]);
      }
    }
    if (repeated != UINT64_MAX) refuse_repeated(path, repeated, {layer.source[repeated], target_[repeated], 0});
    layer.source.swap(source);
    layer.weight.swap(weight);
  }

  [[noreturn]] static void refuse_repeated(const std::string& path, uint64_t row_number, const Row& row) {
    throw BadInput(line_place(path, line_of_row(path, row_number)),
                   fmt::format("connection {} -> {} stands twice", row.first + 1, row.second + 1),
                   "add the weights and give it once");
  }

  std::vector<std::string> paths_;
  std::vector<uint32_t> widths_;
  std::vector<uint32_t> target_;  // of each row of the file being read
  float bias_;
  Zeros zeros_;
  size_t at_ = 0;
};

}  // namespace

std::unique_ptr<LayerSource> challenge_layers(std::vector<std::string> paths, uint32_t neurons, float bias,
                                              Zeros zeros) {
  return std::make_unique<ChallengeLayers>(std::move(paths), neurons, bias, zeros);
}

}  // namespace sparsio
