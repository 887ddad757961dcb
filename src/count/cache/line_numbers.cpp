#include "count/cache/line_numbers.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace sparsio {
namespace {

constexpr uint64_t near_pages = uint64_t{1} << 22;  // 2^40 bytes in lines of 64; at most 16 MiB of table

}  // namespace

void LineNumbers::turn_to(uint64_t page) {
  if (page < near_pages && page >= near_frames_.size())
    near_frames_.resize(std::min(near_pages, std::max(page + 1, uint64_t{near_frames_.size()} * 2)));
  uint32_t& frame = page < near_pages ? near_frames_[page] : far_frames_[page];
  if (frame == 0) {
    if (bound() + page_lines > UINT32_MAX)
      throw Unsupported("a trace that touches more than 2^32 lines cannot be simulated");
    pages_.push_back(page);
    frame = static_cast<uint32_t>(pages_.size());
  }
  last_page_ = page;
  last_frame_ = (frame - 1) << page_bits;
}

}  // namespace sparsio
