#include "cli/shared/apart.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "base/error.hpp"

namespace sparsio {

void check_apart(const std::string& out, const std::vector<std::string>& read, const std::string& place) {
  namespace fs = std::filesystem;
  const std::string above = fs::path(out).parent_path().string();
  const std::string folder = above.empty() ? "." : above;
  std::error_code error;
  for (const std::string& path : read) {
    const bool is_it = fs::equivalent(path, out, error);
    const bool is_around = fs::is_directory(path, error) && fs::equivalent(path, folder, error);
    if (is_it || is_around)
      throw BadInput(place, fmt::format("'{}' is, or is in, what is read", out), "give another path");
  }
}

}  // namespace sparsio
