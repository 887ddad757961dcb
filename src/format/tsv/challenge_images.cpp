#include "format/tsv/challenge_images.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "format/shared/row_reader.hpp"
#include "format/shared/row_writer.hpp"

namespace sparsio {
namespace {

/// Images as lines arrive. The bits say which pixels had a line; the values come into being at the first that is not 1.
class ImageBuilder {
 public:
  ImageBuilder(const std::string& path, uint32_t width) : path_(path) {
    inputs_.width = width;
    inputs_.origin = "file";
  }

  void set(const Row& row, uint64_t line) {
    if (row.first >= inputs_.count) grow(row.first + uint64_t{1});
    uint8_t& byte = inputs_.bits[row.first * inputs_.row_bytes() + row.second / 8];
    const auto bit = static_cast<uint8_t>(0x80U >> (row.second % 8));
    if (byte & bit)
      throw BadInput(line_place(path_, line),
                     fmt::format("pixel {} of image {} stands twice", row.second + 1, row.first + 1), "give it once");
    if (row.value != 1 && !has_values_) unpack();
    byte = static_cast<uint8_t>(byte | bit);
    if (has_values_) inputs_.values[row.first * inputs_.width + row.second] = row.value;
  }

  void grow(uint64_t count) {
    inputs_.count = count;
    inputs_.bits.resize(count * inputs_.row_bytes(), 0);
    if (has_values_) inputs_.values.resize(count * inputs_.width, 0);
  }

  Inputs take() {
    if (has_values_) inputs_.bits = {};
    return std::move(inputs_);
  }

 private:
  void unpack() {
    std::vector<float> values(inputs_.count * inputs_.width);
    for (uint64_t i = 0; i < inputs_.count; ++i)
      for (uint32_t n = 0; n < inputs_.width; ++n) values[i * inputs_.width + n] = inputs_.at(i, n);
    inputs_.values = std::move(values);
    has_values_ = true;
  }

  std::string path_;
  Inputs inputs_;
  bool has_values_ = false;
};

/// How many images of `width` pixels a file of so many lines may have without being asked.
uint64_t proportionate(uint64_t lines, uint32_t width) {
  return (uint64_t{1} << 23) / width + 2 * lines + 1;
}

}  // namespace

Inputs read_images(const std::string& path, uint32_t width, uint64_t count) {
  RowReader rows(path, {"image", "pixel", "value", UINT32_MAX, width});
  struct Waiting {
    Row row;
    uint64_t line;
  };
  std::vector<Waiting> waiting;
  ImageBuilder builder(path, width);
  if (count > 0) builder.grow(count);
  Row row{};
  while (rows.next(row)) {
    const uint64_t line = rows.text().line_number();
    if (count > 0 && row.first >= count) continue;
    if (count > 0 || row.first < proportionate(line, width))
      builder.set(row, line);
    else
      waiting.push_back({row, line});
  }
  const uint64_t lines = rows.text().line_number();
  if (lines == 0) throw BadInput(path, "the file is empty", "give a line 'image pixel 1' for each pixel that is set");
  for (const Waiting& late : waiting) {
    if (late.row.first >= proportionate(lines, width))
      throw BadInput(line_place(path, late.line),
                     fmt::format("image {} in a file of {} lines", late.row.first + uint64_t{1}, lines),
                     "say how many images there are with count=");
    builder.set(late.row, late.line);
  }
  return builder.take();
}

void write_images(const Inputs& inputs, const std::string& path) {
  RowWriter rows(path);
  NumberText text(NumberText::Style::shortest);
  if (!inputs.is_packed()) {
    for (uint32_t pixel = 0; pixel < inputs.width; ++pixel)
      for (uint64_t image = 0; image < inputs.count; ++image)
        if (const float value = inputs.at(image, pixel); value != 0)
          rows.write(static_cast<uint32_t>(image), pixel, text.of(value));
  }
  // Packed: a column of bytes is gathered once for its eight pixels.
  std::vector<uint8_t> column(inputs.count);
  for (uint64_t byte = 0; inputs.is_packed() && byte < inputs.row_bytes(); ++byte) {
    for (uint64_t image = 0; image < inputs.count; ++image)
      column[image] = inputs.bits[image * inputs.row_bytes() + byte];
    for (uint32_t bit = 0; bit < 8; ++bit)
      for (uint64_t image = 0; image < inputs.count; ++image)
        if ((column[image] >> (7 - bit)) & 1)
          rows.write(static_cast<uint32_t>(image), static_cast<uint32_t>(8 * byte + bit), "1");
  }
  rows.finish();
}

}  // namespace sparsio
