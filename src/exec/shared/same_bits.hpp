// same_bits: what the bits of an answer do not depend on.
// A sum of floats is another one in another order. Who promises less than another is as right, to rounding, but two of
// its answers agree in their last bits only where what is not promised was the same. Declared by every engine and
// kernel, shown by `sparsio list engines`, and tested for each of them (same_bits_test, kernels_test).
#pragma once

#include <algorithm>
#include <string>
#include <vector>

namespace sparsio {

enum class SameBits {
  any_threads,  // however many share the work
  any_panel,    // whatever other inputs are processed beside one, and however many
  any_rows,     // however the rows of a layer are divided among workers, each making a network of those it has
};

inline bool promises(const std::vector<SameBits>& promised, SameBits one) {
  return std::find(promised.begin(), promised.end(), one) != promised.end();
}

/// "any threads, any panel, any rows"; "none promised".
std::string bits_words(const std::vector<SameBits>& promised);

}  // namespace sparsio
