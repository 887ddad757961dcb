#include "record/seal.hpp"

#include "file/byte_stream.hpp"
#include "file/digest.hpp"
#include "plugin/error.hpp"

namespace sparsio {
namespace {

constexpr std::string_view name = "sparsio-xxh3-64 ";
constexpr size_t seal_bytes = name.size() + 16 + 1;

std::string whole_file(const std::string& path) {
  const auto file = open_packed(path);
  std::string bytes;
  std::string block(size_t{1} << 16, '\0');
  while (const size_t got = file->read(block.data(), block.size())) bytes.append(block, 0, got);
  return bytes;
}

}  // namespace

std::string seal(std::string_view bytes) {
  return std::string(name) + short_digest(bytes) + "\n";
}

void check_seal(const std::string& path) {
  const std::string bytes = whole_file(path);
  if (bytes.size() < seal_bytes) return;
  const std::string_view last = std::string_view(bytes).substr(bytes.size() - seal_bytes);
  if (!last.starts_with(name) || last.back() != '\n') return;
  if (last != seal(std::string_view(bytes).substr(0, bytes.size() - seal_bytes)))
    throw BadInput(path, "damaged: its bytes are not those that were written", "restore it or give another file");
}

}  // namespace sparsio
