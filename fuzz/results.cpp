// layer: run
// results: a results file, its last line and all. What carries no checksum (another program has changed the file) is
// the HDF5 library's own business and left out; see results_sealed.
#include "record/results.hpp"

#include "fuzz/memory_file.hpp"
#include "run/schema.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (bytes.rfind("sparsio-xxh3-64 ") == std::string_view::npos || bytes.back() != '\n') return -1;
  return sparsio::read_or_refused(data, size,
                                  [](const std::string& path) { sparsio::read_results(path, sparsio::run_schema()); });
}
