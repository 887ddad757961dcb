#include "count/cache/cache_simulator.hpp"

#include <fmt/format.h>

#include <bit>

#include "base/error.hpp"
#include "count/cache/fully_associative_cache.hpp"
#include "count/cache/set_associative_cache.hpp"

namespace sparsio {
namespace {

constexpr uint32_t fewest_line_bytes = 4;  // a word; tags also keep a bit below the line for `dirty`

}  // namespace

Outflow& Outflow::ignored() {
  static Outflow nothing = [] {
    Outflow outflow;
    outflow.is_kept_ = false;
    return outflow;
  }();
  return nothing;
}

std::unique_ptr<CacheSimulator> make_cache_simulator(const CacheGeometry& geometry) {
  const std::string place = "cache " + geometry.name;
  if (!std::has_single_bit(geometry.line_bytes) || geometry.line_bytes < fewest_line_bytes)
    throw BadInput(place, fmt::format("lines of {} bytes", geometry.line_bytes),
                   fmt::format("give a power of two of at least {}", fewest_line_bytes));
  const uint64_t lines = geometry.bytes / geometry.line_bytes;
  const uint64_t ways = geometry.ways == 0 ? lines : geometry.ways;
  if (lines == 0 || geometry.bytes % (ways * geometry.line_bytes) != 0)
    throw BadInput(
        place,
        fmt::format("{} bytes are not whole sets of {} lines of {} bytes", geometry.bytes, ways, geometry.line_bytes),
        "give a multiple of line bytes x ways");
  if (lines > most_simulated_lines)
    throw Unsupported(
        fmt::format("{}: {} lines are too many to simulate; up to {} are", place, lines, most_simulated_lines));
  const auto line_shift = static_cast<uint32_t>(std::countr_zero(geometry.line_bytes));
  if (ways == lines && lines > most_searched_ways) return make_fully_associative_cache(lines, line_shift);
  return make_set_associative_cache(lines / ways, static_cast<uint32_t>(ways), line_shift);
}

}  // namespace sparsio
