// fields: what a command prints, names and values in order, as text or (json.hpp) as JSON.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace sparsio {

struct FieldValue;
using Fields = std::vector<std::pair<std::string, FieldValue>>;

/// One value, or a list of them, or a list of things that have fields themselves.
struct FieldValue {
  using Value = std::variant<bool, int64_t, uint64_t, double, std::string, std::vector<uint64_t>, std::vector<double>,
                             std::vector<std::string>, std::vector<Fields>>;

  // Implicit, so that `Fields{{"edges", 12}, {"seconds", 0.5}}` is all a command has to write.
  FieldValue(bool truth) : value(truth) {}
  template <std::signed_integral Integer>
  FieldValue(Integer integer) : value(static_cast<int64_t>(integer)) {}
  template <std::unsigned_integral Integer>
  FieldValue(Integer integer) : value(static_cast<uint64_t>(integer)) {}
  FieldValue(double real) : value(real) {}
  FieldValue(const char* text) : value(std::string(text)) {}
  FieldValue(std::string_view text) : value(std::string(text)) {}
  FieldValue(std::string text) : value(std::move(text)) {}
  FieldValue(std::vector<uint64_t> integers) : value(std::move(integers)) {}
  FieldValue(std::vector<double> reals) : value(std::move(reals)) {}
  FieldValue(std::vector<std::string> texts) : value(std::move(texts)) {}
  FieldValue(std::vector<Fields> things) : value(std::move(things)) {}

  Value value;
};

/// Aligned lines "name  value". Lists are separated by spaces; a list of things is a table under its name. Reals have
/// six digits: this is for eyes, JSON is for programs.
std::string to_text(const Fields& fields);

}  // namespace sparsio
