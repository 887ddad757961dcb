// bits: 0/1 inputs as they lie in memory, a row an input, most significant bit first, rows padded to whole bytes.
// The file does not say its width; the network does. What can be checked is checked: the size is a whole number of rows
// and the padding is zero. Packed as .gz or .xz by the ending; the whole file is unpacked even when only the first
// `count` rows are kept, so that a truncated file or a wrong width never passes.

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "disk/byte_stream.hpp"
#include "format/format.hpp"

namespace sparsio {
namespace {

constexpr size_t block_bytes = size_t{1} << 16;

const Options options{{"count", Type::integer, "0", "how many inputs to read; 0: all"}};

void check_padding(const Inputs& inputs, const std::string& path) {
  if (const auto row = row_with_set_padding(inputs))
    throw BadInput(path,
                   fmt::format("input {}, byte {}: a bit beyond the {} of a row is set", *row + 1,
                               (*row + 1) * inputs.row_bytes() - 1, inputs.width),
                   "give the width that the file was written with");
}

Inputs read_inputs(const std::string& path, uint32_t width, const Params& params) {
  if (width == 0)
    throw BadInput(path, "a .bits file does not say how wide a row is",
                   "give its network, or --width N to sparsio convert");
  const uint64_t count = params.count("count");
  Inputs inputs{0, width, {}, {}, "file"};
  const uint64_t kept = count == 0 || count > UINT64_MAX / inputs.row_bytes() ? UINT64_MAX : count * inputs.row_bytes();
  const auto stream = open_bytes(path);
  std::vector<char> block(block_bytes);
  uint64_t total = 0;
  while (const size_t got = stream->read(block.data(), block.size())) {
    total += got;
    const auto room = static_cast<int64_t>(std::min<uint64_t>(got, kept - inputs.bits.size()));
    inputs.bits.insert(inputs.bits.end(), block.begin(), block.begin() + room);
  }
  if (total == 0) throw BadInput(path, "the file is empty", "give packed input bits");
  if (total % inputs.row_bytes() != 0)
    throw BadInput(
        path,
        fmt::format("{} bytes are no whole number of rows of {} bytes ({} bits)", total, inputs.row_bytes(), width),
        "give the width that the file was written with");
  const uint64_t rows = total / inputs.row_bytes();
  if (count > rows) throw BadInput(path, fmt::format("{} inputs, not {}", rows, count), "give count= up to that");
  inputs.count = count == 0 ? rows : count;
  check_padding(inputs, path);
  return inputs;
}

void write_inputs(const Inputs& inputs, const std::string& path) {
  if (!inputs.is_packed()) throw BadInput(path, "the inputs are not all 0 or 1", "write them as .tsv");
  const auto sink = open_sink(path);
  sink->write({reinterpret_cast<const char*>(inputs.bits.data()), inputs.bits.size()});
  sink->finish();
}

const Register<FormatKind> registered{{"packed input bits, rows padded to bytes, most significant bit first",
                                       options,
                                       {".bits", ".bits.gz", ".bits.xz"},
                                       nullptr,
                                       read_inputs,
                                       nullptr,
                                       write_inputs}};

}  // namespace
}  // namespace sparsio
