#include "plugin/params.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "plugin/error.hpp"
#include "plugin/nearest.hpp"

namespace sparsio {
namespace {

template <class Number>
bool parses(std::string_view text, Number& value) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stop == end;
}

}  // namespace

std::string_view type_name(Type type) {
  constexpr std::string_view names[] = {"integer", "number", "text"};
  return names[static_cast<size_t>(type)];
}

std::string canonical_value(Type type, std::string_view value, const std::string& place) {
  if (type == Type::text) return std::string(value);
  if (type == Type::integer) {
    int64_t number = 0;
    if (!parses(value, number))
      throw BadInput(place, fmt::format("'{}' is not an integer", value), "give one like 120");
    return fmt::format("{}", number);
  }
  return fmt::format("{}", parse_real(value, place));
}

uint64_t parse_count(std::string_view text, const std::string& place) {
  uint64_t number = 0;
  if (!parses(text, number)) throw BadInput(place, fmt::format("'{}' is not a count", text), "give one like 120");
  return number;
}

double parse_real(std::string_view text, const std::string& place) {
  double number = 0;
  if (!parses(text, number) || !std::isfinite(number))
    throw BadInput(place, fmt::format("'{}' is not a finite number", text), "give one like 0.1");
  return number;
}

Params::Params(const Options& options, const std::vector<NamedText>& given, const std::string& place) : place_(place) {
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
    const std::string value = found == given.end() ? std::string(*option.fallback) : found->second;
    values_.emplace_back(option.name, canonical_value(option.type, value, fmt::format("{}: {}", place, option.name)));
  }
}

const std::string& Params::text(std::string_view name) const {
  for (const auto& [key, value] : values_)
    if (key == name) return value;
  throw std::logic_error(fmt::format("plug-in reads the undeclared option '{}'", name));
}

int64_t Params::integer(std::string_view name) const {
  int64_t number = 0;
  parses(text(name), number);
  return number;
}

uint64_t Params::count(std::string_view name, uint64_t low, uint64_t high) const {
  const int64_t number = integer(name);
  if (number < 0 || static_cast<uint64_t>(number) < low || static_cast<uint64_t>(number) > high) {
    const std::string range = high == UINT64_MAX ? fmt::format("at least {}", low) : fmt::format("{} to {}", low, high);
    throw BadInput(fmt::format("{}: {}", place_, name), fmt::format("{} is out of range", number), "give " + range);
  }
  return static_cast<uint64_t>(number);
}

double Params::real(std::string_view name) const {
  return parse_real(text(name), fmt::format("{}: {}", place_, name));
}

double Params::real(std::string_view name, double low, double high) const {
  const double number = real(name);
  if (!(number >= low && number <= high))
    throw BadInput(fmt::format("{}: {}", place_, name), fmt::format("{} is out of range", number),
                   fmt::format("give {} to {}", low, high));
  return number;
}

std::string Params::canonical() const {
  std::string text;
  for (const auto& [name, value] : values_) text += fmt::format("{}{}={}", text.empty() ? "" : ",", name, value);
  return text;
}

}  // namespace sparsio
