// publisher: how the model's I/Os are shown to tools that watch the program from outside, beside what they count.
// Without the library for it there is no publisher, and nothing is published.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/registry.hpp"

namespace sparsio {

struct PublishedCount {
  std::string_view name;  // of the row's column
  double value;           // NaN: unknown, nothing is added
};

struct PublisherKind {
  static constexpr std::string_view kind_name = "publisher";
  std::string_view summary;
  Options options;
  /// Makes counts of these names known to tools outside, from 0. Once, before anything is published.
  void (*announce)(const std::vector<std::string>& names);
  /// Adds a row's counts to those published so far; names that were not announced are left out.
  void (*publish)(const std::vector<PublishedCount>& counts);
};

/// To every publisher of this build; each call after the first does nothing.
void announce(const std::vector<std::string>& names);
void publish(const std::vector<PublishedCount>& counts);

}  // namespace sparsio
