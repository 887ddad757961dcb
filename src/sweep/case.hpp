// case: one row of a sweep before it has run.
// A case is a value for every key of one table; that table is what configs, --set, the command line, the results'
// columns and configs/README.md walk. Values are canonical text, so that equal cases are equal bytes and the run id, a
// hash of the keys and the content of the files they name, is the same on every machine.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugin/params.hpp"

namespace sparsio {

/// What a key's value names; decides how it is checked before anything runs.
enum class Role { plain, network, inputs, order, policy, engine, meter, memory, choice };

struct CaseKey {
  std::string_view name;
  Type type;
  Role role;
  std::string_view fallback;  // canonical; "" may mean "none"
  std::string_view choices;   // Role::choice: the words allowed, separated by spaces
  uint32_t width;             // of the column, in bytes, for texts
  std::string_view help;
};

/// Every key, in the order of columns and help.
const std::vector<CaseKey>& case_keys();

/// A value for every key of case_keys(), in that order. `place` says where it was written (file:line:column).
class Case {
 public:
  Case();  // every key at its default; `network` is empty
  const std::string& text(std::string_view key) const;
  int64_t integer(std::string_view key) const;
  double real(std::string_view key) const;
  /// Checks type and choice; BadInput at `place` (unknown key with the nearest right one).
  void set(std::string_view key, std::string_view value, const std::string& place);
  /// "key=value\n" for all keys, the text that is hashed.
  std::string canonical() const;

  std::string place;  // not part of the case's identity

 private:
  std::vector<std::string> values_;
};

/// 32 hex digits: XXH3-128 of the canonical text and of the content digest of every file named in it. Files are digested
/// once per process. A file that is missing hashes as missing; running the case will say so.
std::string run_id(const Case& one);

}  // namespace sparsio
