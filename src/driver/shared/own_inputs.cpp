#include "driver/shared/own_inputs.hpp"

namespace sparsio {

Inputs columns_of(const Inputs& inputs, const std::vector<uint32_t>& numbers) {
  Inputs some{inputs.count, static_cast<uint32_t>(numbers.size()), {}, {}, inputs.origin};
  if (!inputs.is_packed()) {
    some.values.reserve(inputs.count * numbers.size());
    for (uint64_t i = 0; i < inputs.count; ++i)
      for (const uint32_t v : numbers) some.values.push_back(inputs.values[i * inputs.width + v]);
    return some;
  }
  some.bits.assign(inputs.count * some.row_bytes(), 0);
  for (uint64_t i = 0; i < inputs.count; ++i) {
    const uint8_t* const from = inputs.bits.data() + i * inputs.row_bytes();
    uint8_t* const to = some.bits.data() + i * some.row_bytes();
    for (size_t k = 0; k < numbers.size(); ++k) {
      const uint32_t v = numbers[k];
      const auto bit = static_cast<uint8_t>(from[v / 8] >> (7 - v % 8) & 1);
      to[k / 8] = static_cast<uint8_t>(to[k / 8] | bit << (7 - k % 8));
    }
  }
  return some;
}

}  // namespace sparsio
