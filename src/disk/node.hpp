// node: a TOML document without the library, in document order, and every value knows its place.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sparsio {

struct Node {
  enum class Kind { text, integer, real, boolean, date, list, table };

  Kind kind = Kind::table;
  std::string key;        // its name in the table it stands in; empty in a list
  std::string key_place;  // file:line:column of that name
  std::string place;      // file:line:column of the value
  std::string text;       // of a scalar, canonical
  std::vector<Node> children;

  const Node* find(std::string_view name) const;
  Node* find(std::string_view name);
  void erase(std::string_view name);
  bool is_scalar() const { return kind != Kind::list && kind != Kind::table; }
};

/// "the integer 3", "a list", as messages say it.
std::string describe(const Node& node);

/// The TOML file at `path` as a table. BadInput at `origin` (who asked for it; empty: the path) if it cannot be read or
/// is not text, at file:line:column if it is not TOML.
Node read_document(const std::string& path, const std::string& origin);

/// TOML text that is called `file` in messages; BadInput at file:line:column.
Node parse_document(const std::string& text, const std::string& file);

/// A value from the command line: a TOML value if it is one, else text as it stands. Its place is `place`.
Node parse_override(const std::string& text, const std::string& place);

/// A document as TOML, sweeps as [[sweep]], every other table in one line.
std::string write_document(const Node& root);

}  // namespace sparsio
