// csv_numbers: floats as comma-separated text, and back without a loss.
#pragma once

#include <string>
#include <string_view>

namespace sparsio {

/// `before` and the fewest digits that read back as the same float, with a point or an exponent so that nobody takes it
/// for an integer; nan, inf and -inf as numpy and pandas write and read them.
void append_csv_number(float value, std::string_view before, std::string& text);

}  // namespace sparsio
