#include "config/case.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <sstream>
#include <stdexcept>

#include "base/error.hpp"
#include "base/nearest.hpp"

namespace sparsio {
namespace {

const std::vector<SharedText>& defaults() {
  static const std::vector<SharedText> values = [] {
    std::vector<SharedText> texts;
    for (const CaseKey& key : case_keys()) texts.push_back(std::make_shared<const std::string>(key.fallback));
    return texts;
  }();
  return values;
}

size_t known_column(std::string_view key) {
  const std::vector<CaseKey>& keys = case_keys();
  for (size_t column = 0; column < keys.size(); ++column)
    if (keys[column].name == key) return column;
  throw std::logic_error(fmt::format("the program reads the case key '{}', which is not in the table", key));
}

std::vector<std::string> words(std::string_view text) {
  std::istringstream stream{std::string(text)};
  std::vector<std::string> list;
  for (std::string word; stream >> word;) list.push_back(word);
  return list;
}

void check_text(const CaseKey& key, std::string_view value, const std::string& place) {
  if (value.empty() && (key.role == Role::network || !key.fallback.empty()))
    throw BadInput(place, fmt::format("{} is empty", key.name), fmt::format("give the {}", key.help));
  // A line break would forge another key in the text that is hashed, and a NUL would end the results' column early.
  if (std::any_of(value.begin(), value.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }))
    throw BadInput(place, fmt::format("{} holds a control character", key.name), "write it on one line");
  if (value.size() > key.width)
    throw BadInput(place, fmt::format("{} is {} bytes long", key.name, value.size()),
                   fmt::format("results keep {}; shorten it", key.width));
  if (key.role != Role::choice) return;
  const std::vector<std::string> choices = words(key.choices);
  if (std::find(choices.begin(), choices.end(), value) == choices.end())
    throw BadInput(place, fmt::format("no {} '{}'", key.name, value), suggest(value, choices));
}

}  // namespace

std::string checked_value(const CaseKey& key, std::string_view value, const std::string& place) {
  if (key.type == Type::text) {
    check_text(key, value, place);
    return std::string(value);
  }
  std::string text = canonical_value(key.type, value, fmt::format("{}: {}", place, key.name));
  if (parse_real(text, place) < key.low)
    throw BadInput(place, fmt::format("{} is {}", key.name, text), fmt::format("give at least {}", key.low));
  if (parse_real(text, place) > key.high)
    throw BadInput(place, fmt::format("{} is {}", key.name, text), fmt::format("give at most {}", key.high));
  return text;
}

Case::Case() : values_(defaults()) {}

const std::string& Case::text(std::string_view key) const {
  return *values_[known_column(key)];
}

int64_t Case::integer(std::string_view key) const {
  const std::string& value = text(key);
  int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size())
    throw std::logic_error(fmt::format("the program reads the case key '{}' as an integer; it is '{}'", key, value));
  return number;
}

double Case::real(std::string_view key) const {
  return parse_real(text(key), std::string(key));
}

std::string Case::where(std::string_view key) const {
  return place == command_line_place ? "--" + std::string(key) : place;
}

void Case::set(std::string_view key, std::string_view value, const std::string& where) {
  const size_t column = case_column(key, where);
  values_[column] = std::make_shared<const std::string>(checked_value(case_keys()[column], value, where));
}

std::string Case::canonical() const {
  const std::vector<CaseKey>& keys = case_keys();
  std::string text;
  for (size_t column = 0; column < keys.size(); ++column) {
    const CaseKey& key = keys[column];
    if (key.since > first_schema && *values_[column] == key.fallback) continue;
    text += key.former.empty() ? key.name : key.former;
    text += '=';
    text += *values_[column];
    text += '\n';
  }
  return text;
}

}  // namespace sparsio
