#include "io/lines/line_cache.hpp"

#include <algorithm>
#include <bit>

namespace sparsio {

LineCache::LineCache(const CacheGeometry& geometry, uint64_t known) : known_(known), line_bytes_(geometry.line_bytes) {
  const uint64_t lines = std::max<uint64_t>(1, geometry.bytes / line_bytes_);
  ways_ = geometry.ways == 0 ? lines : std::min<uint64_t>(geometry.ways, lines);
  sets_ = std::max<uint64_t>(1, lines / ways_);
  mask_ = std::has_single_bit(sets_) ? sets_ - 1 : 0;
  links_.resize(known_ + sets_);
  state_.resize(known_ + sets_, 0);
  used_.resize(sets_, 0);
  for (uint64_t set = 0; set < sets_; ++set) links_[head(set)] = {head(set), head(set)};
}

void LineCache::bring(uint64_t set, uint32_t place) {
  ++misses_;
  state_[place] = resident;
  insert(set, place);
  if (++used_[set] <= ways_) return;
  --used_[set];
  const uint32_t oldest = links_[head(set)].newer;
  remove(oldest);
  if ((state_[oldest] & dirty) != 0) ++write_backs_;
  state_[oldest] = 0;
  if (is_stream(oldest)) free_.push_back(oldest);
}

void LineCache::read(Stream& stream, uint64_t bytes) {
  if (bytes == 0) return;
  const uint64_t last = (stream.address_ + bytes - 1) / line_bytes_;
  for (uint64_t line = stream.address_ / line_bytes_; line <= last; ++line) {
    const uint64_t set = set_of(line);
    const uint64_t stream_place = stream.place_ - known_ - sets_;
    if (line == stream.line_ && (state_[stream.place_] & resident) != 0 && owner_[stream_place] == line) {
      remove(stream.place_);
      insert(set, stream.place_);
      continue;
    }
    if (free_.empty()) {
      free_.push_back(static_cast<uint32_t>(links_.size()));
      links_.emplace_back();
      state_.push_back(0);
      owner_.push_back(0);
    }
    stream.line_ = line;
    stream.place_ = free_.back();
    free_.pop_back();
    owner_[stream.place_ - known_ - sets_] = line;
    bring(set, stream.place_);
  }
  stream.address_ += bytes;
}

uint64_t LineCache::write_backs() const {
  uint64_t all = write_backs_;
  for (uint64_t line = 0; line < known_; ++line) all += (state_[line] & dirty) != 0 ? 1 : 0;
  return all;
}

}  // namespace sparsio
