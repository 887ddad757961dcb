#include "bound/shared/lower_words/all_partitions.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace sparsio {
namespace {

constexpr double most_owners = 1 << 16;
constexpr double most_work = 3e7;  // sources looked at, of a layer

}  // namespace

std::vector<AllPartitions::Owners> AllPartitions::all_owners(uint32_t neurons, const RowRange& rows) const {
  std::vector<Owners> all;
  Owners one(neurons, 0);
  std::vector<uint64_t> load(parts_, 0);
  load[0] = neurons;
  while (true) {
    if (std::all_of(load.begin(), load.end(), [&](uint64_t l) { return rows.least <= l && l <= rows.most; }))
      all.push_back(one);
    size_t at = 0;
    for (; at < neurons && one[at] == parts_ - 1; ++at) {
      --load[one[at]];
      ++load[one[at] = 0];
    }
    if (at == neurons) return all;
    --load[one[at]];
    ++load[++one[at]];
  }
}

void AllPartitions::add(const Layer& layer, const RowRange& rows) {
  if (!is_tiny_) return;
  is_tiny_ = std::pow(parts_, layer.targets) <= most_owners;
  if (!is_tiny_) return;
  std::vector<Owners> owners = all_owners(layer.targets, rows);
  const double before = std::max<double>(1, static_cast<double>(owners_.size()));
  is_tiny_ = before * static_cast<double>(owners.size()) * std::max(1U, layer.sources) <= most_work;
  if (!is_tiny_) return;
  std::vector<uint64_t> fewest(owners.size(), UINT64_MAX);
  std::vector<uint32_t> readers(layer.sources);  // a bit a part
  for (size_t k = 0; k < owners.size(); ++k) {
    std::fill(readers.begin(), readers.end(), 0U);
    for (uint32_t t = 0; t < layer.targets; ++t)
      for (const uint32_t source : layer.sources_of(t)) readers[source] |= 1U << owners[k][t];
    if (owners_.empty()) {
      fewest[k] = 0;
      for (const uint32_t parts : readers)
        fewest[k] += parts == 0 ? 0 : static_cast<uint64_t>(std::popcount(parts) - 1);
    }
    for (size_t i = 0; i < owners_.size(); ++i) {
      uint64_t words = fewest_[i];
      for (uint32_t v = 0; v < layer.sources; ++v)
        words += static_cast<uint64_t>(std::popcount(readers[v] & ~(1U << owners_[i][v])));
      fewest[k] = std::min(fewest[k], words);
    }
  }
  owners_ = std::move(owners);
  fewest_ = std::move(fewest);
}

std::optional<uint64_t> AllPartitions::words() const {
  if (!is_tiny_ || fewest_.empty()) return std::nullopt;
  return *std::min_element(fewest_.begin(), fewest_.end());
}

}  // namespace sparsio
