// layer: run
// journal: lines that the fuzzer makes, each behind its right checksum, after a header: what could be believed is.
#include "record/journal.hpp"

#include <algorithm>

#include "disk/digest.hpp"
#include "fuzz/memory_file.hpp"
#include "run/schema.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string sealed;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    sealed += sparsio::short_digest(line) + " " + std::string(line) + "\n";
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
  }
  return sparsio::read_or_refused(reinterpret_cast<const uint8_t*>(sealed.data()), sealed.size(),
                                  [](const std::string& path) { sparsio::read_journal(path, sparsio::run_schema()); });
}
