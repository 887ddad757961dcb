#include "format/outputs.hpp"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <stdexcept>

#include "base/error.hpp"
#include "disk/atomic_file.hpp"
#include "disk/byte_stream.hpp"
#include "disk/seal.hpp"
#include "disk/text_reader.hpp"
#include "format/h5/array_file.hpp"
#include "format/shared/csv_numbers.hpp"
#include "format/shared/npy.hpp"

namespace sparsio {
namespace {

constexpr size_t npy_alignment = 192;  // by which a .npy of ours is known
constexpr size_t block_bytes = size_t{1} << 18;

void write_npy(const std::string& path, uint64_t rows, uint32_t columns, std::span<const float> values) {
  const auto sink = open_sink(path);
  sink->write(npy_header("<f4", rows, columns, npy_alignment));
  sink->write({reinterpret_cast<const char*>(values.data()), values.size_bytes()});
  sink->finish();
}

void write_h5(const std::string& path, uint64_t rows, uint32_t columns, std::span<const float> values) {
  ArrayWriter arrays(path);
  arrays.fact("program", std::string_view("sparsio"));
  arrays.fact("holds", std::string_view("outputs"));
  arrays.fact("version", uint64_t{1});
  arrays.fact("count", rows);
  arrays.fact("width", uint64_t{columns});
  arrays.matrix("outputs", rows, columns, values);
  arrays.finish();
}

void write_csv(const std::string& path, uint64_t rows, uint32_t columns, std::span<const float> values) {
  const auto sink = open_sink(path);
  std::string block;
  for (uint64_t r = 0; r < rows; ++r) {
    for (uint32_t c = 0; c < columns; ++c) append_csv_number(values[r * columns + c], c == 0 ? "" : ",", block);
    block += '\n';
    if (block.size() < block_bytes) continue;
    sink->write(block);
    block.clear();
  }
  sink->write(block);
  sink->finish();
}

bool is_our_npy(const std::string& path) {
  const NpyReader reader(path);
  return reader.header().type == "<f4" && reader.header().first_byte % npy_alignment == 0;
}

bool is_our_h5(const std::string& path) {
  return ArrayReader(path).text("holds") == "outputs";
}

/// The first line tells.
bool is_our_csv(const std::string& path) {
  TextReader text(path);
  std::string_view line;
  if (!text.next(line)) return false;
  while (true) {
    const size_t comma = line.find(',');
    const std::string_view field = line.substr(0, comma);
    float value = 0;
    const auto [stop, error] = std::from_chars(field.data(), field.data() + field.size(), value);
    std::string ours;
    append_csv_number(value, "", ours);
    if (error != std::errc() || stop != field.data() + field.size() || field != ours) return false;
    if (comma == std::string_view::npos) return true;
    line.remove_prefix(comma + 1);
  }
}

struct OutputForm {
  std::string_view ending;
  void (*write)(const std::string& path, uint64_t rows, uint32_t columns, std::span<const float> values);
  bool (*is_ours)(const std::string& path);  // false, or BadInput, for anything else
};
constexpr OutputForm forms[] = {
    {".npy", write_npy, is_our_npy}, {".h5", write_h5, is_our_h5}, {".csv", write_csv, is_our_csv}};

const OutputForm& form_of(const std::string& path) {
  for (const OutputForm& form : forms)
    if (path.ends_with(form.ending)) return form;
  throw BadInput(path, "outputs end in .npy, .h5 or .csv", "give such a path");
}

bool holds_outputs(const OutputForm& form, const std::string& path) {
  try {
    return form.is_ours(path);
  } catch (const BadInput&) {
    return false;
  }
}

}  // namespace

void check_outputs_path(const std::string& path) {
  const OutputForm& form = form_of(path);
  const AtomicFile probe(path);  // refuses what cannot be written, and leaves nothing
  spare_results(path);
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (!error && size > 0 && !holds_outputs(form, path))
    throw BadInput(path, "is there already and does not hold outputs, it would be lost",
                   "give another path, or remove it first");
}

void write_outputs(const std::string& path, uint64_t rows, uint32_t columns, std::span<const float> values) {
  if (values.size() != rows * columns)
    throw std::logic_error(fmt::format("{} values are not {} x {} outputs", values.size(), rows, columns));
  check_outputs_path(path);
  form_of(path).write(path, rows, columns, values);
}

}  // namespace sparsio
