// layer: format
// tsv_network: a Graph Challenge layer of 16 neurons, plain or packed.
#include "fuzz/format_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return sparsio::fuzz_network("tsv", {{"neurons", "16"}, {"bias", "-0.3"}}, data, size);
}
