// layer: format
// edges: a network as a list of connections. One input in eight may name any neuron, which costs memory up to the
// reader's limit; the others at most 300, which is quick.
#include "fuzz/format_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size % 8 == 0) return sparsio::fuzz_network<0>("edges", {}, data, size);
  return sparsio::fuzz_network<1>("edges", {{"neurons", "300"}}, data, size);
}
