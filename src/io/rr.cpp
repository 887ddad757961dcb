// rr: round robin over the slots, first in first out where nothing dies early.
// A hand goes round; it skips the pinned slot. A slot freed by a dead value is filled again without moving the hand.
#include "io/shared/simulation.hpp"

namespace sparsio {
namespace {

class RoundRobin {
 public:
  RoundRobin(const Network&, std::span<const Step>, uint32_t slots) : slots_(slots) {}
  void load(uint32_t, uint32_t, uint64_t) {}
  void touch(uint32_t, uint64_t) {}
  void free(uint32_t) {}
  uint32_t victim(uint32_t pinned) {
    if (hand_ == pinned) advance();
    const uint32_t slot = hand_;
    advance();
    return slot;
  }

 private:
  void advance() { hand_ = hand_ + 1 == slots_ ? 0 : hand_ + 1; }
  uint32_t slots_;
  uint32_t hand_ = 0;
};

const Register<PolicyKind> registered{
    {"evict round robin over the slots (first in, first out)", {}, simulate<RoundRobin>}};

}  // namespace
}  // namespace sparsio
