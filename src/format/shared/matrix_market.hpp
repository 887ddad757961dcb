// matrix_market: the entries of a Matrix Market file, whatever they are then used for.
// A header line `%%MatrixMarket matrix coordinate FIELD SYMMETRY`, comments, a line `rows columns entries`, and a line
// `row column value` an entry, 1-based. Fields: pattern, real, integer (double counts as real, unsigned-integer as
// integer). A symmetric file has one triangle; the other is implied, with the other sign where it is skew-symmetric.
// The other format, array, has a line a value, column after column (of one triangle where it is symmetric).
// What writers out there add is read: comments between and behind the entries, Fortran's exponents (1.5D-3). Source:
// Boisvert, Pozo, Remington 1996, https://math.nist.gov/MatrixMarket.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sparsio {

struct MatrixEntries {
  uint32_t rows = 0;
  uint32_t columns = 0;
  bool is_array = false;  // every entry is there, zeros too
  bool is_pattern = false;
  bool is_symmetric = false;  // or skew-symmetric
  bool is_skew = false;
  bool is_one_layer = false;     // a comment `%%sparsio layer` says so
  std::vector<uint32_t> row;     // 0-based, as they stand in the file
  std::vector<uint32_t> column;  // likewise
  std::vector<float> value;      // empty for a pattern
};

/// BadInput at the line: not such a header, an entry out of range or not finite, more or fewer than the header says, an
/// entry above the diagonal of a symmetric file, or on the diagonal of a skew-symmetric one, complex and Hermitian
/// files, and those in the format array where they are not asked for.
enum class MatrixFormats { coordinate, all };
MatrixEntries read_matrix_market(const std::string& path, MatrixFormats formats = MatrixFormats::coordinate);

}  // namespace sparsio
