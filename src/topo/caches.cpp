#include "topo/caches.hpp"

#include <fmt/format.h>

#include <bit>

#include "base/error.hpp"
#include "base/params.hpp"
#include "topo/byte_size.hpp"

namespace sparsio {
namespace {

constexpr uint32_t default_line_bytes = 64;
constexpr uint64_t smallest_line_bytes = 4;
constexpr uint64_t largest_line_bytes = 4096;
constexpr std::string_view remedy = "give name=bytes/ways like L1=32KiB/8 (no ways: fully associative)";

/// Empty parts are kept, so that a separator too many is an error; an empty text has no parts.
std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (size_t begin = 0; !text.empty() && begin <= text.size();) {
    const size_t end = std::min(text.find(separator, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

CacheGeometry share_of(const CacheLevel& cache) {
  CacheGeometry geometry{fmt::format("L{}", cache.level), cache.share_bytes, cache.line_bytes, cache.ways};
  const uint64_t sharers = cache.bytes / cache.share_bytes;
  if (cache.ways > 0 && cache.bytes % sharers == 0 && cache.ways % sharers == 0)
    geometry.ways /= static_cast<uint32_t>(sharers);
  const uint64_t granule = uint64_t{geometry.line_bytes} * std::max(1U, geometry.ways);
  geometry.bytes -= geometry.bytes % granule;
  return geometry;
}

CacheGeometry parse_cache(std::string_view text, const std::string& place) {
  const size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0)
    throw BadInput(place, fmt::format("'{}' is not a cache", text), std::string(remedy));
  CacheGeometry cache{std::string(text.substr(0, equals)), 0, default_line_bytes, 0};
  const std::vector<std::string_view> parts = split(text.substr(equals + 1), '/');
  if (parts.empty() || parts.size() > 3)
    throw BadInput(place, fmt::format("'{}' is not a cache", text), std::string(remedy));
  cache.bytes = parse_byte_size(parts[0], place);
  const uint64_t ways = parts.size() > 1 ? parse_count(parts[1], place) : 0;
  const uint64_t line_bytes = parts.size() > 2 ? parse_count(parts[2], place) : default_line_bytes;
  if (line_bytes < smallest_line_bytes || line_bytes > largest_line_bytes || !std::has_single_bit(line_bytes))
    throw BadInput(place, fmt::format("{}: lines of {} bytes", cache.name, line_bytes),
                   fmt::format("give a power of two from {} to {}", smallest_line_bytes, largest_line_bytes));
  cache.line_bytes = static_cast<uint32_t>(line_bytes);
  if (ways > cache.bytes / line_bytes)
    throw BadInput(place, fmt::format("{}: {} ways in {} lines", cache.name, ways, cache.bytes / line_bytes),
                   "give no more ways than lines, or 0");
  cache.ways = static_cast<uint32_t>(ways);
  const uint64_t granule = line_bytes * std::max(uint64_t{1}, ways);
  if (cache.bytes == 0 || cache.bytes % granule != 0)
    throw BadInput(place, fmt::format("{}: {} bytes are not whole sets of {} bytes", cache.name, cache.bytes, granule),
                   "give a multiple of line bytes x ways");
  return cache;
}

}  // namespace

std::vector<CacheGeometry> geometries(const Machine& machine) {
  std::vector<CacheGeometry> caches;
  if (machine.threads.empty()) return caches;
  for (const CacheLevel& cache : machine.threads[0].caches) {
    if (cache.trust == Trust::refused || cache.share_bytes == 0) continue;
    const CacheGeometry geometry = share_of(cache);
    if (geometry.bytes > 0) caches.push_back(geometry);
  }
  return caches;
}

std::vector<CacheGeometry> parse_caches(std::string_view text, const std::string& place) {
  std::vector<CacheGeometry> caches;
  if (text == "none") return caches;
  for (const std::string_view part : split(text, ',')) {
    caches.push_back(parse_cache(part, place));
    for (size_t k = 0; k + 1 < caches.size(); ++k)
      if (caches[k].name == caches.back().name)
        throw BadInput(place, fmt::format("cache '{}' is given twice", caches[k].name), "give each name once");
  }
  if (caches.empty()) throw BadInput(place, "no cache is given", std::string(remedy));
  return caches;
}

}  // namespace sparsio
