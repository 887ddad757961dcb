// line_cache: an LRU cache that is walked by a model, line by line; one set of all lines, or many sets of few.
// Each set is a ring of lines in order of last use, closed by an entry of its own, so that a touch is a few assignments
// whatever the ways.
#pragma once

#include <cstdint>
#include <vector>

#include "net/access.hpp"

namespace sparsio {

class LineCache {
 public:
  explicit LineCache(const CacheGeometry& geometry);

  uint32_t line_bytes() const { return line_bytes_; }

  /// There is memory below that address.
  void grow(uint64_t end);

  /// All lines of `bytes` bytes at `address`, lowest first.
  void touch(uint64_t address, uint64_t bytes, Access access) {
    if (bytes == 0) return;
    const uint64_t last = (address + bytes - 1) / line_bytes_;
    for (uint64_t line = address / line_bytes_; line <= last; ++line)
      touch_line(set_of(line), static_cast<uint32_t>(sets_ + line), access);
  }

  uint64_t misses() const { return misses_; }
  /// Those so far and the lines that are dirty now.
  uint64_t write_backs() const;

 private:
  static constexpr uint8_t resident = 1;
  static constexpr uint8_t dirty = 2;
  struct Link {
    uint32_t older;
    uint32_t newer;
  };

  uint32_t set_of(uint64_t line) const {
    return static_cast<uint32_t>(mask_ != 0 || sets_ == 1 ? line & mask_ : line % sets_);
  }

  void touch_line(uint32_t set, uint32_t place, Access access) {
    if ((state_[place] & resident) != 0) {
      remove(place);
      insert(set, place);
    } else {
      bring(set, place);
    }
    if (access == Access::store) state_[place] |= dirty;
  }
  void bring(uint32_t set, uint32_t place);
  void insert(uint32_t set, uint32_t place) {
    const uint32_t newest = links_[set].older;
    links_[place] = {newest, set};
    links_[newest].newer = place;
    links_[set].older = place;
  }
  void remove(uint32_t place) {
    const Link link = links_[place];
    links_[link.older].newer = link.newer;
    links_[link.newer].older = link.older;
  }

  uint64_t sets_;
  uint64_t mask_;  // 0: one set, or no power of two
  uint64_t ways_;
  uint32_t line_bytes_;
  std::vector<Link> links_;     // the ends of the sets' rings, then lines
  std::vector<uint8_t> state_;  // alike
  std::vector<uint64_t> used_;  // lines in each set
  uint64_t misses_ = 0;
  uint64_t write_backs_ = 0;
};

}  // namespace sparsio
