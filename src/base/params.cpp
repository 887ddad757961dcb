#include "base/params.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <sstream>

#include "base/error.hpp"
#include "base/nearest.hpp"

namespace sparsio {
namespace {

/// An integer; BadInput at `place` that tells what is none from what is too long for 64 bits.
template <class Number>
Number parse_integer(std::string_view text, const std::string& what, const std::string& place) {
  Number number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (stop != end || error == std::errc::invalid_argument)
    throw BadInput(place, fmt::format("'{}' is not {}", text, what), "give one like 120");
  if (error == std::errc()) return number;
  using Limits = std::numeric_limits<Number>;
  if (text.front() == '-')
    throw BadInput(place, fmt::format("{} is too small", text), fmt::format("give at least {}", Limits::min()));
  throw BadInput(place, fmt::format("{} is too large", text), fmt::format("give at most {}", Limits::max()));
}

template <class Number>
bool parses(std::string_view text, Number& value) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stop == end;
}

void check_number(const Allowed& allowed, const std::string& value, const std::string& place) {
  const double number = parse_real(value, place);
  if (number >= allowed.low && number <= allowed.high) return;
  const bool is_bounded = std::isfinite(allowed.high);
  throw BadInput(place, fmt::format("{} is out of range", value),
                 is_bounded ? fmt::format("give {} to {}", allowed.low, allowed.high)
                            : fmt::format("give at least {}", allowed.low));
}

void check_words(const Allowed& allowed, const std::string& value, const std::string& place) {
  if (allowed.words.empty()) return;
  std::istringstream stream{std::string(allowed.words)};
  const std::vector<std::string> words{std::istream_iterator<std::string>(stream), {}};
  if (std::find(words.begin(), words.end(), value) == words.end())
    throw BadInput(place, fmt::format("'{}' is not one of them", value), suggest(value, words));
}

}  // namespace

std::string_view type_name(Type type) {
  constexpr std::string_view names[] = {"integer", "number", "text"};
  return names[static_cast<size_t>(type)];
}

std::string canonical_value(Type type, std::string_view value, const std::string& place) {
  if (type == Type::text) return std::string(value);
  if (type == Type::integer) return fmt::format("{}", parse_integer<int64_t>(value, "an integer", place));
  return fmt::format("{}", parse_real(value, place));
}

uint64_t parse_count(std::string_view text, const std::string& place) {
  return parse_integer<uint64_t>(text, "a count", place);
}

uint64_t parse_count(std::string_view text, const Allowed& allowed, const std::string& place) {
  const uint64_t count = parse_count(text, place);
  check_number(allowed, fmt::format("{}", count), place);
  return count;
}

double parse_real(std::string_view text, const std::string& place) {
  double number = 0;
  if (!parses(text, number) || !std::isfinite(number))
    throw BadInput(place, fmt::format("'{}' is not a finite number", text), "give one like 0.1");
  return number;
}

Params::Params(const Options& options, const std::vector<NamedText>& given, const std::string& place) {
  std::vector<std::string> known;
  for (const Option& option : options) known.emplace_back(option.name);
  for (const auto& [name, value] : given) {
    if (std::find(known.begin(), known.end(), name) == known.end())
      throw BadInput(place, fmt::format("no option '{}'", name), suggest(name, known));
    const auto same = [&name = name](const NamedText& other) { return other.first == name; };
    if (std::count_if(given.begin(), given.end(), same) > 1)
      throw BadInput(place, fmt::format("option '{}' is given twice", name), "give it once");
  }
  for (const Option& option : options) {
    const auto same = [&](const NamedText& other) { return other.first == option.name; };
    const auto found = std::find_if(given.begin(), given.end(), same);
    if (found == given.end() && !option.fallback)
      throw BadInput(place, fmt::format("option '{}' is missing", option.name),
                     fmt::format("give {}=..., {}", option.name, option.help));
    const std::string text = found == given.end() ? std::string(*option.fallback) : found->second;
    const std::string there = fmt::format("{}: {}", place, option.name);
    const std::string value = canonical_value(option.type, text, there);
    if (option.type == Type::text)
      check_words(option.allowed, value, there);
    else
      check_number(option.allowed, value, there);
    if (option.allowed.check != nullptr) option.allowed.check(value, there);
    if (option.since > first_schema && option.fallback &&
        value == canonical_value(option.type, *option.fallback, there))
      unsaid_.emplace_back(option.name);
    values_.emplace_back(option.name, value);
  }
}

const std::string& Params::text(std::string_view name) const {
  for (const auto& [key, value] : values_)
    if (key == name) return value;
  throw std::logic_error(fmt::format("plug-in reads the undeclared option '{}'", name));
}

uint64_t Params::count(std::string_view name) const {
  int64_t number = 0;
  if (!parses(text(name), number) || number < 0)
    throw std::logic_error(fmt::format("plug-in counts by the option '{}', which is '{}'", name, text(name)));
  return static_cast<uint64_t>(number);
}

double Params::real(std::string_view name) const {
  return parse_real(text(name), std::string(name));
}

std::string escaped(std::string_view value) {
  std::string text;
  for (const char c : value) {
    if (c == ',' || c == '\\') text += '\\';
    text += c;
  }
  return text;
}

std::string Params::canonical() const {
  std::string text;
  for (const auto& [name, value] : values_)
    if (std::find(unsaid_.begin(), unsaid_.end(), name) == unsaid_.end())
      text += fmt::format("{}{}={}", text.empty() ? "" : ",", name, escaped(value));
  return text;
}

}  // namespace sparsio
