#include "bound/lower_instance/phases.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sparsio {
namespace {

constexpr double nothing = -std::numeric_limits<double>::infinity();
constexpr double most_work = 1.5e8;  // of one dynamic programme, in elementary steps
constexpr double first_price = 4.0;  // of serving twice; the search halves its steps from here

/// A table of doubles over 0 .. size in both directions.
class Table {
 public:
  explicit Table(size_t size) : size_(size + 1), values_(size_ * size_, nothing) {}
  double* operator[](size_t row) { return values_.data() + row * size_; }

 private:
  size_t size_;
  std::vector<double> values_;
};

/// The largest number of neurons that `units` may stand for: each of at most two parts lost less than a unit.
uint64_t up(uint64_t units, uint64_t unit) {
  return units * unit + 2 * (unit - 1);
}

/// g(price) of a chain of layers, with s neurons.
double most_in_chain(const PairChain& chain, uint64_t s, double price) {
  uint64_t unit = 1;
  const auto work = [&] {
    return std::pow(static_cast<double>(s / unit), 3) * static_cast<double>(chain.pairs.size());
  };
  while (work() / 6 > most_work) ++unit;
  const uint64_t most = s / unit;
  Table source(most);  // the best with a sources in this layer and u units used in all
  Table target(most);
  const uint64_t first = std::min<uint64_t>(most, chain.pairs.front()->sources() / unit);
  for (uint64_t a = 0; a <= first; ++a) source[a][a] = 0;
  for (size_t l = 0; l < chain.pairs.size(); ++l) {
    const PairConnections& pair = *chain.pairs[l];
    const uint64_t sources = std::min(most, pair.sources() / unit);
    const uint64_t targets = std::min(most, pair.targets() / unit);
    std::fill(target[0], target[0] + (most + 1) * (most + 1), nothing);
    for (uint64_t a = 0; a <= sources; ++a)
      for (uint64_t b = 0; b <= std::min(targets, most - a); ++b) {
        const double gain = pair.most(up(a, unit), up(b, unit));
        const double* from = source[a];
        double* to = target[b] + b;
        for (uint64_t u = a; u + b <= most; ++u) to[u] = std::max(to[u], from[u] + gain);
      }
    if (l + 1 == chain.pairs.size()) break;
    // Of b targets, d <= b serve again as sources, at the price; then further sources join.
    for (uint64_t b = targets; b-- > 0;)
      for (uint64_t u = 0; u <= most; ++u) target[b][u] = std::max(target[b][u], target[b + 1][u]);
    std::fill(source[0], source[0] + (most + 1) * (most + 1), nothing);
    const uint64_t next = std::min(most, chain.pairs[l + 1]->sources() / unit);
    for (uint64_t a = 0; a <= next; ++a)
      for (uint64_t u = 0; u <= most; ++u) {
        const double twice = a <= targets ? target[a][u] - price * static_cast<double>(a * unit) : nothing;
        const double joined = a > 0 && u > 0 ? source[a - 1][u - 1] : nothing;
        source[a][u] = std::max(twice, joined);
      }
  }
  double best = 0;
  for (uint64_t b = 0; b <= most; ++b) best = std::max(best, *std::max_element(target[b], target[b] + most + 1));
  return best;
}

/// The same where sources and targets are the same neurons: d serving twice have at most d (d - 1) / 2 among them.
double most_in_fold(const PairConnections& pair, uint64_t s, double price) {
  const uint64_t unit = std::max<uint64_t>(1, s / 1000);
  double best = 0;
  for (uint64_t a = 0; a <= std::min(s, pair.sources()); a += unit)
    for (uint64_t b = 0; b <= std::min(s, pair.targets()); b += unit) {
      const auto twice = static_cast<double>(a + b > s ? a + b - s : 0);
      const double places = static_cast<double>(up(a, unit)) * static_cast<double>(up(b, unit));
      const double most = std::min(pair.most(up(a, unit), up(b, unit)), places - twice * (twice + 1) / 2);
      best = std::max(best, most - price * twice);
    }
  return best;
}

}  // namespace

double most_in_phase(const PairChain& chain, uint64_t neurons, double price) {
  return chain.is_folded ? most_in_fold(*chain.pairs.front(), neurons, price) : most_in_chain(chain, neurons, price);
}

