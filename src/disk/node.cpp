#include "disk/node.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sparsio {
namespace {

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += fmt::format("\\u{:04X}", static_cast<int>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string written_key(const std::string& key) {
  const bool bare = !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
  return bare ? key : quoted(key);
}

std::string written(const Node& node) {
  if (node.kind == Node::Kind::text) return quoted(node.text);
  if (node.is_scalar()) return node.text;
  const bool table = node.kind == Node::Kind::table;
  std::string out;
  for (const Node& child : node.children) {
    if (!out.empty()) out += ", ";
    if (table) out += written_key(child.key) + " = ";
    out += written(child);
  }
  return table ? "{" + out + "}" : "[" + out + "]";
}

}  // namespace

const Node* Node::find(std::string_view name) const {
  for (const Node& child : children)
    if (child.key == name) return &child;
  return nullptr;
}

Node* Node::find(std::string_view name) {
  for (Node& child : children)
    if (child.key == name) return &child;
  return nullptr;
}

void Node::erase(std::string_view name) {
  const auto named = [&](const Node& child) { return child.key == name; };
  children.erase(std::remove_if(children.begin(), children.end(), named), children.end());
}

std::string describe(const Node& node) {
  constexpr std::string_view forms[] = {"the text '{}'",  "the integer {}", "the number {}", "the truth value {}",
                                        "a date or time", "a list",         "a table"};
  return fmt::format(fmt::runtime(forms[static_cast<size_t>(node.kind)]), node.text);
}

std::string write_document(const Node& root) {
  std::string out;
  for (const Node& child : root.children)
    if (child.key != "sweep") out += fmt::format("{} = {}\n", written_key(child.key), written(child));
  const Node* sweeps = root.find("sweep");
  if (sweeps == nullptr) return out;
  for (const Node& sweep : sweeps->children) {
    out += "\n[[sweep]]\n";
    for (const Node& child : sweep.children) out += fmt::format("{} = {}\n", written_key(child.key), written(child));
  }
  return out;
}

}  // namespace sparsio
