#include <stdexcept>

#include "exec/kernel/kernel.hpp"
#include "exec/walk/data_parallel.hpp"

namespace sparsio {

void RowKernel::forward_bits(const uint64_t*, uint32_t, float*, uint32_t, uint32_t) const {
  throw std::logic_error("a kernel of a kind that reads no bits was given bits");
}

RegisterKernel::RegisterKernel(KernelKind kind, std::string_view engine, const char* file) {
  const std::string name = file_stem(file);
  EngineKind over = engine_over(kind);
  const std::string engine_name(engine.empty() ? name : engine);
  over.make = [name, engine_name](const Params& params) {
    return data_parallel(engine_name, Registry<KernelKind>::instance().find(name, "engine").kind, params);
  };
  Registry<EngineKind>::instance().add(std::move(over), engine_name + ".cpp");
  Registry<KernelKind>::instance().add(std::move(kind), file);
}

}  // namespace sparsio
