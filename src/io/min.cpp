// min: evict the value whose next use is farthest away (Belady 1966).
// A use has a key, 2 * step for the target and 2 * step + 1 for the source, so that of two values next used in the same
// step the source goes first: a rule that keeps MIN a stack algorithm (io/MODEL.md, 3). Keys are distinct, and the
// key names its neuron through the steps; the cache is therefore just a set of keys. next_[key] is the following use of
// the same neuron. With writes counted MIN is optimal for reads only.
#include "io/curve/min_curve.hpp"
#include "io/shared/next_uses.hpp"
#include "io/shared/simulation.hpp"
#include "io/shared/time_set.hpp"

namespace sparsio {
namespace {

class Min {
 public:
  Min(const Network& network, std::span<const Step> steps, uint32_t)
      : next_(next_uses(network.neurons(), steps)),
        steps_(steps),
        set_(2 * steps.size()),
        slot_of_(network.neurons()) {}

  void load(uint32_t slot, uint32_t neuron, uint64_t key) {
    slot_of_[neuron] = slot;
    set_.insert(key);
  }
  void touch(uint32_t, uint64_t key) {
    set_.erase(key);
    if (next_[key] != never) set_.insert(next_[key]);
  }
  void free(uint32_t) {}  // a dead neuron has no next use: it left the set when it was touched
  uint32_t victim(uint32_t) {
    // The pinned neuron is used in this very step, so every other one in the set is later.
    const uint64_t latest = set_.latest();
    set_.erase(latest);
    const Step& step = steps_[latest / 2];
    return slot_of_[latest % 2 == 1 ? step.source : step.target];
  }

 private:
  std::vector<uint32_t> next_;
  std::span<const Step> steps_;
  TimeSet set_;                    // the next use of every neuron held
  std::vector<uint32_t> slot_of_;  // of each neuron held
};

const Register<PolicyKind> registered{
    {"evict the value whose next use is farthest away (Belady; optimal in reads)", {}, simulate<Min>, curve_min}};

}  // namespace
}  // namespace sparsio
