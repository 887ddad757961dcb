// layer: format
// h5: our HDF5 form, checksum and all: nothing that the checksum does not cover reaches the library.
#include "fuzz/format_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return sparsio::fuzz_network("h5", {}, data, size);
}
