// data_parallel: every thread has the whole network and takes panels of inputs; the option says how rows are computed.
// Over csr it is the engine csr; a kernel with options of its own takes them there. Over twins it is what twin_tiles
// was before that ran layers in depth (tiled).
#include "exec/kernel/kernel.hpp"

namespace sparsio {
namespace {

const KernelKind& kernel_of(const Params& params) {
  return Registry<KernelKind>::instance().find(params.text("kernel"), "engine: data_parallel: kernel").kind;
}

void check_kernel(const std::string& value, const std::string& place) {
  Registry<KernelKind>::instance().find(value, place);
}

const Register<EngineKind> registered{
    {.summary = "every thread the whole network and panels of inputs, over a kernel (list kernels)",
     .options = {{"kernel", Type::text, "csr", "how the rows of a layer are computed", checked_by(check_kernel)}},
     .make = [](const Params& params) -> std::unique_ptr<Engine> {
       const KernelKind& kernel = kernel_of(params);
       return data_parallel("data_parallel", kernel, Params(kernel.options, {}, "data_parallel"));
     },
     .orders = {"by_target"},
     .tracks = {Track::general, Track::structure, Track::value, Track::structure_value},
     .with =
         [](const Params& params) {
           const KernelKind& kernel = kernel_of(params);
           EngineKind kind = engine_over(kernel);
           if (kernel.best_panel != nullptr)  // which has its defaults here
             kind.best_panel = [&kernel](double density, const Params&) {
               return kernel.best_panel(density, Params(kernel.options, {}, "data_parallel"));
             };
           kind.make = Registry<EngineKind>::instance().find("data_parallel", "engine").kind.make;
           return kind;
         }}};

}  // namespace
}  // namespace sparsio
