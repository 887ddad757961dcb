#include <cmath>
#include <numeric>
#include <utility>

#include "base/random.hpp"
#include "train/optimiser.hpp"

namespace sparsio {

double Schedule::rate_in(uint64_t epoch) const {
  if (rate_every == 0) return rate;
  return rate * std::pow(rate_factor, static_cast<double>(epoch / rate_every));
}

std::vector<uint32_t> Schedule::shuffled(uint64_t samples, uint64_t epoch) const {
  std::vector<uint32_t> order(samples);
  std::iota(order.begin(), order.end(), 0U);
  RandomStream random(seed, epoch);
  for (uint64_t i = samples; i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
  return order;
}

Options with_schedule(std::string_view usual_rate, Options own) {
  own.insert(own.begin(), {"rate", Type::real, usual_rate, "learning rate", between(0, 1e6)});
  const Options rest = {
      {"rate_every", Type::integer, "0", "epochs after which the rate is multiplied with rate_factor; 0: never"},
      {"rate_factor", Type::real, "0.1", "what the rate is multiplied with", between(0, 1)},
      {"batch", Type::integer, "32", "samples a step; the last of an epoch may be smaller", between(1, 1 << 20)},
      {"epochs", Type::integer, "30", "walks over the samples", between(0, 1e9)},
      {"loss", Type::text, "cross_entropy", "what is made small", one_of("cross_entropy mse")},
      {"seed", Type::integer, "1", "fixes the order of the samples"}};
  own.insert(own.end(), rest.begin(), rest.end());
  return own;
}

Schedule schedule_of(const Params& params) {
  return {params.real("rate"),   params.count("rate_every"), params.real("rate_factor"),
          params.count("batch"), params.count("epochs"),     parse_loss(params.text("loss"), "training: loss"),
          params.count("seed")};
}

}  // namespace sparsio
