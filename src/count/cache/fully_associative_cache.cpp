#include "count/cache/fully_associative_cache.hpp"

#include <algorithm>

#include "count/cache/line_numbers.hpp"

namespace sparsio {
namespace {

constexpr uint64_t log_lengths = 4;  // of the capacity: longer logs are squeezed less often but take more memory
constexpr uint64_t shortest_log = 4096;

class FullyAssociativeCache final : public CacheSimulator {
 public:
  FullyAssociativeCache(uint64_t lines, uint32_t line_shift)
      : capacity_(lines), line_shift_(line_shift), log_length_(std::max(shortest_log, lines * log_lengths)) {}

  void replay(std::span<const AccessSpan> spans, Outflow& outflow) override {
    replay_lines(spans, line_shift_, outflow, [&](uint64_t line, Access access) { touch(line, access, outflow); });
  }

  void flush(Outflow& outflow) override {
    for (uint64_t place = oldest_; place < log_.size(); ++place) {
      uint32_t& state = state_[log_[place]];
      if (state >> 1 != place + 1 || (state & 1) == 0) continue;
      state &= ~1U;
      ++counts_.write_backs;
      ++counts_.dirty_at_end;
      outflow.add(numbers_.line(log_[place]), line_shift_, Access::store);
    }
  }

 private:
  void touch(uint64_t line, Access access, Outflow& outflow) {
    ++counts_.accesses;
    const uint32_t number = numbers_.number(line);
    if (number >= state_.size()) [[unlikely]]
      state_.resize(std::max(numbers_.bound(), uint64_t{state_.size()} * 3 / 2));
    if (log_.size() == log_length_) [[unlikely]]
      squeeze();
    const uint32_t before = state_[number];
    log_.push_back(number);
    state_[number] = static_cast<uint32_t>(log_.size()) << 1 | (before & 1) | static_cast<uint32_t>(access);
    if (before == 0) {
      ++(access == Access::load ? counts_.read_misses : counts_.write_misses);
      outflow.add(line, line_shift_, Access::load);
      if (resident_ == capacity_)
        evict(outflow);
      else
        ++resident_;
    }
  }

  void evict(Outflow& outflow) {
    while (state_[log_[oldest_]] >> 1 != oldest_ + 1) ++oldest_;
    const uint32_t number = log_[oldest_++];
    if ((state_[number] & 1) != 0) {
      ++counts_.write_backs;
      outflow.add(numbers_.line(number), line_shift_, Access::store);
    }
    state_[number] = 0;
  }

  /// At most capacity_ entries remain, a quarter of the log.
  void squeeze() {
    uint64_t kept = 0;
    for (uint64_t place = oldest_; place < log_.size(); ++place) {
      const uint32_t number = log_[place];
      uint32_t& state = state_[number];
      if (state >> 1 != place + 1) continue;
      log_[kept++] = number;
      state = static_cast<uint32_t>(kept) << 1 | (state & 1);
    }
    log_.resize(kept);
    oldest_ = 0;
  }

  uint64_t capacity_;
  uint32_t line_shift_;
  uint64_t log_length_;
  LineNumbers numbers_;
  std::vector<uint32_t> state_;  // by number: (place in the log + 1) * 2 + dirty, 0: not in the cache
  std::vector<uint32_t> log_;    // numbers, the latest access last
  uint64_t oldest_ = 0;          // entries before this one are stale
  uint64_t resident_ = 0;
};

static_assert(static_cast<uint32_t>(Access::load) == 0 && static_cast<uint32_t>(Access::store) == 1);
static_assert(most_simulated_lines * log_lengths < uint64_t{1} << 31, "places must fit in 31 bits");

}  // namespace

std::unique_ptr<CacheSimulator> make_fully_associative_cache(uint64_t lines, uint32_t line_shift) {
  return std::make_unique<FullyAssociativeCache>(lines, line_shift);
}

}  // namespace sparsio
