// npy_fixture: .npy files for tests, put together by hand from the words of numpy's specification.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace sparsio {

/// The bytes of `values`, as they lie in memory.
template <class Value>
std::string bytes_of(const std::vector<Value>& values) {
  std::string bytes(values.size() * sizeof(Value), '\0');
  if (!values.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

/// A file with this dictionary and these bytes behind it.
inline std::string npy_file(std::string_view dictionary, std::string_view data, int version = 1) {
  std::string text(dictionary);
  const size_t before = version == 1 ? 10 : 12;
  while ((before + text.size() + 1) % 64 != 0) text += ' ';
  text += '\n';
  std::string file = "\x93NUMPY";
  file += static_cast<char>(version);
  file += '\0';
  for (int shift = 0; shift < (version == 1 ? 16 : 32); shift += 8)
    file += static_cast<char>(text.size() >> shift & 255);
  return file.append(text).append(data);
}

/// The dictionary as numpy writes it: `shape` like "3, 4" or "3,".
inline std::string npy_dictionary(std::string_view type, std::string_view shape, std::string_view fortran = "False") {
  std::string text = "{'descr': '";
  text.append(type).append("', 'fortran_order': ").append(fortran).append(", 'shape': (").append(shape);
  return text.append("), }");
}

}  // namespace sparsio
