#include "base/utf8.hpp"

#include <algorithm>
#include <cstdint>

namespace sparsio {
namespace {

bool is_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80U;
}

// Bytes of the valid character that `text` begins with; 0 if it begins with none (Unicode 15, table 3-7).
size_t character_bytes(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) return first == 0 ? 0 : 1;
  const size_t bytes = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (bytes == 0 || text.size() < bytes) return 0;
  if (!std::all_of(text.begin() + 1, text.begin() + static_cast<int64_t>(bytes), is_continuation)) return 0;
  const auto second = static_cast<unsigned char>(text[1]);
  const bool is_overlong = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
  const bool is_surrogate = first == 0xed && second > 0x9f;
  const bool is_above_unicode = first == 0xf4 && second > 0x8f;
  return is_overlong || is_surrogate || is_above_unicode ? 0 : bytes;
}

}  // namespace

std::string valid_utf8(std::string_view text) {
  std::string valid;
  valid.reserve(text.size());
  while (!text.empty()) {
    const size_t bytes = character_bytes(text);
    valid += bytes > 0 ? text.substr(0, bytes) : std::string_view("\xef\xbf\xbd");
    text.remove_prefix(std::max<size_t>(bytes, 1));
  }
  return valid;
}

std::string fit_utf8(std::string_view text, size_t bytes) {
  std::string valid = valid_utf8(text);
  if (valid.size() <= bytes) return valid;
  const std::string_view dots = std::string_view("...").substr(0, bytes);
  size_t cut = bytes - dots.size();
  while (cut > 0 && is_continuation(valid[cut])) --cut;
  return valid.substr(0, cut).append(dots);
}

size_t character_count(std::string_view text) {
  return text.size() - static_cast<size_t>(std::count_if(text.begin(), text.end(), is_continuation));
}

}  // namespace sparsio
