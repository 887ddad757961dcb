#include "bound/lower_instance/pair_connections.hpp"

#include <algorithm>
#include <cmath>

namespace sparsio {

PairConnections::PairConnections(uint32_t sources, uint32_t targets, std::span<const Step> connections,
                                 std::vector<NormCertificate> norms, std::span<const double> weights)
    : is_weighted_(!weights.empty()), norms_(std::move(norms)) {
  std::vector<double> out(sources, 0.0);
  std::vector<double> in(targets, 0.0);
  for (size_t k = 0; k < connections.size(); ++k) {
    const double weight = is_weighted_ ? weights[k] : 1.0;
    out[connections[k].source] += weight;
    in[connections[k].target] += weight;
  }
  if (is_weighted_) heaviest_ = *std::max_element(weights.begin(), weights.end());
  out_ = degrees(std::move(out));
  in_ = degrees(std::move(in));
}

PairConnections::Degrees PairConnections::degrees(std::vector<double> degree) const {
  std::sort(degree.begin(), degree.end(), std::greater<>());
  Degrees result{{0}, {}};
  for (const double d : degree)
    if (d > 0) result.first_sums.push_back(result.first_sums.back() + d);
  if (is_weighted_) return result;
  result.at_least.assign((degree.empty() ? 0 : static_cast<size_t>(degree.front())) + size_t{2}, 0);
  for (const double d : degree) ++result.at_least[static_cast<size_t>(d)];
  for (size_t d = result.at_least.size() - 1; d-- > 0;) result.at_least[d] += result.at_least[d + 1];
  return result;
}

/// The sum of the `count` largest degrees, none counted above `cap`.
double PairConnections::Degrees::capped(uint64_t count, uint64_t cap) const {
  count = std::min<uint64_t>(count, first_sums.size() - 1);
  const uint64_t above = cap < at_least.size() ? std::min(count, at_least[cap]) : 0;
  return static_cast<double>(above * cap) + first_sums[count] - first_sums[above];
}

double PairConnections::most(uint64_t a, uint64_t b) const {
  a = std::min(a, sources());
  b = std::min(b, targets());
  const auto sources_taken = static_cast<double>(a);
  const auto targets_taken = static_cast<double>(b);
  double most = std::min({heaviest_ * sources_taken * targets_taken, out_.capped(a, b), in_.capped(b, a)});
  for (const NormCertificate& norm : norms_) most = std::min(most, norm.most(sources_taken, targets_taken));
  return is_weighted_ ? most * (1 + 1e-9) : std::floor(most + 1e-6);
}

}  // namespace sparsio
