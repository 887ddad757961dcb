// layer: format
// csv: comma-separated inputs.
#include "fuzz/format_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return sparsio::fuzz_inputs("csv", 0, data, size);
}
