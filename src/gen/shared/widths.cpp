#include "gen/shared/widths.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/params.hpp"

namespace sparsio {

std::vector<uint32_t> parse_widths(std::string_view text, const std::string& place) {
  constexpr uint64_t widest = uint64_t{1} << 26;
  constexpr uint64_t deepest = uint64_t{1} << 20;
  const std::string remedy = "write 500x5 for five layers of 500 neurons, or 1024-4096-1024";
  std::vector<uint32_t> widths;
  std::string_view rest = text;
  while (true) {
    const size_t dash = rest.find('-');
    const std::string_view part = rest.substr(0, dash);
    const size_t times = part.find('x');
    const uint64_t width = parse_count(part.substr(0, times), place);
    const uint64_t repeat = times == std::string_view::npos ? 1 : parse_count(part.substr(times + 1), place);
    if (width == 0 || width > widest || repeat == 0 || widths.size() + repeat > deepest)
      throw BadInput(place, fmt::format("'{}' is out of range", part), remedy);
    widths.insert(widths.end(), repeat, static_cast<uint32_t>(width));
    if (dash == std::string_view::npos) break;
    rest = rest.substr(dash + 1);
  }
  if (widths.size() < 2) throw BadInput(place, fmt::format("'{}' is one layer of neurons", text), remedy);
  return widths;
}

void check_layers_fit(const std::vector<uint32_t>& widths, double density, std::string_view kind) {
  for (size_t l = 0; l + 1 < widths.size(); ++l)
    if (density * widths[l] * widths[l + 1] >= 0x1p32)
      throw Unsupported(fmt::format("{} with 2^32 connections or more in a layer does not fit in memory", kind));
}

void check_widths(const std::string& text, const std::string& place) {
  parse_widths(text, place);
}

}  // namespace sparsio
