// merge: the rows of many results files as one file.
// A run id is there once. Where two files have it: a row that is `ok` beats `unsupported`, that beats any other, and of
// two of the same rank the one started later wins. Two `ok` rows cannot be decided if they come from different
// revisions of the program, if the same machine at the same M gives other counts, or if they differ and started in the
// same second: that is for the user to say. Merging again changes nothing, and a kill at any moment leaves the old
// file.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "sweep/rows.hpp"

namespace sparsio {

enum class Undecided { refuse, newest };

/// Two rows of one run id: which to keep. `reason` is set where it cannot be decided.
struct RowChoice {
  enum class Row { first, second, same, undecided } row;
  std::string reason;
};
RowChoice better_row(const Record& first, const Record& second);

struct Merged {
  FileContents contents;
  uint64_t in_two_files = 0;  // rows that stood in more than one, the same or not
};

/// The rows of `files`, each with its journal, in order of first appearance. BadInput naming both files where a choice
/// cannot be made; with Undecided::newest the row started later is taken, of two started together the later argument's.
Merged merged_files(const std::vector<std::string>& files, Undecided undecided);

struct MergeSummary {
  uint64_t rows = 0;
  uint64_t in_two_files = 0;
  uint64_t not_ok = 0;
  uint64_t being_written = 0;  // inputs that a run is writing now
  uint64_t bad_lines = 0;      // of journals, skipped
  bool is_unchanged = false;   // `out` had it all, and was left as it is
  std::vector<std::string> warnings;
};

/// Merges `inputs` and, if it is there, `out` itself into `out`. BadInput: an input is not there or not ours, `out` is
/// being written by a run or by a rank of one.
MergeSummary merge_into(const std::string& out, const std::vector<std::string>& inputs, Undecided undecided);

/// The facts of all. A fact with several values keeps them: name, name#2, name#3, in order of first appearance.
std::vector<NamedText> joined_provenance(std::span<const std::vector<NamedText>> all);

}  // namespace sparsio
