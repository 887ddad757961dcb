// grouped: "44 524", a count that the eye can read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sparsio {

/// Digits by threes, apart by blanks.
inline std::string grouped(uint64_t count) {
  std::string text = std::to_string(count);
  for (size_t at = text.size(); at > 3;) text.insert(at -= 3, 1, ' ');
  return text;
}

/// "1 input", "1 024 inputs".
inline std::string grouped(uint64_t count, std::string_view thing) {
  return grouped(count).append(" ").append(thing).append(count == 1 ? "" : "s");
}

}  // namespace sparsio
