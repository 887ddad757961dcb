// lru: evict the value whose last use is longest ago.
// The slots form a doubly linked ring in order of use, the most recent behind the head; the head is a link of its own.
#include "io/curve/lru_curve.hpp"
#include "io/shared/simulation.hpp"

namespace sparsio {
namespace {

class Lru {
 public:
  Lru(const Network&, std::span<const Step>, uint32_t slots) : links_(slots + size_t{1}), head_(slots) {
    links_[head_] = {head_, head_};
  }
  void load(uint32_t slot, uint32_t, uint64_t) { insert(slot); }
  void touch(uint32_t slot, uint64_t) {
    if (links_[head_].older == slot) return;
    remove(slot);
    insert(slot);
  }
  void free(uint32_t slot) { remove(slot); }
  uint32_t victim(uint32_t pinned) {
    uint32_t slot = links_[head_].newer;
    if (slot == pinned) slot = links_[slot].newer;
    remove(slot);
    return slot;
  }

 private:
  struct Link {
    uint32_t older;  // of the head: the most recently used slot
    uint32_t newer;  // of the head: the least recently used slot
  };
  void insert(uint32_t slot) {
    const uint32_t first = links_[head_].older;
    links_[slot] = {first, head_};
    links_[first].newer = slot;
    links_[head_].older = slot;
  }
  void remove(uint32_t slot) {
    const Link link = links_[slot];
    links_[link.older].newer = link.newer;
    links_[link.newer].older = link.older;
  }

  std::vector<Link> links_;
  uint32_t head_;
};

const Register<PolicyKind> registered{{"evict the least recently used", {}, simulate<Lru>, curve_lru}};

}  // namespace
}  // namespace sparsio
