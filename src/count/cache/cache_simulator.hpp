// cache_simulator: how often a cache of this geometry would have missed.
// True LRU within a set, allocation on write, write-back, cold at the start, no prefetcher. The unit is the line: a
// span touches each line it overlaps once, lowest first. Two machines do the work, chosen by the geometry:
// set_associative_cache.hpp (few ways) and fully_associative_cache.hpp (one set of up to millions of lines).
// One indirect call a batch, none an access.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "net/access.hpp"

namespace sparsio {

struct CacheCounts {
  uint64_t accesses = 0;  // lines touched
  uint64_t read_misses = 0;
  uint64_t write_misses = 0;
  uint64_t write_backs = 0;    // dirty lines evicted or flushed
  uint64_t dirty_at_end = 0;   // the flushed ones among them
  uint64_t weight_misses = 0;  // the part of read_misses and write_misses that is Content::weights

  uint64_t misses() const { return read_misses + write_misses; }

  bool operator==(const CacheCounts&) const = default;
};

/// What a cache asks of the level behind it: a miss is a load of a line, a write-back a store of one. At a miss that
/// throws out a dirty line the load comes first, as with a write buffer.
class Outflow {
 public:
  /// For whoever does not want to know: keeps nothing.
  static Outflow& ignored();

  void add(uint64_t line, uint32_t line_shift, Access access) {
    if (is_kept_)
      spans_.push_back(
          {line << line_shift, uint32_t{1} << line_shift, access, access == Access::load ? content_ : Content::values});
  }
  /// Of the lines that are asked for from now on; what is written back is values.
  void set_content(Content content) {
    if (is_kept_) content_ = content;  // those who ignore it share one
  }
  std::span<const AccessSpan> spans() const { return spans_; }
  void clear() { spans_.clear(); }

 private:
  bool is_kept_ = true;
  Content content_ = Content::values;
  std::vector<AccessSpan> spans_;
};

class CacheSimulator {
 public:
  virtual ~CacheSimulator() = default;
  virtual void replay(std::span<const AccessSpan> spans, Outflow& outflow) = 0;
  /// Writes back every dirty line, the least recently used of a set first, and counts them as dirty_at_end. The lines
  /// stay, clean.
  virtual void flush(Outflow& outflow) = 0;
  const CacheCounts& counts() const { return counts_; }

 protected:
  /// Calls touch(line, access) for every line of every span, and sees whose its misses are.
  template <class Touch>
  void replay_lines(std::span<const AccessSpan> spans, uint32_t line_shift, Outflow& outflow, Touch&& touch);

  CacheCounts counts_;
};

/// BadInput: a line size that is not a power of two of at least 4, bytes that are not whole sets, more than 2^28 lines.
std::unique_ptr<CacheSimulator> make_cache_simulator(const CacheGeometry& geometry);

template <class Touch>
void CacheSimulator::replay_lines(std::span<const AccessSpan> spans, uint32_t line_shift, Outflow& outflow,
                                  Touch&& touch) {
  for (const AccessSpan& span : spans) {
    if (span.bytes == 0) continue;
    outflow.set_content(span.content);
    const uint64_t before = counts_.misses();
    const uint64_t last = (span.address + span.bytes - 1) >> line_shift;
    for (uint64_t line = span.address >> line_shift; line <= last; ++line) touch(line, span.access);
    if (span.content == Content::weights) counts_.weight_misses += counts_.misses() - before;
  }
}

}  // namespace sparsio
