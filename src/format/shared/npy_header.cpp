#include "format/shared/npy_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

#include "base/error.hpp"
#include "disk/text_reader.hpp"

namespace sparsio {
namespace {

constexpr size_t most_dimensions = 32;  // numpy's own limit

/// The numbers of IEEE 754 in 16 bits: sign, 5 bits of exponent, 10 of mantissa.
double half(uint16_t bits) {
  const int exponent = bits >> 10 & 31;
  const double mantissa = bits & 1023;
  const double magnitude = exponent == 31  ? (mantissa == 0 ? INFINITY : NAN)
                           : exponent == 0 ? std::ldexp(mantissa, -24)
                                           : std::ldexp(1024 + mantissa, exponent - 25);
  return bits >> 15 != 0 ? -magnitude : magnitude;
}

struct Half {
  uint16_t bits;
  explicit operator double() const { return half(bits); }
};
struct Truth {
  uint8_t byte;
  explicit operator double() const { return byte == 0 ? 0 : 1; }
};

template <class Stored>
void decode(const char* from, size_t count, bool is_swapped, double* to) {
  std::array<char, sizeof(Stored)> bytes;
  for (size_t k = 0; k < count; ++k, from += sizeof(Stored)) {
    std::copy_n(from, sizeof(Stored), bytes.begin());
    if (is_swapped) std::reverse(bytes.begin(), bytes.end());
    to[k] = static_cast<double>(std::bit_cast<Stored>(bytes));
  }
}

struct Dtype {
  std::string_view name;  // without its byte order
  NpyKind kind;
  uint32_t bytes;
  void (*decode)(const char* from, size_t count, bool is_swapped, double* to);
};

constexpr std::array<Dtype, 12> dtypes{{
    {"b1", NpyKind::boolean, 1, decode<Truth>},
    {"u1", NpyKind::integer, 1, decode<uint8_t>},
    {"i1", NpyKind::integer, 1, decode<int8_t>},
    {"u2", NpyKind::integer, 2, decode<uint16_t>},
    {"i2", NpyKind::integer, 2, decode<int16_t>},
    {"u4", NpyKind::integer, 4, decode<uint32_t>},
    {"i4", NpyKind::integer, 4, decode<int32_t>},
    {"u8", NpyKind::integer, 8, decode<uint64_t>},
    {"i8", NpyKind::integer, 8, decode<int64_t>},
    {"f2", NpyKind::real, 2, decode<Half>},
    {"f4", NpyKind::real, 4, decode<float>},
    {"f8", NpyKind::real, 8, decode<double>},
}};

const Dtype* find_dtype(std::string_view name) {
  const auto* found = std::find_if(dtypes.begin(), dtypes.end(), [&](const Dtype& one) { return one.name == name; });
  return found == dtypes.end() ? nullptr : found;
}

/// Why a dtype is not read, by its letter.
[[noreturn]] void refuse_dtype(const std::string& type, const std::string& place) {
  const char letter = type.find_first_of("<>|=") == 0 && type.size() > 1 ? type[1] : type.empty() ? ' ' : type[0];
  if (letter == 'O')
    throw BadInput(place, "dtype object: a pickle of Python objects, which is not read",
                   "save X.astype(np.float32); if that fails, the rows differ in length");
  if (letter == 'c') throw BadInput(place, fmt::format("dtype {}: complex numbers", printable(type)), "save X.real");
  throw BadInput(place, fmt::format("dtype {} is no real number that is read", printable(type)),
                 "save X.astype(np.float32)");
}

/// A cursor over the dictionary. Each function reads what its name says, or refuses.
class Dictionary {
 public:
  Dictionary(std::string_view text, const std::string& place) : rest_(text), place_(place) {}

