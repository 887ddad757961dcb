#include "topo/byte_size.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/error.hpp"
#include "base/params.hpp"

namespace sparsio {
namespace {

struct Unit {
  std::string_view name;
  uint64_t bytes;
};

constexpr Unit units[] = {{"B", 1},
                          {"KiB", uint64_t{1} << 10},
                          {"MiB", uint64_t{1} << 20},
                          {"GiB", uint64_t{1} << 30},
                          {"TiB", uint64_t{1} << 40},
                          {"kB", 1000},
                          {"MB", 1000000},
                          {"GB", 1000000000},
                          {"TB", 1000000000000}};

}  // namespace

uint64_t parse_byte_size(std::string_view text, const std::string& place) {
  const size_t split = std::min(text.find_first_not_of("0123456789."), text.size());
  const std::string_view unit_name = text.substr(split);
  for (const Unit& unit : units) {
    if (unit.name != unit_name || split == 0) continue;
    const double bytes = parse_real(text.substr(0, split), place) * static_cast<double>(unit.bytes);
    if (bytes >= 0x1p63) throw BadInput(place, fmt::format("'{}' is too large", text), "give less than 2^63 bytes");
    if (bytes != std::floor(bytes))
      throw BadInput(place, fmt::format("'{}' is not a whole number of bytes", text), "give one like 1536KiB");
    // A plain integer keeps all its digits; a decimal fraction of a unit is exact in a double.
    if (text.substr(0, split).find('.') == std::string_view::npos)
      return parse_count(text.substr(0, split), place) * unit.bytes;
    return static_cast<uint64_t>(bytes);
  }
  throw BadInput(place, fmt::format("'{}' is not a number of bytes", text),
                 "give one like 32768B, 512KiB, 2MiB, 1GiB, or 500kB, 2MB, 1GB (powers of 1000)");
}

std::string byte_size_text(uint64_t bytes) {
  size_t unit = 0;
  while (unit < 4 && bytes >= units[unit + 1].bytes) ++unit;
  std::string number = fmt::format("{:.3f}", static_cast<double>(bytes) / static_cast<double>(units[unit].bytes));
  number.erase(number.find_last_not_of('0') + 1);
  if (number.back() == '.') number.pop_back();
  return number + " " + std::string(units[unit].name);
}

}  // namespace sparsio
