// tiled: blocks of layers run depth first, over a kernel; every thread has the whole network and takes panels of
// inputs. Where few values are alive at once the window of a block stays in a core's L2 (net/windowed_schedule); where
// it would not, layers are run one by one, in an order in which neighbours share sources. data_parallel over the same
// kernel gives the same bits. twin_tiles is this over twins.
//
// With slices, tiles or model_threads a panel is cut in slices and a block in tiles (exec/walk/tile_run): a thread
// keeps the weights of a tile in its L2 for all slices of its panel, and where model_threads share one, tiles wait for
// each other by flags (weak) or all for all (barrier).
#include "exec/kernel/kernel.hpp"

namespace sparsio {
namespace {

const KernelKind& kernel_of(const Params& params) {
  return Registry<KernelKind>::instance().find(params.text("kernel"), "engine: tiled: kernel").kind;
}

void check_kernel(const std::string& value, const std::string& place) {
  std::string able;
  for (const auto& entry : Registry<KernelKind>::instance().entries())
    if (entry.kind.runs_blocks) able += (able.empty() ? "" : " ") + entry.name;
  if (!Registry<KernelKind>::instance().find(value, place).kind.runs_blocks)
    throw BadInput(place, "the kernel " + value + " runs layer by layer", "have: " + able);
}

Tiling tiling_of(const Params& params) {
  Tiling tiling;
  const auto number = [&](const char* option) { return static_cast<uint32_t>(params.count(option)); };
  tiling.depth = number("depth");
  tiling.tiles = number("tiles");
  tiling.slices = number("slices");
  tiling.model_threads = number("model_threads");
  const std::string sync = params.text("sync");
  tiling.sync = sync == "weak" ? TileSync::weak : sync == "barrier" ? TileSync::barrier : TileSync::none;
  tiling.partitioner = params.text("partitioner");
  if (tiling.model_threads > 1 && tiling.sync == TileSync::none)
    throw BadInput("engine: tiled: sync", "none, and model_threads share a panel, whose tiles wait for each other",
                   "take sync=weak or sync=barrier");
  return tiling;
}

constexpr Allowed from_one_on = between(1, UINT32_MAX);
constexpr Allowed below_2_32 = between(0, UINT32_MAX);

const Register<EngineKind> registered{
    {.summary = "layers in depth: blocks of layers whose values stay in a cache, over a kernel",
     .options = {{"kernel", Type::text, "twins", "how rows are computed: csr or twins", checked_by(check_kernel)},
                 {"depth", Type::integer, "0", "layers of a block; 0: as many as L2 holds the values of", below_2_32},
                 {"tiles", Type::integer, "0", "of a block of layers; 0: L2 has room for the weights of one",
                  below_2_32, 4},
                 {"slices", Type::integer, "1", "of a panel, whole cache lines of columns", from_one_on, 4},
                 {"model_threads", Type::integer, "1", "threads that share a panel", from_one_on, 4},
                 {"sync", Type::text, "none", "how they wait for each other", one_of("none weak barrier"), 4},
                 {"partitioner", Type::text, "sequence", "tiles: runs of the depth-first sequence, or a partitioner's",
                  checked_by(check_tile_partitioner), 4}},
     .make = [](const Params& params) -> std::unique_ptr<Engine> {
       const KernelKind& kernel = kernel_of(params);
       return depth_first_parallel("tiled", kernel, Params(kernel.options, {}, "tiled"), tiling_of(params));
     },
     .orders = {"by_target"},
     .tracks = {Track::general, Track::structure, Track::value, Track::structure_value},
     .with =
         [](const Params& params) {
           EngineKind kind = engine_over(kernel_of(params));
           kind.make = Registry<EngineKind>::instance().find("tiled", "engine").kind.make;
           return kind;
         }}};

}  // namespace
}  // namespace sparsio
