// text_reader: the lines of a text file, fast, with places for messages.
// The file comes in large blocks (unpacked on the way); a line is a view into the block, found by memchr, so nothing is
// copied but the part of a line that a block boundary cuts. Line ends are LF or CRLF, the same through the file; the
// last may be missing.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "disk/byte_stream.hpp"

namespace sparsio {

class TextReader {
 public:
  static constexpr size_t longest_line = size_t{1} << 20;

  explicit TextReader(const std::string& path);

  /// The next line without its end, valid until the next call; false after the last. BadInput at the line: a NUL byte
  /// (not text), longer than longest_line, another line end than the first line's.
  bool next(std::string_view& line);

  const std::string& path() const { return path_; }
  /// 1-based number of the line last returned.
  uint64_t line_number() const { return line_number_; }
  /// "path:line" of the line last returned.
  std::string place() const;

 private:
  enum class LineEnd { unknown, lf, crlf };

  bool refill();
  void check_end(LineEnd end);

  std::string path_;
  std::unique_ptr<ByteStream> stream_;
  std::vector<char> block_;
  size_t begin_ = 0;  // of the text not yet returned
  size_t end_ = 0;    // of the text in block_
  size_t nul_ = 0;    // the first NUL byte at or after begin_, end_ if there is none
  uint64_t line_number_ = 0;
  LineEnd line_end_ = LineEnd::unknown;
};

/// Text from outside for a message: quoted, at most 40 bytes, what is not printable ASCII as \x1f.
std::string printable(std::string_view text);

/// "path:line".
std::string line_place(const std::string& path, uint64_t line_number);

}  // namespace sparsio
