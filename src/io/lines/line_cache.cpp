#include "io/lines/line_cache.hpp"

#include <algorithm>
#include <bit>

namespace sparsio {

LineCache::LineCache(const CacheGeometry& geometry) : line_bytes_(geometry.line_bytes) {
  const uint64_t lines = std::max<uint64_t>(1, geometry.bytes / line_bytes_);
  ways_ = geometry.ways == 0 ? lines : std::min<uint64_t>(geometry.ways, lines);
  sets_ = std::max<uint64_t>(1, lines / ways_);
  mask_ = std::has_single_bit(sets_) ? sets_ - 1 : 0;
  for (uint32_t set = 0; set < sets_; ++set) links_.push_back({set, set});
  state_.resize(sets_, 0);
  used_.resize(sets_, 0);
}

void LineCache::grow(uint64_t end) {
  links_.resize(sets_ + end / line_bytes_ + 1);
  state_.resize(links_.size(), 0);
}

void LineCache::bring(uint32_t set, uint32_t place) {
  ++misses_;
  state_[place] = resident;
  insert(set, place);
  if (++used_[set] <= ways_) return;
  --used_[set];
  const uint32_t oldest = links_[set].newer;
  remove(oldest);
  if ((state_[oldest] & dirty) != 0) ++write_backs_;
  state_[oldest] = 0;
}

uint64_t LineCache::write_backs() const {
  const auto dirty_now =
      std::count_if(state_.begin(), state_.end(), [](uint8_t state) { return (state & dirty) != 0; });
  return write_backs_ + static_cast<uint64_t>(dirty_now);
}

}  // namespace sparsio
