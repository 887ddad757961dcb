// record: what came out of a case, one flat row.
// A schema is a table of columns; record, journal, HDF5, CSV, JSON and the printed table all walk it. There are three
// kinds of cells: texts of bounded width, integers that are always known, and reals that are NaN where nothing is
// known.
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
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
std::string_view identity_name(Identity identity);
/// What a file says; given and none where it says nothing that is known.
Nature nature_named(std::string_view name);
Identity identity_named(std::string_view name);

/// A column, declared once for all who read or write it. The results file carries all of it as attributes.
struct Column {
  std::string name;
  Type type;           // integer | real | text
  uint32_t width = 0;  // bytes, for texts; longer texts are cut at a UTF-8 boundary and end in "..."
  std::string unit;    // "words", "seconds", "lines", "" ...
  std::string help;
  Nature nature = Nature::given;
  Identity identity = Identity::none;
  std::string former = {};       // what files of older programs call it
  std::string fallback = {};     // canonical: its value in the rows of a file that lacks the column
  std::string short_name = {};   // over a table for eyes; empty: the name
  std::string chosen_from = {};  // of what the program chose for a row: the keys that decide it, apart by spaces
  bool is_cost = false;          // more of it is worse
  bool is_determined = false;    // one case at one M on one machine has one value of it, whoever ran it
  bool is_published = false;     // shown to tools outside as an event

  bool operator==(const Column&) const = default;
};
using Schema = std::vector<Column>;
using Cell = std::variant<int64_t, double, std::string>;

/// Of one kind and equal; what is not known in both (NaN) is the same.
bool same_cell(const Cell& a, const Cell& b);

/// What stands in a row whose file lacks the column: its fallback, else nothing known (text empty, integer 0, real
/// NaN).
Cell absent_cell(const Column& column);

/// Place of the column called `name`, or formerly called so; the size of the schema if there is none.
size_t find_column(const Schema& schema, std::string_view name);

/// The columns of `base`, then those of `more` that are not among them. Equal ones are kept once per process, because
/// every row points to its schema.
std::shared_ptr<const Schema> schema_with(const Schema& base, const Schema& more);

class Record {
 public:
  /// Texts empty, integers 0, reals NaN. The schema must outlive the record.
  explicit Record(const Schema& schema);
  /// The same over a schema that the record keeps: that of a file with columns the program does not know.
  explicit Record(std::shared_ptr<const Schema> schema);

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
  /// The cell, or nothing where the row has no such column. `likely`: where it stands in most rows.
  const Cell* find(std::string_view name, size_t likely) const;
  const std::string& text(std::string_view name) const;
  double real(std::string_view name) const;  // integers too
  const std::vector<Cell>& cells() const { return cells_; }
  const Schema& schema() const { return *schema_; }

 private:
  void set_any_integer(std::string_view name, bool is_negative, uint64_t bits);

  std::shared_ptr<const Schema> schema_;  // owns nothing where the schema outlives the record
  std::vector<Cell> cells_;
};

/// `base` and the columns that rows have beyond it, in order of first appearance; texts as wide as the widest.
std::shared_ptr<const Schema> schema_of(const std::vector<Record>& rows, const Schema& base);

/// Equal in every column that either has; what one lacks is absent_cell there.
bool same_row(const Record& a, const Record& b);

}  // namespace sparsio
