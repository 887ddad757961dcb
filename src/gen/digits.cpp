// digits: handwriting that comes with Debian's python3-sklearn, so that a real network can be run where no data can be
// fetched: 1797 images of 8 x 8 pixels, each 0 to 16, and behind them the digit that was meant.
// Every seventh image, from the first on, belongs to the part `test` (257 of them), the others to `train` (1540): the
// file comes writer by writer, so both parts know all hands, and the digits of a writer, which repeat every ten, are
// spread evenly. analysis/train_digits.py divides the images by the same rule.
// Source: E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten Digits (UCI, 1998), its test part.
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <filesystem>

#include "disk/text_reader.hpp"
#include "gen/generator.hpp"

namespace sparsio {
namespace {

constexpr std::string_view packaged = "/usr/lib/python3/dist-packages/sklearn/datasets/data/digits.csv.gz";
constexpr std::string_view remedy = "install python3-sklearn, or give path=FILE, its digits.csv.gz";
constexpr size_t pixels = 64;
constexpr uint32_t darkest = 16;
constexpr uint32_t classes = 10;
constexpr uint64_t test_stride = 7;

/// The pixels of an image, and its class last.
using Row = std::array<uint32_t, pixels + 1>;

Row parse_row(std::string_view line, const std::string& place) {
  Row row{};
  const char* at = line.data();
  const char* const end = at + line.size();
  for (size_t i = 0; i < row.size(); ++i) {
    const auto [after, error] = std::from_chars(at, end, row[i]);
    const bool is_last = i + 1 == row.size();
    if (error != std::errc() || (is_last ? after != end : after == end || *after != ','))
      throw BadInput(place, fmt::format("{} is no row of digits", printable(line)),
                     "give 64 pixels and the class, whole numbers apart by commas");
    const uint32_t largest = is_last ? classes - 1 : darkest;
    if (row[i] > largest)
      throw BadInput(place, fmt::format("{} {} is out of range", is_last ? "class" : "pixel", row[i]),
                     fmt::format("give at most {}", largest));
    at = after + 1;
  }
  return row;
}

std::string path_of(const Params& params) {
  const std::string& given = params.text("path");
  const std::string path = given.empty() ? std::string(packaged) : given;
  std::error_code error;
  if (std::filesystem::exists(path, error)) return path;
  const std::string what = fmt::format("no file '{}'", path);
  if (given.empty()) throw Unsupported(fmt::format("digits: {}; {}", what, remedy));
  throw BadInput("digits: path", what, std::string(remedy));
}

/// Shows `see` every row of the part that is asked for.
template <class See>
void read_rows(const Params& params, See&& see) {
  const std::string& part = params.text("part");
  TextReader text(path_of(params));
  bool is_empty = true;
  for (std::string_view line; text.next(line);) {
    const Row row = parse_row(line, text.place());
    const bool is_test = (text.line_number() - 1) % test_stride == 0;
    if (part != "all" && is_test != (part == "test")) continue;
    see(row);
    is_empty = false;
  }
  if (is_empty) throw BadInput(text.path(), fmt::format("no row of the part '{}'", part), std::string(remedy));
}

Inputs make(const Params& params, uint32_t width) {
  if (width != 0 && width != pixels)
    throw BadInput("digits", fmt::format("{} pixels an image, but the network has {} inputs", pixels, width),
                   fmt::format("give a network of {} inputs", pixels));
  const auto scale = static_cast<float>(params.real("scale"));
  Inputs inputs;
  inputs.width = pixels;
  inputs.origin = "file";
  read_rows(params, [&](const Row& row) {
    for (size_t i = 0; i < pixels; ++i) inputs.values.push_back(static_cast<float>(row[i]) * scale);
    ++inputs.count;
  });
  return inputs;
}

std::vector<uint32_t> labels(const Params& params) {
  std::vector<uint32_t> meant;
  read_rows(params, [&](const Row& row) { meant.push_back(row.back()); });
  return meant;
}

const Register<InputKind> registered{
    {"1797 handwritten digits of 8 x 8 pixels, with their classes, from Debian's python3-sklearn",
     {{"part", Type::text, "all", "test: every seventh row from the first on, 257; train: the other 1540; or all",
       one_of("all train test")},
      {"scale", Type::real, "0.0625", "what the pixels, 0 to 16, are multiplied with", between(1e-6, 1e6)},
      {"path", Type::text, "", "digits.csv.gz; empty: where the package puts it"}},
     make,
     labels}};

}  // namespace
}  // namespace sparsio
