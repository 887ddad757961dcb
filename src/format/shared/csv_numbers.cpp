#include "format/shared/csv_numbers.hpp"

#include <array>
#include <charconv>

namespace sparsio {

void append_csv_number(float value, std::string_view before, std::string& text) {
  std::array<char, 32> digits;
  const char* end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  const std::string_view number(digits.data(), static_cast<size_t>(end - digits.data()));
  text += before;
  text += number;
  if (number.find_first_not_of("-0123456789") == std::string_view::npos) text += ".0";
}

}  // namespace sparsio
