// format_reader: a format's readers under the fuzzer, and what must hold of all that they let through.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "format/format.hpp"
#include "fuzz/memory_file.hpp"

namespace sparsio {

inline void must(bool holds) {
  if (!holds) std::abort();
}

/// Ids topological, rows sorted, numbers finite: what engines rely on without looking.
inline void check_network(NetworkSource source) {
  const Network network = flatten(source, uint64_t{1} << 24);
  must(network.in_begin().size() == network.neurons() + size_t{1});
  for (uint32_t v = 0; v < network.neurons(); ++v) {
    must(std::isfinite(network.bias()[v]));
    for (uint64_t k = network.in_begin()[v]; k < network.in_begin()[v + size_t{1}]; ++k)
      must(network.source()[k] < v && std::isfinite(network.weight()[k]) &&
           (k == network.in_begin()[v] || network.source()[k - 1] < network.source()[k]));
  }
}

/// One set of options a `variant`.
template <int variant = 0>
int fuzz_network(const std::string& format, const std::vector<NamedText>& given, const uint8_t* data, size_t size) {
  static const FormatKind& kind = Registry<FormatKind>::instance().find(format, "fuzz").kind;
  static const Params params(kind.options, given, "fuzz");
  return read_or_refused(data, size, [](const std::string& path) { check_network(kind.read_network(path, params)); });
}

inline int fuzz_inputs(const std::string& format, uint32_t width, const uint8_t* data, size_t size) {
  static const FormatKind& kind = Registry<FormatKind>::instance().find(format, "fuzz").kind;
  static const Params params(kind.options, {}, "fuzz");
  return read_or_refused(data, size, [width](const std::string& path) {
    const Inputs inputs = kind.read_inputs(path, width, params);
    must(width == 0 || inputs.width == width);
    must(inputs.is_packed() ? inputs.bits.size() == inputs.count * inputs.row_bytes()
                            : inputs.values.size() == inputs.count * inputs.width);
    for (const float value : inputs.values) must(std::isfinite(value));
  });
}

}  // namespace sparsio
