// layer: format
// npy: numpy's arrays as inputs.
#include "fuzz/format_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return sparsio::fuzz_inputs("npy", 0, data, size);
}
