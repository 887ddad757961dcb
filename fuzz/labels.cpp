// layer: format
// labels: the same bytes as a .npy and as a .txt, which the ending tells apart.
#include "format/labels.hpp"

#include <filesystem>

#include "fuzz/format_reader.hpp"

namespace {

/// A name with an ending for the file in memory.
class NamedLink {
 public:
  explicit NamedLink(const std::string& ending)
      : path_(std::filesystem::temp_directory_path() / ("sparsio-fuzz-" + std::to_string(getpid()) + ending)) {}
  NamedLink(const NamedLink&) = delete;
  NamedLink& operator=(const NamedLink&) = delete;
  ~NamedLink() {
    std::error_code error;
    std::filesystem::remove(path_, error);
  }
  std::string to(const std::string& target) {
    if (target_ != target) {
      std::filesystem::remove(path_);
      std::filesystem::create_symlink(target, path_);
      target_ = target;
    }
    return path_.string();
  }

 private:
  std::filesystem::path path_;
  std::string target_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static NamedLink npy(".npy");
  static NamedLink txt(".txt");
  for (NamedLink* link : {&npy, &txt})
    sparsio::read_or_refused(
        data, size, [&](const std::string& path) { sparsio::must(!sparsio::read_labels(link->to(path)).empty()); });
  return 0;
}
