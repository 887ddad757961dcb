// params: the options of a plug-in, `neurons=1024,layers=120`.
// A plug-in declares its options in one table (name, type, default, help, what is allowed); help, checks and the
// canonical text that a run id is made of all walk that table. A value that is wrong whatever the others are is refused
// when a SPEC is read, before anything runs; what only together makes no sense is refused by who makes the thing.
// Values are kept as canonical text, so that equal cases are equal bytes.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sparsio {

enum class Type { integer, real, text };

/// The schema of results that keys and options are known since unless they say otherwise. What is newer and at its
/// default stands in no text that is hashed or compared: a row keeps its run id when the program learns a new option.
constexpr int first_schema = 3;

/// What a value tells of a row.
enum class Identity {
  none,       // nothing: it came out of the case
  of_case,    // which case it is
  procedure,  // how a case is repeated and checked; tells no cases apart
};

/// What the value of an option may be, whatever the other options are. Numbers are not negative unless said so.
struct Allowed {
  double low = 0;  // smallest and largest number
  double high = std::numeric_limits<double>::infinity();
  std::string_view words = {};  // the texts, apart by spaces; empty: any
  void (*check)(const std::string& value, const std::string& place) = nullptr;  // throws BadInput at `place`
};
constexpr Allowed at_least(double low) {
  return {.low = low};
}
constexpr Allowed between(double low, double high) {
  return {.low = low, .high = high};
}
constexpr Allowed one_of(std::string_view words) {
  return {.words = words};
}
constexpr Allowed checked_by(void (*check)(const std::string& value, const std::string& place)) {
  return {.check = check};
}

struct Option {
  std::string_view name;
  Type type;
  std::optional<std::string_view> fallback;  // none: the option must be given
  std::string_view help;
  Allowed allowed = {};
  int since = first_schema;  // the schema of results in which it appeared
};
using Options = std::vector<Option>;

/// "integer", "number" or "text", as messages name them.
std::string_view type_name(Type type);

/// `value` as its one canonical text: "007" -> "7", "1e-1" -> "0.1". Throws BadInput at `place` if it is not of `type`.
std::string canonical_value(Type type, std::string_view value, const std::string& place);

/// An integer >= 0 and a finite number in plain notation; BadInput at `place` otherwise.
uint64_t parse_count(std::string_view text, const std::string& place);
double parse_real(std::string_view text, const std::string& place);
/// An integer >= 0 within a range; BadInput at `place` otherwise.
uint64_t parse_count(std::string_view text, const Allowed& allowed, const std::string& place);

/// A value as it stands in a SPEC: its commas behind backslashes.
std::string escaped(std::string_view value);

using NamedText = std::pair<std::string, std::string>;

/// Option values, complete and allowed: every declared option in the order of its table.
class Params {
 public:
  Params() = default;
  /// `given` checked against `options`, defaults filled in. BadInput at `place`: unknown, missing, repeated, wrong
  /// type, not allowed.
  Params(const Options& options, const std::vector<NamedText>& given, const std::string& place);

  const std::string& text(std::string_view name) const;
  /// An integer that the option's range keeps from being negative.
  uint64_t count(std::string_view name) const;
  double real(std::string_view name) const;
  /// "name=value,name=value", canonical: every option but those newer than first_schema that are at their default.
  std::string canonical() const;
  bool empty() const { return values_.empty(); }

 private:
  std::vector<NamedText> values_;
  std::vector<std::string> unsaid_;  // options that the canonical text leaves out
};

}  // namespace sparsio
