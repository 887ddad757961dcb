// line_cache: an LRU cache that is walked by a model, line by line; one set of all lines, or many sets of few.
// Known lines (values, biases) have a place each. Lines of a stream are never touched again once it has gone on: they
// have a place only while they are in the cache, so that a stream of any length costs no memory. Each set is a ring of
// places in order of last use, closed by a place of its own, so that a touch is a few assignments whatever the ways.
#pragma once

#include <cstdint>
#include <vector>

#include "net/access.hpp"

namespace sparsio {

class LineCache {
 public:
  /// Lines 0 .. known - 1 are the known ones; streams have those from there on.
  LineCache(const CacheGeometry& geometry, uint64_t known);

  uint32_t line_bytes() const { return line_bytes_; }

  /// All lines of `bytes` bytes at `address`, which must be known ones, lowest first.
  void touch(uint64_t address, uint64_t bytes, Access access) {
    const uint64_t last = (address + bytes - 1) / line_bytes_;
    for (uint64_t line = address / line_bytes_; line <= last; ++line) touch_line(static_cast<uint32_t>(line), access);
  }

  uint64_t misses() const { return misses_; }
  /// Those so far and the lines that are dirty now.
  uint64_t write_backs() const;

  /// Where a stream stands: reads go on from `address`, line after line.
  class Stream {
   public:
    explicit Stream(uint64_t address) : address_(address) {}
    void seek(uint64_t address) { address_ = address; }
    uint64_t address() const { return address_; }

   private:
    friend class LineCache;
    uint64_t address_;
    uint64_t line_ = UINT64_MAX;  // read last
    uint32_t place_ = 0;
  };
  void read(Stream& stream, uint64_t bytes);

 private:
  static constexpr uint8_t resident = 1;
  static constexpr uint8_t dirty = 2;
  struct Link {
    uint32_t older;
    uint32_t newer;
  };

  uint64_t set_of(uint64_t line) const { return mask_ != 0 || sets_ == 1 ? line & mask_ : line % sets_; }
  uint32_t head(uint64_t set) const { return static_cast<uint32_t>(known_ + set); }
  bool is_stream(uint32_t place) const { return place >= known_ + sets_; }

  void touch_line(uint32_t line, Access access) {
    const uint64_t set = set_of(line);
    if ((state_[line] & resident) != 0) {
      remove(line);
      insert(set, line);
    } else {
      bring(set, line);
    }
    if (access == Access::store) state_[line] |= dirty;
  }
  void bring(uint64_t set, uint32_t place);
  void insert(uint64_t set, uint32_t place) {
    const uint32_t end = head(set);
    const uint32_t newest = links_[end].older;
    links_[place] = {newest, end};
    links_[newest].newer = place;
    links_[end].older = place;
  }
  void remove(uint32_t place) {
    const Link link = links_[place];
    links_[link.older].newer = link.newer;
    links_[link.newer].older = link.older;
  }

  uint64_t known_;
  uint64_t sets_;
  uint64_t mask_;  // 0: one set, or no power of two
  uint64_t ways_;
  uint32_t line_bytes_;
  std::vector<Link> links_;      // known lines, the ends of the sets' rings, then lines of streams
  std::vector<uint8_t> state_;   // alike
  std::vector<uint64_t> owner_;  // of each place for a stream: the line that is there
  std::vector<uint32_t> free_;   // places of stream lines that have left
  std::vector<uint64_t> used_;   // lines in each set
  uint64_t misses_ = 0;
  uint64_t write_backs_ = 0;
};

}  // namespace sparsio
