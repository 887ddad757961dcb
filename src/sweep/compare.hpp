// compare: two sets of rows, case by case. Is the second slower, and has anything changed that should not?
// Rows are matched by their case keys, leaving out those that say how often a case was timed and those that the two
// sides were chosen by. What was chosen for a row (Column::chosen_from: by engine `auto`, for panel 0) is part of what
// is matched: rows for which something else was chosen are not one case. What is deterministic is compared exactly.
// Times are compared without assuming a distribution (statistics/two_samples.hpp): whether the second tends to be
// larger by the Mann-Whitney test, adjusted for the number of rows (Holm), so that a long sweep does not find
// differences by chance; how often by Vargha and Delaney's A; by how much by the ratio of the medians and its
// rank-based interval. "No difference shown" is not "equal": few repetitions show little, and the comparison says how
// many would have been needed. Repetitions are taken as independent; those of one file share one stretch of time, so
// what differed between the two stretches besides the program is part of the difference (`rounds` spreads the cases of
// one file, not two files).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "record/results.hpp"
#include "statistics/two_samples.hpp"

namespace sparsio {

/// KEY=VALUE of the rows that make up a side.
using Selection = std::vector<std::pair<std::string, std::string>>;

struct Side {
  std::string name;  // for messages
  Results results;
  Selection selection;  // empty: all rows
};

struct CompareRequest {
  double confidence = 0.95;
  double threshold = 0.05;  // a cost or time may grow by this part before it is a regression
};

enum class Difference { faster, slower, none_shown };
std::string_view difference_words(Difference verdict);

struct TimeComparison {
  uint64_t first_count = 0;
  uint64_t second_count = 0;
  double first = 0;  // medians
  double second = 0;
  RatioInterval ratio;    // second / first
  double larger = 0.5;    // chance that a time of the second is larger than one of the first
  double p = 1;           // of this row alone
  double p_adjusted = 1;  // for all rows of the comparison
  Difference verdict = Difference::none_shown;
};

/// A deterministic quantity that is not the same on both sides.
struct ValueChange {
  std::string column;
  std::string first;
  std::string second;
  bool is_regression = false;  // a cost that grew beyond the threshold
};

struct RowComparison {
  const Record* first = nullptr;
  const Record* second = nullptr;
  std::string label;  // the keys that tell rows apart
  std::optional<TimeComparison> time;
  std::string no_time;  // why there is none
  std::vector<ValueChange> changes;
  uint64_t values_compared = 0;
  bool is_regression = false;
};

struct Comparison {
  std::vector<RowComparison> rows;
  std::vector<std::string> only_in_first;  // labels
  std::vector<std::string> only_in_second;
  std::vector<std::string> warnings;
  uint64_t regressions = 0;
};

/// The sides must outlive the comparison. BadInput: no such key or value, rows that cannot be told apart, no row in
/// both.
Comparison compare(const Side& first, const Side& second, const CompareRequest& request);

}  // namespace sparsio
