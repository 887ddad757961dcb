// layer: run
// config: a sweep's TOML with the keys and plug-ins that the program knows.
#include "config/sweep.hpp"
#include "fuzz/memory_file.hpp"
#include "run/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return sparsio::read_or_refused(data, size,
                                  [](const std::string& path) { sparsio::read_sweep(path, {}, sparsio::check_value); });
}
