// csv: inputs as text, a line an input, values apart by commas.
// A first line without a number is names and is skipped, as are blank lines and lines that begin with '#'. Which column
// is a label nobody can know, so none is guessed. A first line 0,1,2,... is likely pandas' column numbers and might be
// an input: it is refused, and `header` says which. A value in quotes is read without them.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include "disk/byte_stream.hpp"
#include "disk/text_reader.hpp"
#include "format/format.hpp"
#include "format/shared/csv_numbers.hpp"
#include "format/shared/input_matrix.hpp"
#include "format/shared/row_reader.hpp"

namespace sparsio {
namespace {

const Options options{{"header", Type::text, "auto",
                       "whether the first line is names: skip it, none, or auto (it is where no field is a number)",
                       one_of("auto skip none"), 4}};

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";  // what spreadsheets begin UTF-8 with

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

/// The field before the next comma, without blanks and quotes around it; the line loses it. False after the last.
bool next_field(std::optional<std::string_view>& line, std::string_view& field) {
  if (!line) return false;
  const size_t comma = line->find(',');
  field = trimmed(line->substr(0, comma));
  if (field.size() >= 2 && field.front() == '"' && field.back() == '"') field = field.substr(1, field.size() - 2);
  if (comma == std::string_view::npos)
    line.reset();
  else
    line->remove_prefix(comma + 1);
  return true;
}

/// A number, finite or not.
bool is_number(std::string_view field) {
  if (field.starts_with('+')) field.remove_prefix(1);
  double value = 0;
  const auto [stop, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  return error != std::errc::invalid_argument && stop == field.data() + field.size();
}

bool is_names(std::string_view text) {
  std::optional<std::string_view> line(text);
  std::string_view field;
  while (next_field(line, field))
    if (is_number(field)) return false;
  return true;
}

/// 0,1,2 and so on, three at least.
bool counts_columns(std::string_view text) {
  std::optional<std::string_view> line(text);
  std::string_view field;
  uint64_t number = 0;
  while (next_field(line, field))
    if (field != fmt::format("{}", number++)) return false;
  return number >= 3;
}

float value_of(std::string_view field, const TextReader& text, uint64_t column) {
  float value = 0;
  const auto [stop, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error == std::errc() && stop == field.data() + field.size() && std::isfinite(value)) return value;
  const std::string place = fmt::format("{}, column {}", text.place(), column);
  if (field.empty())
    throw BadInput(place, "the value is missing",
                   "give one between each two commas (pandas: to_csv(F, header=False, index=False))");
  if (field.find_first_of("; \t") != std::string_view::npos)
    throw BadInput(place, printable(field) + " is no number", "let commas stand between the values");
  return parse_float(field, "value", place);
}

class CsvReader {
 public:
  CsvReader(const std::string& path, std::string header) : text_(path), header_(std::move(header)) {}

  /// The next line of values; false after the last.
  bool next(std::string_view& line) {
    while (text_.next(line)) {
      if (text_.line_number() == 1 && line.starts_with(byte_order_mark)) line.remove_prefix(byte_order_mark.size());
      const std::string_view seen = trimmed(line);
      if (seen.empty() || seen.front() == '#') continue;
      if (std::exchange(is_first_, false) && is_header(line)) continue;
      return true;
    }
    return false;
  }
  const TextReader& text() const { return text_; }

 private:
  bool is_header(std::string_view line) {
    if (header_ != "auto") return header_ == "skip";
    if (counts_columns(line))
      throw BadInput(text_.place(), "the line counts 0,1,2,...: the numbers of columns, or an input",
                     fmt::format("write csv:path={},header=skip or header=none", text_.path()));
    return is_names(line);
  }

  TextReader text_;
  std::string header_;
  bool is_first_ = true;
};

uint64_t fields_in(std::string_view line) {
  return 1 + static_cast<uint64_t>(std::count(line.begin(), line.end(), ','));
}

Inputs read_inputs(const std::string& path, uint32_t width, const Params& params) {
  CsvReader reader(path, params.text("header"));
  std::string_view text;
  if (!reader.next(text)) throw BadInput(path, "holds no inputs", "give a line of numbers an input, commas between");
  const uint64_t columns = fields_in(text);
  InputMatrix matrix(0, static_cast<uint32_t>(columns));  // a line has less than 2^20 bytes
  do {
    const uint64_t row = matrix.rows();
    if (fields_in(text) != columns)
      throw BadInput(reader.text().place(),
                     fmt::format("{} values, the lines before have {}", fields_in(text), columns),
                     "give every input as many");
    matrix.add_row();
    std::optional<std::string_view> line(text);
    std::string_view field;
    for (uint32_t column = 0; next_field(line, field); ++column)
      matrix.set(row, column, value_of(field, reader.text(), column + uint64_t{1}));
  } while (reader.next(text));
  check_input_shape(matrix.rows(), columns, width, path);
  return matrix.take();
}

/// Behind a comment of names: text tools see what the columns are, and it is not taken for outputs.
void write_inputs(const Inputs& inputs, const std::string& path) {
  const auto sink = open_sink(path);
  std::string line = "# ";
  for (uint32_t n = 0; n < inputs.width; ++n) line += fmt::format("{}x{}", n == 0 ? "" : ",", n + uint64_t{1});
  sink->write(line + '\n');
  for (uint64_t i = 0; i < inputs.count; ++i) {
    line.clear();
    for (uint32_t n = 0; n < inputs.width; ++n)
      if (inputs.is_packed())
        line.append(n == 0 ? "" : ",").append(inputs.at(i, n) == 0 ? "0" : "1");
      else
        append_csv_number(inputs.at(i, n), n == 0 ? "" : ",", line);
    sink->write(line + '\n');
  }
  sink->finish();
}

const Register<FormatKind> registered{{"inputs as text: a line an input, values apart by commas; names are skipped",
                                       options,
                                       {".csv", ".csv.gz"},
                                       nullptr,
                                       read_inputs,
                                       nullptr,
                                       write_inputs}};

}  // namespace
}  // namespace sparsio
