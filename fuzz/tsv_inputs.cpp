// layer: format
// tsv_inputs: Graph Challenge images of 20 pixels, plain or packed.
#include "fuzz/format_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return sparsio::fuzz_inputs("tsv", 20, data, size);
}
