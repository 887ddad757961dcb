// values: what a config writes for a key, as the canonical texts that cases share.
// A table is a SPEC in long form, `kind` first; lists inside it are crossed, the last varying fastest.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "config/sweep.hpp"
#include "disk/node.hpp"

namespace sparsio {

class Values {
 public:
  /// Errors are appended to `errors`, a text each.
  Values(const CheckValue& check, std::vector<std::string>& errors) : check_(check), errors_(errors) {}

  /// All values of a node: a scalar, a table, or a list of them. What is wrong is null, and recorded.
  std::vector<SharedText> of(const CaseKey& key, const Node& node);
  /// The key's default, checked like any other; null if it is wrong, which is recorded.
  SharedText fallback(const CaseKey& key);

 private:
  void add(const CaseKey& key, const Node& node, std::vector<SharedText>& values);
  SharedText checked(const CaseKey& key, const std::string& value, const std::string& place);

  const CheckValue& check_;
  std::vector<std::string>& errors_;
  std::unordered_map<std::string, SharedText> known_;  // by "key=text as written"; null: wrong, and said so
};

}  // namespace sparsio
