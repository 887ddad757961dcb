// params: the options of a plug-in, `neurons=1024,layers=120`.
// A plug-in declares its options in one table (name, type, default, help); help, checks and the canonical text that a
// run id is made of all walk that table. Values are kept as canonical text, so that equal cases are equal bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sparsio {

enum class Type { integer, real, text };

struct Option {
  std::string_view name;
  Type type;
  std::optional<std::string_view> fallback;  // none: the option must be given
  std::string_view help;
};
using Options = std::vector<Option>;

/// "integer", "number" or "text", as messages name them.
std::string_view type_name(Type type);

/// `value` as its one canonical text: "007" -> "7", "1e-1" -> "0.1". Throws BadInput at `place` if it is not of `type`.
std::string canonical_value(Type type, std::string_view value, const std::string& place);

/// An integer >= 0 and a finite number in plain notation; BadInput at `place` otherwise.
uint64_t parse_count(std::string_view text, const std::string& place);
double parse_real(std::string_view text, const std::string& place);

using NamedText = std::pair<std::string, std::string>;

/// Option values, complete and checked: every declared option in the order of its table.
class Params {
 public:
  Params() = default;
  /// `given` checked against `options`, defaults filled in. BadInput at `place`: unknown, missing, repeated, wrong
  /// type.
  Params(const Options& options, const std::vector<NamedText>& given, const std::string& place);

  const std::string& text(std::string_view name) const;
  int64_t integer(std::string_view name) const;
  /// An integer that must lie in [low, high]; BadInput naming the option otherwise.
  uint64_t count(std::string_view name, uint64_t low = 0, uint64_t high = UINT64_MAX) const;
  double real(std::string_view name) const;
  /// A number that must lie in [low, high].
  double real(std::string_view name, double low, double high) const;
  /// "name=value,name=value", every option, canonical.
  std::string canonical() const;
  bool empty() const { return values_.empty(); }

 private:
  std::vector<NamedText> values_;
  std::string place_;
};

}  // namespace sparsio
