// record: what came out of a case, one flat row.
// A schema is a table of columns; record, journal, HDF5, CSV, JSON and the printed table all walk it. There are three
// kinds of cells: texts of bounded width, integers that are always known, and reals that are NaN where nothing is
// known.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/params.hpp"

namespace sparsio {

/// How a value comes about, which decides how two of them are compared.
enum class Nature {
  given,          // the case's own keys and where it ran
  deterministic,  // the same each time: of the network, of the model, of a simulator; has no interval
  counted,        // deterministic unless the machine's own counters counted; see misses_source
  measured,       // by the clock: differs each time
};

std::string_view nature_name(Nature nature);

struct Column {
  std::string name;
  Type type;           // integer | real | text
  uint32_t width = 0;  // bytes, for texts; longer texts are cut at a UTF-8 boundary and end in "..."
  std::string unit;    // "words", "seconds", "lines", "" ...
  std::string help;
  Nature nature = Nature::given;
};
using Schema = std::vector<Column>;
using Cell = std::variant<int64_t, double, std::string>;

/// Of one kind and equal; what is not known in both (NaN) is the same.
bool same_cell(const Cell& a, const Cell& b);

class Record {
 public:
  /// Texts empty, integers 0, reals NaN. The schema must outlive the record.
  explicit Record(const Schema& schema);

  /// The name must be in the schema and of that type (std::logic_error otherwise: a programming error).
  void set(std::string_view name, std::string_view text);
  void set(std::string_view name, const char* text) { set(name, std::string_view(text)); }
  void set(std::string_view name, int64_t integer);
  void set(std::string_view name, double real);
  /// Any other integer; std::logic_error above 2^63 - 1.
  template <std::integral Integer>
  void set(std::string_view name, Integer integer) {
    set_any_integer(name, integer < 0, static_cast<uint64_t>(integer));
  }
  /// The cell of column number `column`, for readers of whole tables; the type must be that of the column.
  void set_cell(size_t column, Cell cell);

  const Cell& cell(std::string_view name) const;
  const std::string& text(std::string_view name) const;
  double real(std::string_view name) const;  // integers too
  const std::vector<Cell>& cells() const { return cells_; }
  const Schema& schema() const { return *schema_; }

 private:
  void set_any_integer(std::string_view name, bool is_negative, uint64_t bits);

  const Schema* schema_;
  std::vector<Cell> cells_;
};

}  // namespace sparsio
