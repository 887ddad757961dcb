// layer: format
// categories: published categories, plain or packed.
#include "format/shared/categories.hpp"

#include "fuzz/format_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return sparsio::read_or_refused(data, size, [](const std::string& path) {
    const auto categories = sparsio::read_categories(path);
    for (size_t k = 0; k < categories.size(); ++k)
      sparsio::must(categories[k] > 0 && (k == 0 || categories[k - 1] < categories[k]));
  });
}
