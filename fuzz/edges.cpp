// layer: file
// edges: a network as a list of connections.
#include "fuzz/format_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return sparsio::fuzz_network("edges", {}, data, size);
}
