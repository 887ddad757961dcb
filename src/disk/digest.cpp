#include "disk/digest.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <xxhash.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <new>
#include <vector>

#include "base/error.hpp"
#include "disk/byte_stream.hpp"

namespace sparsio {
namespace {

namespace fs = std::filesystem;
constexpr size_t block_bytes = size_t{1} << 20;

struct FreeState {
  void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
};

std::string hex(const unsigned char* bytes, size_t size) {
  return fmt::format("{:02x}", fmt::join(bytes, bytes + size, ""));
}

std::string hex(XXH128_hash_t hash) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, hash);
  return hex(canonical.digest, sizeof canonical.digest);
}

class Hasher {
 public:
  Hasher() : state_(XXH3_createState()), block_(block_bytes) {
    if (!state_) throw std::bad_alloc();
    XXH3_128bits_reset(state_.get());
  }

  void add(std::string_view bytes) { XXH3_128bits_update(state_.get(), bytes.data(), bytes.size()); }

  /// The bytes of a file; returns how many.
  uint64_t add_file(const std::string& path) {
    const auto file = open_packed(path);
    uint64_t total = 0;
    while (const size_t got = file->read(block_.data(), block_.size())) {
      add({block_.data(), got});
      total += got;
    }
    return total;
  }

  std::string result() const { return hex(XXH3_128bits_digest(state_.get())); }

 private:
  std::unique_ptr<XXH3_state_t, FreeState> state_;
  std::vector<char> block_;
};

/// Names of the files below `folder` + `within`, relative to `folder`. `above` are the folders that lead here, as the
/// disk knows them: meeting one again is a loop of links.
void collect(const fs::path& folder, const std::string& within, std::vector<fs::path>& above,
             std::vector<std::string>& names) {
  const fs::path here = folder / within;
  std::error_code error;
  const fs::path real = fs::canonical(here, error);
  if (!error && std::find(above.begin(), above.end(), real) != above.end())
    throw BadInput(here.string(), "the folder contains itself through a symbolic link", "remove the link");
  above.push_back(real);
  fs::directory_iterator entry(here, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const std::string name = within + entry->path().filename().string();
    if (entry->is_directory(error))
      collect(folder, name + "/", above, names);
    else
      names.push_back(name);
  }
  if (error) throw BadInput(here.string(), "cannot be listed: " + error.message());
  above.pop_back();
}

std::string digest_folder(const std::string& path) {
  std::vector<fs::path> above;
  std::vector<std::string> names;
  collect(path, "", above, names);
  std::sort(names.begin(), names.end());
  Hasher hasher;
  for (const std::string& name : names) {
    hasher.add(name);
    hasher.add({"\0", 1});
    const uint64_t bytes = hasher.add_file(fs::path(path) / name);
    hasher.add(fmt::format("/{}\n", bytes));  // a file's end cannot be mistaken for the next one's name
  }
  return hasher.result();
}

}  // namespace

std::string digest(std::string_view bytes) {
  return hex(XXH3_128bits(bytes.data(), bytes.size()));
}

std::string short_digest(std::string_view bytes) {
  XXH64_canonical_t canonical;
  XXH64_canonicalFromHash(&canonical, XXH3_64bits(bytes.data(), bytes.size()));
  return hex(canonical.digest, sizeof canonical.digest);
}

std::string digest_path(const std::string& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) return digest_folder(path);
  Hasher hasher;
  hasher.add_file(path);
  return hasher.result();
}

}  // namespace sparsio
