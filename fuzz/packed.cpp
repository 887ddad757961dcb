// layer: format
// packed: gzip and xz streams, found by their first bytes; what they unpack to is thrown away.
#include <array>

#include "disk/byte_stream.hpp"
#include "fuzz/memory_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return sparsio::read_or_refused(data, size, [](const std::string& path) {
    const auto stream = sparsio::open_text(path);
    std::array<char, 4096> block{};
    // A packed megabyte can be a terabyte unpacked; memory is what must stay bounded, not the fuzzer's patience.
    for (int blocks = 0; blocks < 4096 && stream->read(block.data(), block.size()) > 0; ++blocks) {
    }
  });
}
