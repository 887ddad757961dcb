#include "exec/shared/same_bits.hpp"

#include <string_view>

namespace sparsio {
namespace {

std::string_view words_of(SameBits one) {
  switch (one) {
    case SameBits::any_threads:
      return "any threads";
    case SameBits::any_panel:
      return "any panel";
    case SameBits::any_rows:
      return "any rows";
  }
  return "";
}

}  // namespace

std::string bits_words(const std::vector<SameBits>& promised) {
  std::string words;
  for (const SameBits one : promised) words.append(words.empty() ? "" : ", ").append(words_of(one));
  return words.empty() ? "none promised" : words;
}

}  // namespace sparsio
