#include "bound/shared/lower_words/layer_counts.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

namespace sparsio {

uint64_t words_by_counts(const Layer& layer, uint32_t parts, const RowRange& rows) {
  if (rows.most == 0) return 0;
  std::vector<uint64_t> in(layer.targets);
  std::vector<uint64_t> out(layer.sources, 0);
  for (uint32_t t = 0; t < layer.targets; ++t) in[t] = layer.sources_of(t).size();
  for (const uint32_t source : layer.source) ++out[source];
  uint64_t by_readers = 0;
  uint64_t read = 0;
  for (uint64_t& readers : out) {
    if (readers == 0) continue;
    ++read;
    by_readers += (readers - 1) / rows.most;
    readers = std::min(readers, rows.most);
  }
  std::sort(in.begin(), in.end());
  std::sort(out.begin(), out.end(), std::greater<>());
  // So many sources for so many connections, at least: a convex function, so that parts with all connections between
  // them read least when each has its share.
  const auto sources_for = [&](double connections) {
    double sources = 0;
    for (const uint64_t most : out) {
      if (most == 0 || connections <= 0) break;
      sources += std::min(1.0, connections / static_cast<double>(most));
      connections -= static_cast<double>(most);
    }
    return sources;
  };
  double lightest = 0;
  for (uint64_t row = 0; row < rows.least; ++row) lightest += static_cast<double>(in[row]);
  const double longest = rows.least == 0 ? 0 : static_cast<double>(in[rows.least - 1]);
  const double of_a_part = std::max(longest, std::ceil(sources_for(lightest) - 1e-6));
  const double of_shares = parts * sources_for(static_cast<double>(layer.connections()) / parts);
  const auto reads = static_cast<uint64_t>(std::ceil(std::max(parts * of_a_part, of_shares) - 1e-6));
  return std::max(by_readers, reads > read ? reads - read : 0);
}

}  // namespace sparsio
