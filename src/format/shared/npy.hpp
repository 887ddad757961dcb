// npy: one array of numbers, as numpy.save writes it.
// The bytes \x93NUMPY, a version, the length of a header, a Python dictionary {'descr': '<f4', 'fortran_order': False,
// 'shape': (500, 784), }, and the values. Versions 1.0, 2.0 and 3.0 differ in the length's size and in the header's
// encoding, which matters for names of fields only. Nothing is evaluated: a small parser knows the three keys. The size
// of the values is compared with what the file has before any memory is taken for them. Values of either byte order
// come out as doubles, which hold all of them but integers beyond 2^53.
// Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "disk/byte_stream.hpp"

namespace sparsio {

enum class NpyKind { boolean, integer, real };

struct NpyHeader {
  std::string type;  // as the file says it: "<f4"
  NpyKind kind = NpyKind::real;
  uint32_t value_bytes = 0;
  bool is_swapped = false;  // bytes stand in the other order than in memory
  bool is_fortran = false;  // the first index runs fastest
  std::vector<uint64_t> shape;
  uint64_t values = 0;      // the product of the shape
  uint64_t first_byte = 0;  // where the values begin
};

class NpyReader {
 public:
  /// BadInput at the path: no such file, not a .npy, a dtype that is no real number (object, complex, structured,
  /// text), fewer or more bytes than the shape needs.
  explicit NpyReader(const std::string& path);
  /// The same of a stream that will give `size` bytes; `place` is for messages.
  NpyReader(std::unique_ptr<ByteStream> stream, uint64_t size, std::string place);

  const NpyHeader& header() const { return header_; }
  const std::string& place() const { return place_; }
  /// The next values as they lie in the file; how many, 0 after the last. BadInput: the stream ends too early or late.
  size_t next(std::span<double> values);

 private:
  void read_header(uint64_t size);
  void take(char* to, size_t bytes);

  std::string place_;
  std::unique_ptr<ByteStream> stream_;
  NpyHeader header_;
  uint64_t left_ = 0;
  bool is_at_end_ = false;
  std::vector<char> block_;
};

/// "500 x 784", "7", or "a single number".
std::string shape_text(std::span<const uint64_t> shape);

/// The bytes before the values of a matrix of dtype `type`, version 1.0. `alignment`: a multiple of 64; the values
/// begin at a multiple of it, where numpy has 64.
std::string npy_header(std::string_view type, uint64_t rows, uint64_t columns, size_t alignment = 64);

}  // namespace sparsio
