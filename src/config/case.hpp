// case: one row of a sweep before it has run.
// A case is a value for every key of one table; that table is what configs, --set, the command line, the results'
// columns and configs/README.md walk. Values are canonical text, so that equal cases are equal bytes and the run id, a
// hash of the keys and the content of the files they name, is the same on every machine. A sweep has 10^5 cases but few
// distinct values: values are shared, a case is a row of pointers.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/params.hpp"

namespace sparsio {

/// What a key's value names; decides how it is checked before anything runs.
enum class Role {
  plain,
  network,
  inputs,
  order,
  policy,
  engine,
  meter,
  memory,
  choice,
  caches,
  driver,
  partitioner,
  file,
  labels
};

/// A key; case_keys() names the fields that it sets.
struct CaseKey {
  std::string_view name;
  std::string_view former = {};  // another name of it, understood wherever the name is; the run id is made of it
  Type type = Type::text;
  Role role = Role::plain;
  std::string_view fallback = {};  // canonical; "" may mean "none"
  std::string_view choices = {};   // Role::choice: the words allowed, separated by spaces
  uint32_t width = 0;              // of the column, in bytes, for texts; a longer value is refused
  double low = 0;                  // smallest value of a number
  double high = std::numeric_limits<double>::infinity();  // largest value of a number
  Identity identity = Identity::of_case;
  int since = first_schema;  // the schema of results in which it appeared
  std::string_view help = {};
};

/// Every key, in the order of columns and help.
const std::vector<CaseKey>& case_keys();

/// The names of case_keys(), for messages.
std::vector<std::string> case_key_names();

/// The key called `name`, or formerly called so; nullptr if there is none.
const CaseKey* find_key(std::string_view name);

/// Place of `name` or of a former name in case_keys(); BadInput at `place` with the nearest right name if there is
/// none.
size_t case_column(std::string_view name, const std::string& place);

/// Does the key name a plug-in, so that a config may write its value as a table?
bool takes_spec(const CaseKey& key);

/// `value` as its canonical text, its type, range, choice and length checked; BadInput at `place`.
std::string checked_value(const CaseKey& key, std::string_view value, const std::string& place);

using SharedText = std::shared_ptr<const std::string>;

/// The place of a case whose keys are arguments of a command.
constexpr std::string_view command_line_place = "command line";

/// A value for every key of case_keys(), in that order. `place` says where it was written (file:line:column).
class Case {
 public:
  Case();  // every key at its default; `network` is empty
  const std::string& text(std::string_view key) const;
  const std::string& text(size_t column) const { return *values_[column]; }
  int64_t integer(std::string_view key) const;
  double real(std::string_view key) const;
  /// Is there an engine that executes it?
  bool has_engine() const { return text("engine") != "none"; }
  /// Where the key was given, for messages: `place`, or the argument of a command line.
  std::string where(std::string_view key) const;
  /// Checks type and choice; BadInput at `place` (unknown key with the nearest right one).
  void set(std::string_view key, std::string_view value, const std::string& place);
  /// Takes a value that is canonical already, unchecked.
  void share(size_t column, SharedText value) { values_[column] = std::move(value); }
  /// "key=value\n", the text that is hashed: under former names, and without keys newer than first_schema at their
  /// default, so that a case keeps its run id for ever.
  std::string canonical() const;

  std::string place;  // not part of the case's identity

 private:
  std::vector<SharedText> values_;
};

/// The files that a case names: a SPEC that is a path, an option `path` of a SPEC, `categories`. As written: relative
/// to the current folder.
std::vector<std::string> files_named(const Case& one);

/// 32 hex digits: XXH3-128 of the canonical text and of the content digest of every file named in it. Files are
/// digested once per process. A file that has gone since the config was read hashes as missing; running the case will
/// say so.
std::string run_id(const Case& one);

}  // namespace sparsio
