#include "disk/count_reader.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "disk/text_reader.hpp"

namespace sparsio {
namespace {

constexpr size_t first_block_bytes = size_t{1} << 12;
constexpr size_t block_bytes = size_t{1} << 18;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

CountReader::CountReader(const std::string& path)
    : path_(path), stream_(open_text(path)), block_(first_block_bytes), at_(block_.data()), end_(at_) {}

bool CountReader::refill() {
  if (static_cast<size_t>(end_ - block_.data()) == block_.size() && block_.size() < block_bytes)
    block_.resize(block_bytes);
  const size_t got = stream_->read(block_.data(), block_.size());
  at_ = block_.data();
  end_ = at_ + got;
  return got > 0;
}

bool CountReader::next(uint64_t& number) {
  while (true) {
    for (; at_ != end_ && !is_digit(*at_); ++at_) {
      if (*at_ == '\n') {
        ++line_number_;
      } else if (*at_ != ' ' && *at_ != ',' && *at_ != '\t' && *at_ != '\r') {
        throw BadInput(place(), printable({at_, 1}) + " in a file of whole numbers",
                       "give digits, separated by spaces, commas or line ends");
      }
    }
    if (at_ != end_) break;
    if (!refill()) return false;
  }
  number = 0;
  do {
    for (; at_ != end_ && is_digit(*at_); ++at_) {
      const auto digit = static_cast<uint64_t>(*at_ - '0');
      if (number > (UINT64_MAX - digit) / 10)
        throw BadInput(place(), "a number does not fit 64 bits", "give a smaller");
      number = 10 * number + digit;
    }
  } while (at_ == end_ && refill());
  return true;
}

uint64_t CountReader::expect(std::string_view name, uint64_t largest) {
  uint64_t number = 0;
  if (!next(number))
    throw BadInput(place(), fmt::format("the file ends before its {}", name), "fetch or write it again");
  if (number > largest)
    throw BadInput(place(), fmt::format("{} {} is out of range", name, number),
                   fmt::format("give at most {}", largest));
  return number;
}

std::string CountReader::place() const {
  return line_place(path_, line_number_);
}

}  // namespace sparsio
