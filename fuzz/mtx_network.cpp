// layer: format
// mtx_network: Matrix Market as a network, whatever shape it says it has.
#include "fuzz/format_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return sparsio::fuzz_network("mtx", {}, data, size);
}
