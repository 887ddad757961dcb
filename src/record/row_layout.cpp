#include "record/row_layout.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <string_view>
#include <type_traits>

namespace sparsio {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are packed as they lie in memory");

std::vector<size_t> declared_widths(const Schema& schema) {
  std::vector<size_t> widths;
  for (const Column& column : schema) widths.push_back(std::max<size_t>(column.width, 1));  // HDF5 has no empty type
  return widths;
}

void put(char* to, size_t size, std::string_view text) {
  const size_t used = std::min(size, text.size());
  if (used > 0) std::memcpy(to, text.data(), used);
  std::memset(to + used, 0, size - used);
}

template <class Number>
requires std::is_arithmetic_v<Number>
void put(char* to, size_t, Number number) {
  static_assert(sizeof number == 8);
  std::memcpy(to, &number, 8);
}

template <class Number>
Number take(const char* from) {
  Number number{};
  std::memcpy(&number, from, 8);
  return number;
}

}  // namespace

RowLayout::RowLayout(const Schema& schema) : RowLayout(schema, declared_widths(schema)) {}

RowLayout::RowLayout(const Schema& schema, const std::vector<size_t>& text_bytes) {
  for (size_t column = 0; column < schema.size(); ++column) {
    offset.push_back(row_bytes);
    bytes.push_back(schema[column].type == Type::text || text_bytes[column] == 0 ? text_bytes[column] : 8);
    row_bytes += bytes.back();
  }
}

std::string unpadded_text(const char* bytes, size_t size) {
  while (size > 0 && bytes[size - 1] == '\0') --size;
  return {bytes, size};
}

void pack_run(const Record& run, const Schema& schema, const RowLayout& layout, char* bytes) {
  for (size_t column = 0; column < schema.size(); ++column) {
    const auto pack = [&](const Cell& cell) {
      std::visit([&](const auto& value) { put(bytes + layout.offset[column], layout.bytes[column], value); }, cell);
    };
    const Cell* cell = &run.schema() == &schema ? &run.cells()[column] : run.find(schema[column].name, column);
    if (cell != nullptr)
      pack(*cell);
    else
      pack(absent_cell(schema[column]));
  }
}

Record unpacked_run(const std::shared_ptr<const Schema>& schema, const RowLayout& layout, const char* bytes) {
  Record run(schema);
  for (size_t column = 0; column < schema->size(); ++column) {
    const char* at = bytes + layout.offset[column];
    const Column& declared = (*schema)[column];
    if (!layout.has(column))
      run.set_cell(column, absent_cell(declared));
    else if (declared.type == Type::integer)
      run.set_cell(column, take<int64_t>(at));
    else if (declared.type == Type::real)
      run.set_cell(column, take<double>(at));
    else
      run.set_cell(column, unpadded_text(at, layout.bytes[column]));
  }
  return run;
}

void pack_sample(const Sample& sample, const RowLayout& layout, char* bytes) {
  put(bytes + layout.offset[0], layout.bytes[0], std::string_view(sample.run));
  put(bytes + layout.offset[1], 8, sample.repetition);
  put(bytes + layout.offset[2], 8, sample.rank);
  put(bytes + layout.offset[3], 8, sample.thread);
  put(bytes + layout.offset[4], 8, sample.seconds);
  put(bytes + layout.offset[5], 8, sample.round);
  put(bytes + layout.offset[6], 8, sample.began);
  put(bytes + layout.offset[7], 8, sample.baseline_seconds);
}

Sample unpacked_sample(const RowLayout& layout, const char* bytes) {
  const auto integer = [&](size_t column) {
    return layout.has(column) ? take<int64_t>(bytes + layout.offset[column]) : int64_t{0};
  };
  const auto real = [&](size_t column) {
    return layout.has(column) ? take<double>(bytes + layout.offset[column]) : std::numeric_limits<double>::quiet_NaN();
  };
  return {unpadded_text(bytes + layout.offset[0], layout.bytes[0]),
          integer(1),
          integer(2),
          integer(3),
          real(4),
          integer(5),
          real(6),
          real(7)};
}

}  // namespace sparsio
