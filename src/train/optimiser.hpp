// optimiser: what a gradient does to the parameters, and with it the options of a training:
// `sgd:rate=0.05,momentum=0.9,batch=32,epochs=30,loss=cross_entropy,seed=1`. One file an optimiser.
// Parameters are one long vector, weights and biases; whoever has the gradient of a piece of it updates that piece,
// from any thread, each piece once a step.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/registry.hpp"
#include "train/loss.hpp"

namespace sparsio {

class Optimiser {
 public:
  virtual ~Optimiser() = default;
  /// Before the updates of step `step`, 1 for the first, at this learning rate.
  virtual void begin_step(uint64_t step, double rate) = 0;
  /// parameter[0 .. count) are those from `at` on; `gradient` lies beside them.
  virtual void update(float* parameter, const float* gradient, size_t at, size_t count) = 0;
  /// What it remembers, one vector of all parameters each, for checkpoints.
  virtual std::vector<std::span<float>> memory() = 0;
};

struct OptimiserKind {
  static constexpr std::string_view kind_name = "optimiser";
  std::string_view summary;
  Options options;  // its own before those of schedule_options()
  std::unique_ptr<Optimiser> (*make)(const Params& params, size_t parameters);
};

/// What every training has, whatever the optimiser.
struct Schedule {
  double rate = 0.05;
  uint64_t rate_every = 0;  // epochs after which the rate is multiplied with rate_factor; 0: it stays
  double rate_factor = 0.1;
  uint64_t batch = 32;
  uint64_t epochs = 30;
  Loss loss = Loss::cross_entropy;
  uint64_t seed = 1;

  /// Of epoch `epoch`, 0 for the first.
  double rate_in(uint64_t epoch) const;
  /// The samples in the order of that epoch: a function of seed and epoch alone.
  std::vector<uint32_t> shuffled(uint64_t samples, uint64_t epoch) const;
};

/// `own` and behind them the options of a schedule.
Options with_schedule(std::string_view usual_rate, Options own);
Schedule schedule_of(const Params& params);

}  // namespace sparsio
