// array_file: named arrays and a few facts in one HDF5 file with a checksum.
// Arrays lie contiguous and unpacked, so that reading is one copy and no header can claim more than the file holds. The
// last line of the file, behind what HDF5 reads, is `sparsio-crc32 <8 hex digits>` of all bytes before it, checked
// before the library sees any of them: HDF5 of this age does not notice a flipped bit, or ends the program over it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sparsio {

/// Appears under its name, whole and on disk, by finish(). All functions: BadInput naming the file. A Value is uint8_t,
/// uint32_t, uint64_t or float.
class ArrayWriter {
 public:
  explicit ArrayWriter(const std::string& path);
  ArrayWriter(const ArrayWriter&) = delete;
  ArrayWriter& operator=(const ArrayWriter&) = delete;
  ~ArrayWriter();

  void fact(const std::string& name, std::string_view text);
  void fact(const std::string& name, uint64_t number);
  /// `name` may hold slashes: groups are made.
  template <class Value>
  void array(const std::string& name, std::span<const Value> values);
  /// Of two dimensions, row by row.
  void matrix(const std::string& name, uint64_t rows, uint64_t columns, std::span<const float> values);
  void finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// BadInput naming the file: no checksum or a wrong one, a missing fact or array, another type, an array that is not
/// all there.
class ArrayReader {
 public:
  explicit ArrayReader(const std::string& path);
  ArrayReader(const ArrayReader&) = delete;
  ArrayReader& operator=(const ArrayReader&) = delete;
  ~ArrayReader();

  /// Of the whole file.
  uint64_t bytes() const;
  std::string text(const std::string& name) const;
  uint64_t number(const std::string& name) const;
  template <class Value>
  void read(const std::string& name, std::vector<Value>& values) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The last line of such a file, for the bytes before it.
std::string array_file_seal(std::string_view bytes);

}  // namespace sparsio
