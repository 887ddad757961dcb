// line_draws: passes drawn at random, for whoever holds predicted lines against counted ones.
// Networks with and without layers, with neurons that have no connections, wide, narrow and deep; any panel, 0/1 and
// real inputs. What is drawn depends on the item alone.
#pragma once

#include <fmt/format.h>

#include <cmath>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "net/access.hpp"
#include "net/inputs.hpp"

namespace sparsio {

struct LineDraw {
  std::string network;
  std::string order;
  uint32_t panel;
  InputValues inputs;
  CacheGeometry cache;

  /// Of so many that the panel is full. In some of the challenge's networks all live, and in others some die.
  std::string inputs_spec() const {
    return fmt::format("random:count={},density={}{}", panel,
                       network.starts_with("radix_net") && panel % 2 == 0 ? 0.02 : 0.2,
                       inputs == InputValues::bits ? "" : ",values=reals");
  }
  std::string words() const {
    return fmt::format("{} order {} panel {} {} {} bytes {} ways", network, order, panel,
                       inputs == InputValues::bits ? "bits" : "reals", cache.bytes, cache.ways);
  }
};

/// Between `least` and `most`, each power of two as likely as the next.
inline uint32_t drawn_size(RandomStream& random, double least, double most) {
  return static_cast<uint32_t>(std::lround(std::exp2(random.uniform(std::log2(least), std::log2(most)))));
}

inline std::string drawn_mlp(RandomStream& random) {
  std::string widths = std::to_string(drawn_size(random, 1, 800));
  for (uint64_t layers = 1 + random.below(4); layers > 0; --layers)
    widths += fmt::format("-{}", drawn_size(random, 1, 800));
  return fmt::format("mlp:widths={},density={:.3f},seed={}", widths, std::exp2(random.uniform(-7, 0)),
                     1 + random.below(1000));
}

inline std::string drawn_network(RandomStream& random) {
  switch (random.below(8)) {
    case 0:
      return fmt::format("radix_net:neurons={},layers={}", random.below(2) == 0 ? 256 : 1024, 1 + random.below(6));
    case 1:
      return fmt::format("bandwidth:neurons={},bandwidth={}", drawn_size(random, 100, 2000), 1 + random.below(30));
    case 2:
      return fmt::format("random_dag:neurons={},density={:.4f}", drawn_size(random, 50, 1000),
                         std::exp2(random.uniform(-8, -4)));
    default:
      return drawn_mlp(random);
  }
}

/// A cache between the two sizes, in bytes, of 64-byte lines and one of `ways`; 0 is fully associative.
inline CacheGeometry drawn_cache(RandomStream& random, double least, double most, const std::vector<uint32_t>& ways) {
  const uint32_t one = ways[random.below(ways.size())];
  if (one == 0) return {"drawn", drawn_size(random, least, most) / 64 * uint64_t{64}, 64, 0};
  // Sets in powers of two, as machines and callgrind have them.
  const auto sets =
      static_cast<uint32_t>(std::floor(random.uniform(std::log2(least), std::log2(most + 1)) - 6 - std::log2(one)));
  return {"drawn", (uint64_t{64} * one) << sets, 64, one};
}

inline LineDraw line_draw(uint64_t item, double least, double most, const std::vector<uint32_t>& ways) {
  RandomStream random(190, item);
  LineDraw draw;
  draw.network = drawn_network(random);
  draw.order = std::vector<std::string>{"by_target", "by_source", "blocks"}[random.below(3)];
  draw.panel = random.below(4) == 0 ? 1 + static_cast<uint32_t>(random.below(256)) : drawn_size(random, 1, 256);
  draw.inputs = random.below(2) == 0 ? InputValues::bits : InputValues::floats;
  draw.cache = drawn_cache(random, least, most, ways);
  return draw;
}

}  // namespace sparsio
