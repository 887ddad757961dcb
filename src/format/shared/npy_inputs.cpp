#include "format/shared/npy_inputs.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "base/error.hpp"
#include "format/shared/input_matrix.hpp"

namespace sparsio {
namespace {

/// Magnitudes up to which every integer is a float, and from which on doubles round to infinity.
constexpr double last_exact_integer = 1 << 24;
constexpr double too_large = 0x1.ffffffp127;

[[noreturn]] void refuse_value(NpyKind kind, double value, const std::string& place) {
  if (!std::isfinite(value))
    throw BadInput(place, fmt::format("{} is not a finite number", value), "replace it, or take the input out");
  if (kind == NpyKind::integer)
    throw BadInput(place, fmt::format("{:.0f}: not every integer above 2^24 is a 32-bit float", value),
                   "save X.astype(np.float32) if rounding is meant");
  throw BadInput(place, fmt::format("{} does not fit a 32-bit float", value), "scale it");
}

void check_dimensions(const NpyReader& reader) {
  const auto& shape = reader.header().shape;
  if (shape.size() == 2) return;
  const std::string remedy = shape.size() > 2    ? "save X.reshape(len(X), -1)"
                             : shape.size() == 1 ? "save X.reshape(1, -1) if it is one input"
                                                 : "save a matrix";
  throw BadInput(reader.place(), fmt::format("{} is no matrix whose rows are inputs", shape_text(shape)), remedy);
}

}  // namespace

Inputs read_npy_inputs(NpyReader& reader, uint32_t width) {
  check_dimensions(reader);
  const NpyHeader& header = reader.header();
  const uint64_t rows = header.shape[0];
  check_input_shape(rows, header.shape[1], width, reader.place());
  const auto columns = static_cast<uint32_t>(header.shape[1]);
  InputMatrix matrix(rows, columns);
  std::array<double, 4096> values;
  uint64_t row = 0;
  uint64_t column = 0;
  while (const size_t got = reader.next(values))
    for (size_t k = 0; k < got; ++k) {
      const double magnitude = std::abs(values[k]);
      if (!(header.kind == NpyKind::integer ? magnitude <= last_exact_integer : magnitude < too_large))
        refuse_value(header.kind, values[k], value_place(reader.place(), row, column));
      matrix.set(row, static_cast<uint32_t>(column), static_cast<float>(values[k]));
      if (header.is_fortran) {
        if (++row == rows) row = 0, ++column;
      } else if (++column == columns) {
        column = 0, ++row;
      }
    }
  return matrix.take();
}

}  // namespace sparsio
