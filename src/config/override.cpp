// override: --set key=value and --set key.option=value.
// A key set on the command line has that value in every case: it is taken out of all sweeps and put at the top. An
// option is set in each value its key has, wherever it stands.
#include <fmt/format.h>

#include "base/error.hpp"
#include "base/nearest.hpp"
#include "base/spec.hpp"
#include "config/case.hpp"
#include "config/config.hpp"

namespace sparsio {
namespace {

/// Calls `visit` with every table that may hold case keys: the top, the sweeps, their `product` and `zip`.
template <class Visit>
void for_each_table(Node& root, Visit visit) {
  visit(root);
  Node* sweeps = root.find("sweep");
  if (sweeps == nullptr) return;
  for (Node& sweep : sweeps->children) {
    visit(sweep);
    for (const char* name : {"product", "zip"})
      if (Node* part = sweep.find(name)) visit(*part);
  }
}

/// "mlp:widths=5x3" as the table it stands for.
Node spec_table(const Node& text, const std::string& place) {
  const Spec spec = parse_spec(text.text, place);
  if (spec.kind.empty() && !is_plugin_name(spec.path))
    throw BadInput(place, fmt::format("'{}' at {} is a path and has no options", text.text, text.place),
                   "set the whole key");
  Node table;
  table.key = text.key;
  table.key_place = text.key_place;
  table.place = text.place;
  const auto add = [&](const std::string& key, const std::string& value) {
    Node child;
    child.kind = Node::Kind::text;
    child.key = key;
    child.key_place = child.place = text.place;
    child.text = value;
    table.children.push_back(child);
  };
  add("kind", spec.kind.empty() ? spec.path : spec.kind);
  for (const auto& [key, value] : spec.given) add(key, value);
  return table;
}

void set_option(Node& node, const std::string& option, const Node& value) {
  if (node.kind == Node::Kind::list) {
    for (Node& child : node.children) set_option(child, option, value);
    return;
  }
  if (node.kind == Node::Kind::text) node = spec_table(node, value.place);
  if (node.kind != Node::Kind::table) return;  // a wrong type, which the expansion reports
  Node changed = value;
  changed.key = option;
  node.place += fmt::format(" with {}", value.place);
  if (Node* old = node.find(option))
    *old = changed;
  else
    node.children.push_back(changed);
}

void set_option_everywhere(Node& root, const std::string& key, const std::string& option, const Node& value) {
  if (!takes_spec(case_keys()[case_column(key, value.place)]))
    throw BadInput(value.place, fmt::format("'{}' has no options", key), fmt::format("set {}=...", key));
  size_t found = 0;
  for_each_table(root, [&](Node& table) {
    if (Node* node = table.find(key)) {
      set_option(*node, option, value);
      ++found;
    }
  });
  if (found == 0)
    throw BadInput(value.place, fmt::format("the config has no '{}' to set '{}' of", key, option),
                   fmt::format("set {}=kind:{}={}", key, option, value.is_scalar() ? value.text : "..."));
}

}  // namespace

void apply_override(Node& root, const std::string& text) {
  const std::string place = "--set " + text;
  const size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) throw BadInput(place, "not key=value", "write --set panel=32");
  const std::string key = text.substr(0, equals);
  Node value = parse_override(text.substr(equals + 1), place);
  if (key == "title" && value.is_scalar() && value.kind != Node::Kind::text) {
    value.kind = Node::Kind::text;
    value.text = text.substr(equals + 1);
  }
  const size_t dot = key.find('.');
  if (dot != std::string::npos) {
    set_option_everywhere(root, key.substr(0, dot), key.substr(dot + 1), value);
    return;
  }
  const std::string name(key == "title" ? "title" : case_keys()[case_column(key, place)].name);
  value.key = name;
  for_each_table(root, [&](Node& table) {
    if (&table != &root) table.erase(name);
  });
  if (Node* old = root.find(name))
    *old = value;
  else
    root.children.push_back(value);
}

}  // namespace sparsio
