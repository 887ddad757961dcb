#include "count/cache/set_associative_cache.hpp"

#include <bit>

namespace sparsio {
namespace {

constexpr uint64_t empty = UINT64_MAX;

class SetAssociativeCache final : public CacheSimulator {
 public:
  SetAssociativeCache(uint64_t sets, uint32_t ways, uint32_t line_shift)
      : sets_(sets),
        mask_(std::has_single_bit(sets) ? sets - 1 : 0),
        ways_(ways),
        line_shift_(line_shift),
        tags_(sets * ways, empty) {}

  void replay(std::span<const AccessSpan> spans, Outflow& outflow) override {
    replay_lines(spans, line_shift_, outflow, [&](uint64_t line, Access access) { touch(line, access, outflow); });
  }

  void flush(Outflow& outflow) override {
    for (uint64_t set = 0; set < sets_; ++set) {
      for (uint32_t way = ways_; way-- > 0;) {
        uint64_t& tag = tags_[set * ways_ + way];
        if (tag == empty || (tag & 1) == 0) continue;
        tag &= ~uint64_t{1};
        ++counts_.write_backs;
        ++counts_.dirty_at_end;
        outflow.add(tag >> 1, line_shift_, Access::store);
      }
    }
  }

 private:
  void touch(uint64_t line, Access access, Outflow& outflow) {
    ++counts_.accesses;
    const uint64_t set = mask_ != 0 || sets_ == 1 ? line & mask_ : line % sets_;
    uint64_t* const tags = &tags_[set * ways_];
    const uint64_t wanted = line << 1;
    uint64_t carried = tags[0];
    uint32_t way = 0;
    // Tags move one way back until the wanted one is found, or the last one falls out.
    while ((carried & ~uint64_t{1}) != wanted && ++way < ways_) std::swap(carried, tags[way]);
    if (way < ways_) {
      tags[0] = carried | static_cast<uint64_t>(access);
      return;
    }
    tags[0] = wanted | static_cast<uint64_t>(access);
    ++(access == Access::load ? counts_.read_misses : counts_.write_misses);
    outflow.add(line, line_shift_, Access::load);
    if (carried == empty || (carried & 1) == 0) return;
    ++counts_.write_backs;
    outflow.add(carried >> 1, line_shift_, Access::store);
  }

  uint64_t sets_;
  uint64_t mask_;
  uint32_t ways_;
  uint32_t line_shift_;
  std::vector<uint64_t> tags_;  // by set and time of last use: line * 2 + dirty
};

static_assert(static_cast<uint64_t>(Access::load) == 0 && static_cast<uint64_t>(Access::store) == 1);

}  // namespace

std::unique_ptr<CacheSimulator> make_set_associative_cache(uint64_t sets, uint32_t ways, uint32_t line_shift) {
  return std::make_unique<SetAssociativeCache>(sets, ways, line_shift);
}

}  // namespace sparsio
