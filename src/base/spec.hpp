// spec: `radix_net:neurons=1024,layers=120`, the one-line form of a config table.
// A SPEC names a plug-in and its options, or is a path. Text of the form word:... or a lone registered word is a
// plug-in; everything else is a path, and the caller decides what opens it. A comma within a value is written `\,`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/params.hpp"
#include "base/registry.hpp"

namespace sparsio {

struct Spec {
  std::string kind;              // empty: a path
  std::string path;              // only if kind is empty
  std::vector<NamedText> given;  // as written, unchecked
};

/// Is `text` a word of a-z, 0-9 and _, as plug-ins and their options are named?
bool is_plugin_name(std::string_view text);

/// Splits the text; BadInput at `place` for an empty text or an option without '='.
Spec parse_spec(std::string_view text, const std::string& place);

/// A plug-in found by name together with its checked options.
template <class Kind>
struct Resolved {
  const typename Registry<Kind>::Entry* entry = nullptr;
  Params params;

  const Kind& kind() const { return entry->kind; }
  const std::string& name() const { return entry->name; }
  /// "name" or "name:option=value,...", canonical; see Params::canonical.
  std::string canonical() const {
    const std::string options = params.canonical();
    return options.empty() ? name() : name() + ":" + options;
  }
};

/// Looks the kind up and checks the options; a path is a BadInput.
template <class Kind>
Resolved<Kind> resolve(std::string_view text, const std::string& place) {
  const Spec spec = parse_spec(text, place);
  const auto& entry = Registry<Kind>::instance().find(spec.kind.empty() ? spec.path : spec.kind, place);
  return {&entry, Params(entry.kind.options, spec.given, place + ": " + entry.name)};
}

}  // namespace sparsio
