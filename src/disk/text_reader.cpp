#include "disk/text_reader.hpp"

#include <fmt/format.h>

#include <cstring>

#include "base/error.hpp"

namespace sparsio {
namespace {

constexpr size_t first_block_bytes = size_t{1} << 12;  // most files are small, a folder has thousands of them
constexpr size_t block_bytes = size_t{1} << 18;

/// Where `byte` first is in [begin, end) of `block`; end if it is not.
size_t find_byte(const std::vector<char>& block, size_t begin, size_t end, char byte) {
  if (begin == end) return end;
  const void* at = std::memchr(block.data() + begin, byte, end - begin);
  return at ? static_cast<size_t>(static_cast<const char*>(at) - block.data()) : end;
}

}  // namespace

TextReader::TextReader(const std::string& path) : path_(path), stream_(open_text(path)), block_(first_block_bytes) {}

bool TextReader::next(std::string_view& line) {
  size_t newline = find_byte(block_, begin_, end_, '\n');
  while (newline == end_) {
    const size_t seen = end_ - begin_;
    const bool more = refill();
    newline = find_byte(block_, begin_ + seen, end_, '\n');
    if (!more) break;
  }
  if (begin_ == end_) return false;
  ++line_number_;
  if (nul_ < newline)
    throw BadInput(place(), "there is a NUL byte, this is not a text file", "give a text file, plain or .gz or .xz");
  if (newline - begin_ > longest_line)
    throw BadInput(place(), fmt::format("the line is longer than {} bytes", longest_line),
                   "this is not such a text file");
  line = {block_.data() + begin_, newline - begin_};
  if (newline < end_) {
    const bool crlf = line.ends_with('\r');
    if (crlf) line.remove_suffix(1);
    check_end(crlf ? LineEnd::crlf : LineEnd::lf);
    begin_ = newline + 1;
  } else {
    begin_ = end_;
  }
  return true;
}

bool TextReader::refill() {
  const size_t kept = end_ - begin_;
  if (kept > longest_line) return false;  // next() refuses the line
  if (begin_ > 0 && kept > 0) std::memmove(block_.data(), block_.data() + begin_, kept);
  const bool was_full = end_ == block_.size();
  if (was_full && block_.size() < block_bytes) block_.resize(block_bytes);
  if (block_.size() < kept + block_.size() / 2) block_.resize(2 * block_.size());
  const size_t nul_at = nul_ - begin_;
  const size_t got = stream_->read(block_.data() + kept, block_.size() - kept);
  begin_ = 0;
  end_ = kept + got;
  nul_ = nul_at < kept ? nul_at : find_byte(block_, kept, end_, '\0');
  return got > 0;
}

void TextReader::check_end(LineEnd end) {
  if (line_end_ == LineEnd::unknown) line_end_ = end;
  if (line_end_ == end) return;
  throw BadInput(place(),
                 end == LineEnd::crlf ? "the line ends in CRLF, the ones before in LF"
                                      : "the line ends in LF, the ones before in CRLF",
                 "use one kind of line end");
}

std::string TextReader::place() const {
  return line_place(path_, line_number_);
}

std::string printable(std::string_view text) {
  constexpr size_t longest = 40;
  std::string shown = "'";
  for (const char c : text.substr(0, longest))
    shown += c >= ' ' && c <= '~' ? std::string(1, c) : fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  return shown + (text.size() > longest ? "...'" : "'");
}

std::string line_place(const std::string& path, uint64_t line_number) {
  return fmt::format("{}:{}", path, line_number);
}

}  // namespace sparsio
