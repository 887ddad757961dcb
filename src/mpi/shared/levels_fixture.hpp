// levels_fixture: levels of values that ranks own and read. For tests.
#pragma once

#include <vector>

#include "base/random.hpp"
#include "mpi/shared/exchange.hpp"

namespace sparsio {

struct ReadLevel {
  std::vector<uint32_t> owner;
  Readers readers;
};

inline ReadLevel level_of(std::vector<uint32_t> owner, const std::vector<std::vector<uint32_t>>& readers) {
  ReadLevel level{std::move(owner), {{0}, {}}};
  for (const auto& of_value : readers) {
    level.readers.rank.insert(level.readers.rank.end(), of_value.begin(), of_value.end());
    level.readers.begin.push_back(level.readers.rank.size());
  }
  return level;
}

/// Up to 60 values; some ranks own nothing, some pairs have nothing for each other, some levels are empty.
inline ReadLevel random_level(uint64_t seed, int ranks) {
  RandomStream random(seed, static_cast<uint64_t>(ranks));
  const auto values = static_cast<uint32_t>(random.below(61));
  const auto owners = static_cast<uint32_t>(1 + random.below(static_cast<uint64_t>(ranks)));
  const double reading = random.below(2) == 0 ? 0.05 : 0.5;
  std::vector<uint32_t> owner(values);
  std::vector<std::vector<uint32_t>> readers(values);
  for (uint32_t v = 0; v < values; ++v) {
    owner[v] = static_cast<uint32_t>(random.below(owners));
    for (int rank = 0; rank < ranks; ++rank)
      if (random.uniform() < reading) readers[v].push_back(static_cast<uint32_t>(rank));
  }
  return level_of(std::move(owner), readers);
}

}  // namespace sparsio
