#include "count/papi/cold_caches.hpp"

#include <vector>

namespace sparsio {

uint64_t walk_over(uint64_t bytes) {
  constexpr uint64_t words_a_line = 8;
  std::vector<uint64_t> words(bytes / sizeof(uint64_t) + words_a_line, 1);
  uint64_t sum = 0;
  for (uint64_t at = 0; at < words.size(); at += words_a_line) sum += words[at] += sum;
  return sum;
}

}  // namespace sparsio
