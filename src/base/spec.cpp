#include "base/spec.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sparsio {

bool is_plugin_name(std::string_view text) {
  const auto in_name = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return !text.empty() && std::all_of(text.begin(), text.end(), in_name);
}

Spec parse_spec(std::string_view text, const std::string& place) {
  if (text.empty()) throw BadInput(place, "empty", "give a path or kind:key=value,key=value");
  Spec spec;
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos || !is_plugin_name(text.substr(0, colon))) {
    spec.path = std::string(text);
    return spec;
  }
  spec.kind = std::string(text.substr(0, colon));
  std::string_view rest = text.substr(colon + 1);
  while (!rest.empty()) {
    const size_t comma = rest.find(',');
    const std::string_view item = rest.substr(0, comma);
    const size_t equals = item.find('=');
    if (equals == std::string_view::npos || equals == 0)
      throw BadInput(place, fmt::format("'{}' in '{}' is not key=value", item, text), "write kind:key=value,key=value");
    spec.given.emplace_back(std::string(item.substr(0, equals)), std::string(item.substr(equals + 1)));
    rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
  }
  return spec;
}

}  // namespace sparsio
