#include "format/labels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/error.hpp"
#include "disk/text_reader.hpp"
#include "format/shared/npy.hpp"

namespace sparsio {
namespace {

std::string element_place(const std::string& path, uint64_t element) {
  return fmt::format("{}: label {}", path, element + 1);
}

uint32_t class_of(double value, const std::string& path, uint64_t element) {
  if (value >= 0 && value <= UINT32_MAX && value == std::floor(value)) return static_cast<uint32_t>(value);
  throw BadInput(element_place(path, element), fmt::format("{} is no class", value),
                 "classes are whole numbers from 0");
}

std::vector<uint32_t> read_npy(const std::string& path) {
  NpyReader reader(path);
  const auto& shape = reader.header().shape;
  if (shape.size() != 1 && (shape.size() != 2 || shape[1] != 1))
    throw BadInput(path, fmt::format("labels of shape {}; an input has one class", shape_text(shape)),
                   shape.size() == 2 ? "if they are one-hot, save numpy.argmax(L, axis=1)" : "save one class an input");
  std::vector<uint32_t> labels;
  labels.reserve(reader.header().values);
  std::array<double, 4096> values;
  while (const size_t got = reader.next(values))
    for (size_t k = 0; k < got; ++k) labels.push_back(class_of(values[k], path, labels.size()));
  return labels;
}

std::string_view trimmed(std::string_view line) {
  line = line.substr(0, line.find('#'));
  const size_t first = line.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(" \t") + 1 - first);
}

/// Whole numbers, also as numpy.savetxt writes them: 3.000000000000000000e+00.
std::vector<uint32_t> read_text(const std::string& path) {
  TextReader text(path);
  std::vector<uint32_t> labels;
  std::string_view line;
  while (text.next(line)) {
    const std::string_view word = trimmed(line);
    if (word.empty()) continue;
    double value = 0;
    const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    const bool is_class = error == std::errc() && stop == word.data() + word.size() && value >= 0 &&
                          value <= UINT32_MAX && value == std::floor(value);
    if (!is_class)
      throw BadInput(text.place(), printable(word) + " is no class", "give one whole number from 0 a line");
    labels.push_back(static_cast<uint32_t>(value));
  }
  return labels;
}

}  // namespace

std::vector<uint32_t> read_labels(const std::string& path) {
  const bool is_npy = path.ends_with(".npy");
  if (!is_npy && !path.ends_with(".txt"))
    throw BadInput(path, "labels end in .npy or .txt", "save them with numpy.save, or one class a line");
  std::vector<uint32_t> labels = is_npy ? read_npy(path) : read_text(path);
  if (labels.empty()) throw BadInput(path, "holds no label", "give one class an input");
  return labels;
}

}  // namespace sparsio
