// layer: run
// results_sealed: a results file with a right checksum put behind whatever the fuzzer made, so that the HDF5 library
// itself reads it. Only for runs by hand: like h5_sealed it finds the bugs of the installed library too.
#include "disk/seal.hpp"
#include "fuzz/memory_file.hpp"
#include "record/results.hpp"
#include "run/schema.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  bytes += sparsio::seal(bytes);
  return sparsio::read_or_refused(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size(),
                                  [](const std::string& path) { sparsio::read_results(path, sparsio::run_schema()); });
}
