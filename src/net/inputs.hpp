// inputs: the batch that a network is run on, one row an input.
// 0/1 inputs stay packed (the Graph Challenge times from packed bits in memory); others are floats.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sparsio {

/// What a value of an input is held as.
enum class InputValues { bits, floats };

/// Whether the inputs of a panel have a nonzero output, each of them.
enum class Life { unknown, all, some };

/// What a pass over a panel is made on, as far as what it touches depends on it.
struct PassInputs {
  PassInputs(InputValues held_as, Life outputs = Life::unknown) : values(held_as), life(outputs) {}
  InputValues values;
  Life life;
};

struct Inputs {
  uint64_t count = 0;         // rows
  uint32_t width = 0;         // neurons of the input layer
  std::vector<uint8_t> bits;  // count x row_bytes(), most significant bit first, if the inputs are 0/1
  std::vector<float> values;  // count x width, row-major, otherwise
  std::string origin;         // "generated" or "file", as results name it

  uint64_t row_bytes() const { return (uint64_t{width} + 7) / 8; }
  bool is_packed() const { return values.empty(); }
  InputValues held_as() const { return is_packed() ? InputValues::bits : InputValues::floats; }
  float at(uint64_t input, uint32_t neuron) const {
    if (!is_packed()) return values[input * width + neuron];
    return (bits[input * row_bytes() + neuron / 8] >> (7 - neuron % 8)) & 1 ? 1.0F : 0.0F;
  }
};

/// The first row with a bit set beyond its width; there it must be 0.
inline std::optional<uint64_t> row_with_set_padding(const Inputs& inputs) {
  if (!inputs.is_packed() || inputs.width % 8 == 0) return std::nullopt;
  const auto padding = static_cast<uint8_t>(0xFFU >> (inputs.width % 8));
  for (uint64_t i = 0; i < inputs.count; ++i)
    if (inputs.bits[(i + 1) * inputs.row_bytes() - 1] & padding) return i;
  return std::nullopt;
}

/// `count` rows, from row `first` on.
inline Inputs rows_of(const Inputs& inputs, uint64_t first, uint64_t count) {
  Inputs part{count, inputs.width, {}, {}, inputs.origin};
  const auto copy = [&](const auto& from, auto& to, uint64_t row) {
    const auto begin = from.begin() + static_cast<int64_t>(first * row);
    to.assign(begin, begin + static_cast<int64_t>(count * row));
  };
  if (inputs.is_packed())
    copy(inputs.bits, part.bits, inputs.row_bytes());
  else
    copy(inputs.values, part.values, inputs.width);
  return part;
}

/// The rows of these numbers.
inline Inputs rows_of(const Inputs& inputs, const std::vector<uint64_t>& numbers) {
  Inputs chosen{numbers.size(), inputs.width, {}, {}, inputs.origin};
  for (const uint64_t number : numbers) {
    const Inputs row = rows_of(inputs, number, 1);
    chosen.bits.insert(chosen.bits.end(), row.bits.begin(), row.bits.end());
    chosen.values.insert(chosen.values.end(), row.values.begin(), row.values.end());
  }
  return chosen;
}

/// The first `count` rows.
inline Inputs first_rows(const Inputs& inputs, uint64_t count) {
  return rows_of(inputs, 0, count);
}

}  // namespace sparsio
