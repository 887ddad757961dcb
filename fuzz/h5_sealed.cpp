// layer: format
// h5_sealed: our HDF5 form with a right checksum put behind whatever the fuzzer made, so that the HDF5 library itself
// reads it. Only for runs by hand: it finds the bugs of the installed library too, which the checksum keeps from users
// unless a file was forged.
#include "format/h5/array_file.hpp"
#include "fuzz/format_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  bytes += sparsio::array_file_seal(bytes);
  return sparsio::fuzz_network("h5", {}, reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
}
