// lower_words: words that the parts of a network must send each other, whoever owns which row.
// Beside the words of a partition it tells how much a better one could save. It is about partitions that are as even as
// the one at hand: at every level no part has fewer rows than its smallest part, nor more than its largest.
#pragma once

#include <limits>
#include <string>

#include "net/layer.hpp"
#include "net/partition.hpp"

namespace sparsio {

struct WordsBound {
  uint64_t words = 0;
  /// What proved it: `all partitions` (it is the least), `A+`, `A` or `reads` (networks of classes, docs/ranks.md),
  /// `counts`.
  std::string form;
};

/// Floating-point operations: what takes a minute at most, and a second.
constexpr double work_of_a_minute = 2e11;
constexpr double work_in_passing = 5e9;

/// From a fresh walk. Takes the strongest form that needs no more than `work`, roughly.
WordsBound lower_words(LayerSource& network, const Partition& partition, double work);

/// What the partition sends over what every one must; NaN where nothing is proved.
inline double words_gap(double words, const WordsBound& bound) {
  return bound.words == 0 ? std::numeric_limits<double>::quiet_NaN() : words / static_cast<double>(bound.words);
}

}  // namespace sparsio
