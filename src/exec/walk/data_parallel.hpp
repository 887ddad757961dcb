// data_parallel: the walk in which every worker has all layers and takes panels of inputs, over kernels of any kind.
#pragma once

#include <string>

#include "exec/kernel/kernel.hpp"

namespace sparsio {

/// `name` is what the engine is called where it refuses a plan. The kernel's options are `params`.
std::unique_ptr<Engine> data_parallel(std::string_view name, const KernelKind& kernel, const Params& params);

/// What data_parallel over `kernel` is, but for how it is made.
EngineKind engine_over(const KernelKind& kernel);

}  // namespace sparsio
