#include "order/stays/residency_search.hpp"

#include <algorithm>
#include <cmath>

#include "base/annealer.hpp"

namespace sparsio {
namespace {

using Stage = ResidencyPlan::Stage;
using Stay = ResidencyPlan::Stay;
using Change = ResidencyPlan::Change;

constexpr double farthest_entry = 30;  // stages that a target enters earlier or later at once

class Search {
 public:
  Search(ResidencyPlan& plan, const ResidencySearch& search)
      : plan_(plan),
        reach_(search.reach),
        overfull_{search.roomy, search.cramped, plan.lingering()},
        random_(search.seed, 0),
        annealer_({search.proposals}, {search.hot, search.cold}) {}

  void run() {
    while (annealer_.next([this](double share) { price_.overfull = overfull_.at(share); })) propose();
  }

 private:
  /// Of 100 moves 28 are of one entry, 32 exchange departures, 40 exchange whole stays: near ones, or of one depth.
  void propose() {
    const auto& targets = plan_.targets();
    const uint32_t a = targets[random_.below(targets.size())];
    const uint64_t kind = random_.below(100);
    if (kind < 28) return enter_elsewhere(a);
    if (kind < 60) return exchange_departures(a);
    uint32_t b = a;
    if (kind < 88) {
      b = leaving_after(a, 4 * reach_);
    } else {
      const auto& level = plan_.level(a);
      b = level[random_.below(level.size())];
    }
    if (a != b && plan_.stay(a) != plan_.stay(b))
      judge(std::array{Change{a, plan_.stay(a), plan_.stay(b)}, Change{b, plan_.stay(b), plan_.stay(a)}});
  }

  /// By 1 .. farthest_entry stages, log-uniform.
  void enter_elsewhere(uint32_t a) {
    const Stay stay = plan_.stay(a);
    const auto distance = static_cast<Stage>(std::exp(random_.uniform() * std::log(farthest_entry + 1)));
    const auto first = static_cast<Stage>(stay.first + (random_.below(2) == 0 ? distance : -distance));
    const Stay moved{std::max<Stage>(first, 0), stay.last};
    if (moved != stay) judge(std::array{Change{a, stay, moved}});
  }

  /// Now and then with their entries: then each stays as long as before.
  void exchange_departures(uint32_t a) {
    const uint32_t b = leaving_after(a, reach_);
    const Stay early = plan_.stay(a);
    const Stay late = plan_.stay(b);
    if (early.last == late.last) return;
    const auto distance = static_cast<Stage>(random_.below(100) < 30 ? late.last - early.last : 0);
    judge(std::array{Change{a, early, {static_cast<Stage>(early.first + distance), late.last}},
                     Change{b, late, {std::max<Stage>(0, static_cast<Stage>(late.first - distance)), early.last}}});
  }

  /// One of the next `reach` targets to leave; a itself if there is none.
  uint32_t leaving_after(uint32_t a, uint64_t reach) {
    const uint64_t at = plan_.departure(a) + 1 + random_.below(reach);
    return at < plan_.leaving().size() ? plan_.leaving()[at] : a;
  }

  template <size_t count>
  void judge(const std::array<Change, count>& changes) {
    price_.allowed = annealer_.allowed(random_);
    plan_.attempt(changes, price_);
  }

  ResidencyPlan& plan_;
  uint64_t reach_;
  Geometric overfull_;  // the price of a value too many
  RandomStream random_;
  Annealer annealer_;
  ResidencyPlan::Price price_;
};

}  // namespace

void search_residency(ResidencyPlan& plan, const ResidencySearch& search) {
  Search(plan, search).run();
}

}  // namespace sparsio
