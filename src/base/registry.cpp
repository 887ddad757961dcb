#include "base/registry.hpp"

#include <cstdio>
#include <cstdlib>

namespace sparsio {

std::string file_stem(std::string_view file) {
  const size_t slash = file.find_last_of('/');
  if (slash != std::string_view::npos) file.remove_prefix(slash + 1);
  return std::string(file.substr(0, file.find('.')));
}

void duplicate_plugin(std::string_view kind, std::string_view name, std::string_view first, std::string_view second) {
  std::fprintf(stderr, "sparsio: two plug-ins of kind '%s' are named '%s': %s and %s\n", std::string(kind).c_str(),
               std::string(name).c_str(), std::string(first).c_str(), std::string(second).c_str());
  std::abort();
}

}  // namespace sparsio