  bool take(char wanted) {
    skip_blanks();
    if (rest_.empty() || rest_.front() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void expect(char wanted) {
    if (!take(wanted)) refuse();
  }
  std::string text() {
    const char quote = take('\'') ? '\'' : '"';
    if (quote == '"') expect('"');
    const size_t end = rest_.find(quote);
    if (end == std::string_view::npos || rest_.substr(0, end).find('\\') != std::string_view::npos) refuse();
    std::string found(rest_.substr(0, end));
    rest_.remove_prefix(end + 1);
    return found;
  }
  bool truth() {
    skip_blanks();
    for (const std::string_view word : {"True", "False"})
      if (rest_.starts_with(word)) {
        rest_.remove_prefix(word.size());
        return word == "True";
      }
    refuse();
  }
  std::vector<uint64_t> shape() {
    std::vector<uint64_t> sizes;
    expect('(');
    while (!take(')')) {
      skip_blanks();
      uint64_t size = 0;
      const auto [stop, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), size);
      if (error != std::errc() || sizes.size() == most_dimensions) refuse();
      rest_.remove_prefix(static_cast<size_t>(stop - rest_.data()));
      sizes.push_back(size);
      take('L');  // a long integer of Python 2
      if (!take(',')) {
        expect(')');
        break;
      }
    }
    return sizes;
  }
  void end() {
    skip_blanks();
    if (!rest_.empty()) refuse();
  }
  [[noreturn]] void refuse() const {
    throw BadInput(place_,
                   fmt::format("its header is not that of a .npy at {}", rest_.empty() ? "its end" : printable(rest_)),
                   "write it with numpy.save");
  }

 private:
  void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size())); }

  std::string_view rest_;
  const std::string& place_;
};

void set_dtype(NpyHeader& header, const std::string& place) {
  const std::string_view type = header.type;
  const bool has_order = !type.empty() && std::string_view("<>|=").find(type.front()) != std::string_view::npos;
  const Dtype* found = find_dtype(type.substr(has_order ? 1 : 0));
  if (found == nullptr) refuse_dtype(header.type, place);
  header.kind = found->kind;
  header.value_bytes = found->bytes;
  header.is_swapped = has_order && type.front() == (std::endian::native == std::endian::little ? '>' : '<');
}

/// The product, as far as its bytes are a number that a file's size could be.
void set_size(NpyHeader& header, const std::string& place) {
  const bool is_empty = std::find(header.shape.begin(), header.shape.end(), 0U) != header.shape.end();
  header.values = is_empty ? 0 : 1;
  uint64_t bytes = header.value_bytes;
  for (const uint64_t size : header.shape) {
    if (is_empty) break;
    if (__builtin_mul_overflow(bytes, size, &bytes) || bytes > INT64_MAX)
      throw BadInput(place,
                     fmt::format("{} values of {} are more than any file holds", shape_text(header.shape), header.type),
                     "it is damaged, write it again");
  }
  if (!is_empty) header.values = bytes / header.value_bytes;
}

}  // namespace

NpyHeader parse_npy_header(std::string_view text, const std::string& place) {
  NpyHeader header;
  std::vector<std::string> keys;
  Dictionary dictionary(text, place);
  dictionary.expect('{');
  while (!dictionary.take('}')) {
    const std::string key = dictionary.text();
    if (std::find(keys.begin(), keys.end(), key) != keys.end()) dictionary.refuse();
    keys.push_back(key);
    dictionary.expect(':');
    if (key == "descr") {
      if (dictionary.take('['))
        throw BadInput(place, "its dtype is structured: a row has fields",
                       "save numpy.lib.recfunctions.structured_to_unstructured(X), or one field");
      header.type = dictionary.text();
    } else if (key == "fortran_order") {
      header.is_fortran = dictionary.truth();
    } else if (key == "shape") {
      header.shape = dictionary.shape();
    } else {
      dictionary.refuse();
    }
    if (!dictionary.take(',')) {
      dictionary.expect('}');
      break;
    }
  }
  dictionary.end();
  if (keys.size() != 3)
    throw BadInput(place, "its header lacks one of descr, fortran_order and shape", "write it with numpy.save");
  set_dtype(header, place);
  set_size(header, place);
  return header;
}

void decode_npy(const NpyHeader& header, const char* from, size_t count, double* to) {
  const size_t order = std::string_view("<>|=").find(header.type.front()) == std::string_view::npos ? 0 : 1;
  find_dtype(std::string_view(header.type).substr(order))->decode(from, count, header.is_swapped, to);
}

}  // namespace sparsio
