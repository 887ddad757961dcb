// refusal_fixture: what a test needs to look at errors: the message, and bad files by the thousand.
// Mutants of a good file are made by RandomStream, so a failure names a seed that brings it back.
#pragma once

#include <string>

#include "base/error.hpp"
#include "base/random.hpp"

namespace sparsio {

/// The message of the BadInput that `work` throws, "" if it throws none.
template <class Work>
std::string refusal(Work&& work) {
  try {
    work();
  } catch (const BadInput& error) {
    return error.what();
  }
  return "";
}

/// `good` with one to four bytes changed, inserted or taken out, or with its end cut off.
inline std::string mutant(std::string good, uint64_t seed) {
  RandomStream random(seed, 1);
  static constexpr char likely[] = "0123456789\t \n\r.-e+naif\0\xff";
  for (uint64_t left = 1 + random.below(4); left > 0 && !good.empty(); --left) {
    const size_t at = random.below(good.size());
    const char byte =
        random.below(4) == 0 ? static_cast<char>(random.below(256)) : likely[random.below(sizeof likely - 1)];
    switch (random.below(8)) {
      case 0:
        good.erase(at, 1 + random.below(3));
        break;
      case 1:
        good.insert(at, 1, byte);
        break;
      case 2:
        good.resize(at);
        break;
      case 3:
        good.insert(at, good.substr(at / 2, 16));
        break;
      default:
        good[at] = byte;
    }
  }
  return good;
}

}  // namespace sparsio
