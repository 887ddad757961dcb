// layer: format
// npz: zip archives of numpy's arrays as inputs.
#include "fuzz/format_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return sparsio::fuzz_inputs("npz", 0, data, size);
}
