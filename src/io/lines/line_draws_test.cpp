// Predicted lines against the simulated cache, outside the tuned family: networks with and without layers, with empty
// layers and neurons without connections, panels of 1 to 256, caches of 4 KiB to 2 MiB, 0/1 and real inputs, every
// engine that is traced, and tiled over its kernels, any layers at once, and in tiles. Model and trace hear the same
// walk, so the claims are exact; two caches are compared, and what a cache is told. It asserts:
//   - misses, those of weights among them, and write-backs are those of the simulated cache, to the line;
//   - with fewer than 4 ways a set there is no prediction, and a reason.
// SPARSIO_LINE_DRAWS=2000 draws more (by hand).
#include <gtest/gtest.h>

#include <cstdlib>

#include "exec/kernel/kernel.hpp"
#include "io/lines/line_draws_fixture.hpp"
#include "io/lines/line_point_fixture.hpp"
#include "run/open.hpp"

namespace sparsio {
namespace {

uint64_t draws() {
  const char* given = std::getenv("SPARSIO_LINE_DRAWS");
  return given == nullptr ? 40 : std::strtoull(given, nullptr, 10);
}

/// Every engine as it is, and tiled over each kernel of several layers, two at once and as many as L2 takes, and in
/// slices and tiles.
std::vector<std::pair<std::string, const EngineKind*>> engines() {
  std::vector<std::pair<std::string, const EngineKind*>> list;
  for (const auto& entry : Registry<EngineKind>::instance().entries()) {
    list.emplace_back(entry.name, &entry.kind);
    if (entry.name != "tiled") continue;
    for (const auto& kernel : Registry<KernelKind>::instance().entries())
      if (kernel.kind.runs_blocks)
        for (const char* options : {"", ",depth=2", ",slices=2", ",depth=2,tiles=2,slices=3"})
          list.emplace_back("tiled:kernel=" + kernel.name + options, &entry.kind);
  }
  return list;
}

/// Null where the engine does not execute the network, has no trace, or is another one that it chose.
std::unique_ptr<Engine> engine_for(const LineDraw& draw, const Network& network, LayerSource* layers,
                                   const std::string& name, const EngineKind& kind) {
  try {
    auto engine =
        prepared_engine(network, layers, name, kind.orders.empty() ? draw.order : "by_target", draw.panel, draw.cache);
    return engine->opaque().empty() && engine->chosen().empty() ? std::move(engine) : nullptr;
  } catch (const Unsupported&) {
    return nullptr;
  }
}

TEST(LineDraws, ArePredictedToTheLineOrNotAtAll) {
  constexpr double least_bytes = 4 << 10;
  constexpr double most_bytes = 2 << 20;
  uint64_t compared = 0;
  uint64_t in_depth = 0;
  uint64_t in_tiles = 0;
  for (uint64_t item = 0; item < draws(); ++item) {
    const LineDraw draw = line_draw(item, least_bytes, most_bytes, {0, 0, 0, 1, 2, 3, 4, 6, 8, 12, 16});
    EXPECT_EQ(unpredictable(draw.cache).empty(), draw.cache.ways == 0 || draw.cache.ways >= 4) << draw.words();
    if (!unpredictable(draw.cache).empty()) continue;
    NetworkSource source = open_network(draw.network, "test");
    const auto* const layered = std::get_if<std::unique_ptr<LayerSource>>(&source);
    const Network network = flatten(source);
    if (network.connections() == 0) continue;
    for (const auto& [name, kind] : engines()) {
      const auto engine = engine_for(draw, network, layered == nullptr ? nullptr : layered->get(), name, *kind);
      if (engine == nullptr) continue;
      const LinePoint point = line_point(*engine, draw.inputs, draw.cache);
      EXPECT_EQ(static_cast<double>(point.predicted.misses), point.simulated.misses) << name << ' ' << draw.words();
      EXPECT_EQ(static_cast<double>(point.predicted.weight_misses), point.simulated.weight_misses)
          << name << ' ' << draw.words();
      EXPECT_EQ(static_cast<double>(point.predicted.write_backs), point.simulated.write_backs)
          << name << ' ' << draw.words();
      ++compared;
      in_depth += name.starts_with("tiled:") && engine->note().starts_with("depth first") ? 1 : 0;
      in_tiles += engine->cost().tiles > 0 ? 1 : 0;
    }
  }
  EXPECT_GE(compared, draws() * 2);
  EXPECT_GE(in_depth, draws() / 4);
  EXPECT_GE(in_tiles, draws() / 4);
}

}  // namespace
}  // namespace sparsio
