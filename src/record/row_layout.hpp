// row_layout: a row as bytes, the form in which tables travel to and from HDF5.
// Columns stand behind one another without gaps: texts padded with NUL, numbers of eight bytes, least byte first.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "record/record.hpp"
#include "record/results.hpp"

namespace sparsio {

/// Where each column begins and how many bytes it has; none where the bytes lack the column.
struct RowLayout {
  explicit RowLayout(const Schema& schema);
  /// With texts as wide as `text_bytes` says, an entry a column; 0: the column is not there.
  RowLayout(const Schema& schema, const std::vector<size_t>& text_bytes);

  bool has(size_t column) const { return bytes[column] > 0; }

  std::vector<size_t> offset;
  std::vector<size_t> bytes;
  size_t row_bytes = 0;
};

/// The text of `size` bytes without the NULs at its end.
std::string unpadded_text(const char* bytes, size_t size);

/// The layout is that of `schema`, whose columns the row may lack or have elsewhere.
void pack_run(const Record& run, const Schema& schema, const RowLayout& layout, char* bytes);
/// Columns that are not there get what absent_cell says.
Record unpacked_run(const std::shared_ptr<const Schema>& schema, const RowLayout& layout, const char* bytes);

/// The layout is that of sample_schema().
void pack_sample(const Sample& sample, const RowLayout& layout, char* bytes);
Sample unpacked_sample(const RowLayout& layout, const char* bytes);

}  // namespace sparsio
