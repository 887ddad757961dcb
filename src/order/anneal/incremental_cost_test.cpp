// The incremental costs against the full simulation. It asserts:
//   - before any change, after every attempt, after keep and after drop the count equals PolicyKind::simulate on the
//     same steps, for lru, rr and min, on random DAGs, random orders, windows and memories;
//   - dropping restores the steps; keeping leaves the changed ones.
// Networks are small enough to simulate whole after every change and large enough for states to part, meet, and be
// leapt over; half of the changes are kept, so that what a kept change leaves behind is used by the next ones.
#include "order/anneal/incremental_cost.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.hpp"

namespace sparsio {
namespace {

/// Each neuron draws sources among the `reach` neurons before it; some draw none.
Network random_network(RandomStream& random, uint32_t neurons, uint32_t reach, double density) {
  std::vector<Connection> connections{{0, neurons - 1, 1.0F}};
  for (uint32_t v = 1; v < neurons; ++v)
    for (uint32_t u = v > reach ? v - reach : 0; u < v; ++u)
      if ((u > 0 || v + 1 < neurons) && random.uniform() < density) connections.push_back({u, v, 1.0F});
  return Network(neurons, std::move(connections), std::vector<float>(neurons, 0.0F), Activation::relu, "random");
}

/// A random permutation that keeps the order valid: ready steps of the window in random sequence.
std::vector<Step> shuffled(std::span<const Step> window, uint32_t neurons, RandomStream& random) {
  std::vector<uint32_t> missing(neurons, 0);
  for (const Step& step : window) ++missing[step.target];
  std::vector<Step> left(window.begin(), window.end());
  std::vector<Step> result;
  while (!left.empty()) {
    const auto at = static_cast<int64_t>(random.below(left.size()));
    const Step step = left[static_cast<size_t>(at)];
    if (missing[step.source] > 0) continue;
    --missing[step.target];
    result.push_back(step);
    left.erase(left.begin() + at);
  }
  return result;
}

/// One step of the window goes to its front or end, as far as validity lets it.
std::vector<Step> one_moved(std::span<const Step> window, RandomStream& random) {
  std::vector<Step> result(window.begin(), window.end());
  for (size_t k = random.below(result.size()); k + 1 < result.size(); ++k) {
    if (result[k + 1].source == result[k].target) break;
    std::swap(result[k], result[k + 1]);
  }
  return result;
}

struct Family {
  const char* policy;
  uint32_t neurons;
  uint64_t networks;
  uint64_t changes;  // a network
};

void PrintTo(const Family& family, std::ostream* out) {
  *out << family.policy << " on up to " << family.neurons << " neurons";
}

class IncrementalCostTest : public testing::TestWithParam<Family> {};

TEST_P(IncrementalCostTest, EqualsTheFullSimulation) {
  const Family& family = GetParam();
  const PolicyKind& policy = Registry<PolicyKind>::instance().find(family.policy, "test").kind;
  for (uint64_t seed = 0; seed < family.networks; ++seed) {
    RandomStream random(seed, 7);
    const auto neurons = static_cast<uint32_t>(3 + random.below(family.neurons - 2));
    const auto reach = static_cast<uint32_t>(2 + random.below(40));
    const Network network = random_network(random, neurons, reach, random.uniform(0.05, 1.0));
    const uint64_t memory = 3 + random.below(seed % 2 == 0 ? 6 : 30);
    std::vector<Step> now = steps(network, Order());
    if (seed % 3 == 0) now = shuffled(now, neurons, random);
    const auto cost = incremental_cost(network, now, memory, family.policy, "test");
    ASSERT_EQ(cost->count(), policy.simulate(network, now, memory)) << "seed " << seed;
    for (uint64_t change = 0; change < family.changes; ++change) {
      const uint64_t size = std::min<uint64_t>(now.size(), 2 + random.below(change % 5 == 0 ? 120 : 12));
      const uint64_t begin = random.below(now.size() - size + 1);
      const std::span<const Step> window = std::span(now).subspan(begin, size);
      const std::vector<Step> other = change % 2 == 0 ? one_moved(window, random) : shuffled(window, neurons, random);
      std::vector<Step> changed = now;
      std::copy(other.begin(), other.end(), changed.begin() + static_cast<int64_t>(begin));
      const IoCount before = cost->count();
      cost->attempt(begin, other);
      ASSERT_EQ(cost->count(), policy.simulate(network, changed, memory)) << "seed " << seed << " change " << change;
      if (random.below(2) == 0) {
        cost->keep();
        now = changed;
      } else {
        cost->drop();
        ASSERT_EQ(cost->count(), before);
      }
      ASSERT_TRUE(std::equal(now.begin(), now.end(), cost->steps().begin(), [](const Step& a, const Step& b) {
        return a.source == b.source && a.target == b.target;
      }));
    }
    ASSERT_EQ(cost->count(), policy.simulate(network, now, memory));
  }
}

INSTANTIATE_TEST_SUITE_P(Policies, IncrementalCostTest,
                         testing::Values(Family{"lru", 14, 400, 30}, Family{"lru", 300, 30, 300},
                                         Family{"rr", 14, 400, 30}, Family{"rr", 300, 30, 300},
                                         Family{"min", 14, 400, 30}, Family{"min", 300, 30, 300}));

TEST(IncrementalCost, NamesThePoliciesItKnows) {
  const Network network(2, {{0, 1, 1.0F}}, {0.0F, 0.0F}, Activation::relu, "two");
  EXPECT_THROW(incremental_cost(network, steps(network, Order()), 3, "lur", "anneal: policy"), BadInput);
}

}  // namespace
}  // namespace sparsio
