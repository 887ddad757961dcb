#include "base/spec.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sparsio {

bool is_plugin_name(std::string_view text) {
  const auto in_name = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return !text.empty() && std::all_of(text.begin(), text.end(), in_name);
}

namespace {

/// Takes the text up to a comma that ends an item off `rest`.
std::string next_item(std::string_view& rest) {
  std::string item;
  size_t at = 0;
  for (; at < rest.size() && rest[at] != ','; ++at) {
    if (rest.substr(at, 2) == "\\," || rest.substr(at, 2) == "\\\\") ++at;
    item += rest[at];
  }
  rest.remove_prefix(std::min(at + 1, rest.size()));
  return item;
}

}  // namespace

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
    const std::string item = next_item(rest);
    const size_t equals = item.find('=');
    if (equals == std::string::npos || equals == 0)
      throw BadInput(place, fmt::format("'{}' in '{}' is not key=value", item, text),
                     "write kind:key=value,key=value; a comma within a value is '\\,'");
    spec.given.emplace_back(item.substr(0, equals), item.substr(equals + 1));
  }
  return spec;
}

}  // namespace sparsio
