// line_numbers: small numbers for the lines of a trace.
// A trace touches regions that lie anywhere in 64 bits; tables want 0, 1, 2, ... As an operating system does with page
// frames, each page of 4096 lines gets the next free frame when it is first touched, and a line keeps its place within
// the page. Pages of addresses below 2^40 (the engines' synthetic ones) are found in a plain array, others by hashing.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace sparsio {

class LineNumbers {
 public:
  static constexpr uint32_t page_bits = 12;
  static constexpr uint64_t page_lines = uint64_t{1} << page_bits;

  /// The number of `line`; the same line has the same number for ever.
  uint32_t number(uint64_t line) {
    const uint64_t page = line >> page_bits;
    if (page != last_page_) [[unlikely]]
      turn_to(page);
    return last_frame_ | static_cast<uint32_t>(line & (page_lines - 1));
  }
  /// The line of a number that was given out.
  uint64_t line(uint32_t number) const {
    return pages_[number >> page_bits] << page_bits | (number & (page_lines - 1));
  }
  /// Numbers given out are below this.
  uint64_t bound() const { return pages_.size() << page_bits; }

 private:
  /// Finds or makes the frame of `page`. Unsupported above 2^32 lines.
  void turn_to(uint64_t page);

  uint64_t last_page_ = UINT64_MAX;
  uint32_t last_frame_ = 0;            // times page_lines
  std::vector<uint32_t> near_frames_;  // by page; frame + 1, 0: none yet
  std::unordered_map<uint64_t, uint32_t> far_frames_;
  std::vector<uint64_t> pages_;  // by frame
};

}  // namespace sparsio
