#include "disk/seal.hpp"

#include <fstream>

#include "base/error.hpp"
#include "disk/byte_stream.hpp"
#include "disk/digest.hpp"

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

bool begins_and_ends_as_seal(std::string_view last) {
  return last.size() == seal_bytes && last.starts_with(name) && last.back() == '\n';
}

}  // namespace

std::string seal(std::string_view bytes) {
  return std::string(name) + short_digest(bytes) + "\n";
}

void check_seal(const std::string& path) {
  const std::string bytes = whole_file(path);
  if (bytes.size() < seal_bytes) return;
  const std::string_view last = std::string_view(bytes).substr(bytes.size() - seal_bytes);
  if (!begins_and_ends_as_seal(last)) return;
  if (last != seal(std::string_view(bytes).substr(0, bytes.size() - seal_bytes)))
    throw BadInput(path, "damaged: its bytes are not those that were written", "restore it or give another file");
}

bool is_sealed(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string last(seal_bytes, '\0');
  return file.seekg(-static_cast<std::streamoff>(seal_bytes), std::ios::end) &&
         file.read(last.data(), static_cast<std::streamsize>(seal_bytes)) && begins_and_ends_as_seal(last);
}

void spare_results(const std::string& path) {
  if (is_sealed(path))
    throw BadInput(path, "holds results of Sparsio, which would be lost", "give another path, or remove it first");
}

}  // namespace sparsio
