// layer: format
// bits: packed input bits of 13 neurons.
#include "fuzz/format_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return sparsio::fuzz_inputs("bits", 13, data, size);
}
