// count_reader: a stream of unsigned integers, whatever separates them (blanks, commas, line ends).
// For files whose lines are as long as the file, where TextReader would have to hold one whole: blocks pass through,
// and only a number that a block's end cuts is carried over.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "disk/byte_stream.hpp"

namespace sparsio {

class CountReader {
 public:
  explicit CountReader(const std::string& path);

  /// The next number; false at the end. BadInput at the line: anything but digits, blanks, commas and line ends, or a
  /// number above 2^64 - 1.
  bool next(uint64_t& number);
  /// The same, but at the end BadInput: the file lacks `name`. Above `largest`: BadInput too.
  uint64_t expect(std::string_view name, uint64_t largest);

  std::string place() const;

 private:
  bool refill();

  std::string path_;
  std::unique_ptr<ByteStream> stream_;
  std::vector<char> block_;
  const char* at_;
  const char* end_;
  uint64_t line_number_ = 1;
};

}  // namespace sparsio