namespace {

/// Reads of a schedule of that many phases: the first, from an empty memory, is M - 1 reads longer.
uint64_t reads(double phases, uint64_t slots, uint64_t length) {
  return phases <= 1 ? 0 : slots + length * static_cast<uint64_t>(phases - 1);
}

/// Phases if one processes at most `most` of what is worth counting; the last need not be whole.
double phases(const PairChain& chain, double most, double price) {
  const double worth = chain.worth - price * static_cast<double>(chain.serving_twice);
  return worth <= 0 || most <= 0 ? 0 : std::ceil(worth / most * (1 - 1e-9));
}

struct Found {
  uint64_t reads;
  double smooth;  // the same without rounding phases to whole ones: what a search should climb
};

Found with(const PairChain& chain, uint64_t slots, uint64_t length, double price) {
  const uint64_t s = slots + length;
  const double most = chain.is_folded ? most_in_fold(*chain.pairs.front(), s, price) : most_in_chain(chain, s, price);
  const double worth = chain.worth - price * static_cast<double>(chain.serving_twice);
  return {reads(phases(chain, most, price), slots, length),
          most > 0 ? static_cast<double>(length) * (worth / most - 1) : 0.0};
}

/// Every connection charged in halves to its two ends: among s neurons of which d serve twice at most rho (s + d), rho
/// being the most connections of one pair for each neuron that takes part. Nearly free, and weaker.
uint64_t by_share(const PairChain& chain, uint64_t slots, uint64_t length) {
  const uint64_t s = slots + length;
  double share = 0;
  const auto next = [](uint64_t n) { return std::max(n + 1, n + n / 16); };
  for (size_t l = 0; l < chain.pairs.size(); ++l) {
    const PairConnections& pair = *chain.pairs[l];
    if (l > 0 && chain.pairs[l] == chain.pairs[l - 1]) continue;
    for (uint64_t a = 1; a <= std::min(s, pair.sources()); a = next(a))
      for (uint64_t b = 1; b <= std::min(s, pair.targets()) && (chain.is_folded || a + b <= s); b = next(b))
        share = std::max(share, pair.most(next(a) - 1, next(b) - 1) / static_cast<double>(a + b));
  }
  const auto all = static_cast<double>(s);
  return std::max(reads(phases(chain, 2 * share * all, 0), slots, length),
                  reads(phases(chain, share * all, share), slots, length));
}

/// No price lets phases of this length prove more: a phase may be the densest set of one pair.
uint64_t most_provable(const PairChain& chain, uint64_t slots, uint64_t length) {
  if (chain.is_folded) return UINT64_MAX;
  const uint64_t s = slots + length;
  double most = 0;
  for (const auto& pair : chain.pairs)
    for (uint64_t a = s > pair->targets() ? s - pair->targets() : 1; a < s && a <= pair->sources(); ++a)
      most = std::max(most, pair->most(a, s - a));
  return most > 0 ? reads(phases(chain, most, 0), slots, length) : UINT64_MAX;
}

/// The best length of a phase and the best price, step by step.
class Search {
 public:
  Search(uint64_t slots, uint64_t known) : slots_(slots), known_(known) {}

  uint64_t reads() const { return best_; }

  /// From nothing, over many lengths.
  void start(const PairChain& chain) {
    std::vector<uint64_t> lengths = {1, 2, 3, 5};
    for (const double factor : {0.5, 0.75, 1.0, 1.4, 1.8, 2.4, 3.2, 5.0, 8.0})
      lengths.push_back(std::max<uint64_t>(1, static_cast<uint64_t>(factor * static_cast<double>(slots_))));
    std::sort(lengths.begin(), lengths.end());
    lengths.erase(std::unique(lengths.begin(), lengths.end()), lengths.end());
    for (const uint64_t length : lengths) best_ = std::max(best_, by_share(chain, slots_, length));
    price_ = chain.is_folded || chain.pairs.size() > 1 ? first_price : 0.0;
    for (const uint64_t length : lengths) improves(chain, length, price_);
    climb(chain);
  }

  /// The same connections with other weights, from where the first search ended, and only if they promise more.
  void go_on(const PairChain& chain) {
    const double before = smooth_;
    smooth_ = nothing;
    improves(chain, length_, price_);
    if (smooth_ < before) return;
    for (const double factor : {0.6, 0.75, 1.3, 1.6}) improves(chain, scaled(factor), price_);
    climb(chain);
  }

 private:
  uint64_t scaled(double factor) const { return static_cast<uint64_t>(factor * static_cast<double>(length_)); }

  void climb(const PairChain& chain) {
    for (double step = first_price; price_ > 0 && step > 0.4; step /= 2)
      while (improves(chain, length_, price_ + step) || improves(chain, length_, price_ - step)) {
      }
    for (const double factor : {0.8, 0.9, 0.95, 1.05, 1.1, 1.2}) improves(chain, scaled(factor), price_);
  }

  bool improves(const PairChain& chain, uint64_t length, double price) {
    if (length == 0 || price < 0 || most_provable(chain, slots_, length) <= known_) return false;
    const Found found = with(chain, slots_, length, price);
    best_ = std::max(best_, found.reads);
    if (found.smooth <= smooth_) return false;
    smooth_ = found.smooth;
    length_ = length;
    price_ = price;
    return true;
  }

  uint64_t slots_;
  uint64_t known_;
  uint64_t best_ = 0;
  uint64_t length_ = 1;
  double price_ = 0;
  double smooth_ = nothing;
};

}  // namespace

uint64_t phase_reads(std::span<const PairChain> chains, uint64_t slots, uint64_t known) {
  if (chains.front().worth <= 0) return 0;
  Search search(slots, known);
  search.start(chains.front());
  for (const PairChain& chain : chains.subspan(1)) search.go_on(chain);
  return search.reads();
}

}  // namespace sparsio
