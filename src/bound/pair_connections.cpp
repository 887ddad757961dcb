#include "bound/pair_connections.hpp"

#include <algorithm>
#include <cmath>

namespace sparsio {

PairConnections::PairConnections(uint32_t sources, uint32_t targets, std::span<const Step> connections,
                                 std::vector<NormCertificate> norms)
    : norms_(std::move(norms)) {
  std::vector<uint32_t> out(sources, 0);
  std::vector<uint32_t> in(targets, 0);
  for (const auto& [u, v] : connections) {
    ++out[u];
    ++in[v];
  }
  out_ = degrees(std::move(out));
  in_ = degrees(std::move(in));
}

PairConnections::Degrees PairConnections::degrees(std::vector<uint32_t> degree) {
  std::sort(degree.begin(), degree.end(), std::greater<>());
  Degrees result{{0}, {}};
  for (const uint32_t d : degree)
    if (d > 0) result.first_sums.push_back(result.first_sums.back() + d);
  result.at_least.assign((degree.empty() ? 0 : degree.front()) + size_t{2}, 0);
  for (const uint32_t d : degree) ++result.at_least[d];
  for (size_t d = result.at_least.size() - 1; d-- > 0;) result.at_least[d] += result.at_least[d + 1];
  return result;
}

/// The sum of the `count` largest degrees, none counted above `cap`.
uint64_t PairConnections::Degrees::capped(uint64_t count, uint64_t cap) const {
  count = std::min<uint64_t>(count, first_sums.size() - 1);
  const uint64_t above = cap < at_least.size() ? std::min(count, at_least[cap]) : 0;
  return above * cap + first_sums[count] - first_sums[above];
}

double PairConnections::most(uint64_t a, uint64_t b) const {
  a = std::min(a, sources());
  b = std::min(b, targets());
  const double places = static_cast<double>(a) * static_cast<double>(b);
  double most = std::min(places, static_cast<double>(std::min(out_.capped(a, b), in_.capped(b, a))));
  for (const NormCertificate& norm : norms_)
    most = std::min(most, std::floor(norm.constant * places + norm.norm * std::sqrt(places) + 1e-6));
  return most;
}

}  // namespace sparsio
