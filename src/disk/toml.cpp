// toml: TOML text into nodes. The only file that knows the TOML library.
// The library keeps tables sorted by name; document order is won back from the keys' positions.
#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "base/error.hpp"
#include "disk/node.hpp"

namespace sparsio {
namespace {

std::string place_of(const std::string& file, const toml::source_position& at) {
  return fmt::format("{}:{}:{}", file, at.line, at.column);
}

Node convert(const toml::node& from, const std::string& file);

void convert_table(const toml::table& table, const std::string& file, Node& node) {
  struct Placed {
    toml::source_position at;
    Node child;
  };
  std::vector<Placed> placed;
  for (auto&& [key, value] : table) {
    Node child = convert(value, file);
    child.key = std::string(key.str());
    child.key_place = place_of(file, key.source().begin);
    placed.push_back({key.source().begin, std::move(child)});
  }
  std::stable_sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) { return a.at < b.at; });
  for (Placed& one : placed) node.children.push_back(std::move(one.child));
}

std::string date_text(const toml::node& from) {
  std::ostringstream text;
  if (const auto* date = from.as_date()) text << date->get();
  if (const auto* time = from.as_time()) text << time->get();
  if (const auto* both = from.as_date_time()) text << both->get();
  return text.str();
}

Node convert(const toml::node& from, const std::string& file) {
  Node node;
  node.place = place_of(file, from.source().begin);
  if (const toml::table* table = from.as_table()) {
    node.kind = Node::Kind::table;
    convert_table(*table, file, node);
  } else if (const toml::array* array = from.as_array()) {
    node.kind = Node::Kind::list;
    for (const toml::node& item : *array) node.children.push_back(convert(item, file));
  } else if (const auto* text = from.as_string()) {
    node.kind = Node::Kind::text;
    node.text = text->get();
  } else if (const auto* integer = from.as_integer()) {
    node.kind = Node::Kind::integer;
    node.text = fmt::format("{}", integer->get());
  } else if (const auto* real = from.as_floating_point()) {
    node.kind = Node::Kind::real;
    node.text = fmt::format("{}", real->get());
  } else if (const auto* boolean = from.as_boolean()) {
    node.kind = Node::Kind::boolean;
    node.text = boolean->get() ? "true" : "false";
  } else {
    node.kind = Node::Kind::date;
    node.text = date_text(from);
  }
  return node;
}

/// The library's complaint, "Error while parsing string: no end", without its opening, and what to do.
BadInput syntax_error(const std::string& file, const toml::parse_error& error) {
  std::string what(error.description());
  const size_t colon = what.find(": ");
  if (what.rfind("Error while parsing", 0) == 0 && colon != std::string::npos) what = what.substr(colon + 2);
  const bool twice = what.find("redefine") != std::string::npos;
  return BadInput(place_of(file, error.source().begin), what,
                  twice ? "give it once" : "this is not TOML: key = value, texts in \"quotes\"");
}

void replace_places(Node& node, const std::string& place) {
  node.place = node.key_place = place;
  for (Node& child : node.children) replace_places(child, place);
}

std::string read_text(const std::string& path, const std::string& origin) {
  const std::string place = origin.empty() ? path : origin;
  const std::string what = origin.empty() ? "cannot read it" : fmt::format("cannot read '{}'", path);
  if (std::filesystem::is_directory(path)) throw BadInput(place, what + ": it is a folder", "give a TOML file");
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw BadInput(place, fmt::format("{}: {}", what, std::strerror(errno)), "give a TOML file");
  std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (stream.bad()) throw BadInput(place, fmt::format("{}: {}", what, std::strerror(errno)), "give a TOML file");
  const auto binary = std::find_if(text.begin(), text.end(),
                                   [](unsigned char c) { return c < 0x20 && c != '\t' && c != '\n' && c != '\r'; });
  if (binary != text.end())
    throw BadInput(place,
                   fmt::format("{}not text: byte {} is 0x{:02x}", origin.empty() ? "" : "'" + path + "' is ",
                               binary - text.begin(), static_cast<unsigned>(static_cast<unsigned char>(*binary))),
                   "give a TOML file");
  return text;
}

}  // namespace

Node parse_document(const std::string& text, const std::string& file) {
  try {
    return convert(toml::parse(text), file);
  } catch (const toml::parse_error& error) {
    throw syntax_error(file, error);
  }
}

Node read_document(const std::string& path, const std::string& origin) {
  return parse_document(read_text(path, origin), path);
}

Node parse_override(const std::string& text, const std::string& place) {
  Node node;
  node.kind = Node::Kind::text;
  node.text = text;
  if (text.find('\n') == std::string::npos) {
    try {
      const Node table = parse_document("value = " + text, place);
      const Node& value = table.children.front();
      if (value.kind != Node::Kind::boolean && value.kind != Node::Kind::date) node = value;
    } catch (const BadInput&) {
      // Bare text such as lru or 2MiB is the usual case; a broken list is not meant as one.
      if (!text.empty() && (text.front() == '[' || text.front() == '{'))
        throw BadInput(place, "the list or table is not TOML", "put texts in it into quotes, [\"L1\", \"L2\"]");
    }
  }
  replace_places(node, place);
  node.key.clear();
  return node;
}

}  // namespace sparsio
