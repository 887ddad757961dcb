// tiled: blocks of layers run depth first, over a kernel; every thread has the whole network and takes panels of
// inputs. Where few values are alive at once the window of a block stays in a core's L2 (net/windowed_schedule); where
// it would not, layers are run one by one, in an order in which neighbours share sources. data_parallel over the same
// kernel gives the same bits. twin_tiles is this over twins.
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

const Register<EngineKind> registered{
    {.summary = "layers in depth: blocks of layers whose values stay in a cache, over a kernel",
     .options = {{"kernel", Type::text, "twins", "how rows are computed: csr or twins", checked_by(check_kernel)},
                 {"depth", Type::integer, "0", "layers of a block; 0: as many as L2 holds the values of"}},
     .make = [](const Params& params) -> std::unique_ptr<Engine> {
       const KernelKind& kernel = kernel_of(params);
       return depth_first_parallel("tiled", kernel, Params(kernel.options, {}, "tiled"),
                                   static_cast<uint32_t>(params.count("depth")));
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
