// publisher: how the model's I/Os are shown to tools that watch the program from outside, beside what they count.
// Without the library for it there is no publisher, and nothing is published.
#pragma once

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
  /// Adds a row's counts to those published so far; names that are not among `published_names` are left out.
  void (*publish)(const std::vector<PublishedCount>& counts);
};

/// The columns of a row that are published: reads, writes, and the predicted lines of each level.
const std::vector<std::string_view>& published_names();

/// To every publisher of this build.
void publish(const std::vector<PublishedCount>& counts);

}  // namespace sparsio
