// layer: gen
// digits: rows of 64 pixels and a class, plain or packed.
#include <algorithm>
#include <cstdlib>

#include "fuzz/memory_file.hpp"
#include "gen/generator.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return sparsio::read_or_refused(data, size, [](const std::string& path) {
    using namespace sparsio;
    static const InputKind& digits = Registry<InputKind>::instance().find("digits", "fuzz").kind;
    const Params params(digits.options, {{"path", path}, {"scale", "1"}}, "fuzz");
    const Inputs inputs = digits.make(params, 64);
    const std::vector<uint32_t> labels = digits.labels(params);
    const auto is_pixel = [](float value) { return value >= 0 && value <= 16; };
    const auto is_class = [](uint32_t label) { return label < 10; };
    if (inputs.count == 0 || labels.size() != inputs.count || inputs.values.size() != 64 * inputs.count ||
        !std::all_of(inputs.values.begin(), inputs.values.end(), is_pixel) ||
        !std::all_of(labels.begin(), labels.end(), is_class))
      std::abort();
  });
}
