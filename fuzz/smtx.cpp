// layer: format
// smtx: the pattern of a layer.
#include "fuzz/format_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return sparsio::fuzz_network("smtx", {}, data, size);
}
