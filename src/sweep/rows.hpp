// rows: the rows of a results file while a program works on them, by run id, in order of first appearance.
// The file and the journal beside it are one thing to a reader: the journal is read first, because a run that ends
// meanwhile writes the file and then removes the journal, and laid over the file, because it is newer.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "record/event.hpp"
#include "record/results.hpp"

namespace sparsio {

class Rows {
 public:
  /// Adds the row, or takes the place of the one with its run id.
  void put(Record record, std::vector<Sample> samples);
  void put_all(Results results);
  /// Rows of these run ids first, in this order; the others behind them as they were.
  void arrange(const std::vector<std::string>& runs);
  const Record* find(const std::string& run) const;
  const std::vector<Sample>& samples(const std::string& run) const { return samples_[place_.at(run)]; }
  const std::vector<Record>& records() const { return results_.runs; }
  /// Replaces the file at `path`. The rows are not copied: a sweep of 10^5 has hundreds of megabytes of them.
  void write(const std::string& path, std::vector<NamedText> provenance);
  /// All that was put, moved out.
  Results take();

 private:
  std::unordered_map<std::string, size_t> place_;
  Results results_;  // its samples are empty but within write() and take()
  std::vector<std::vector<Sample>> samples_;
};

/// The journal of a results file.
std::string journal_path(const std::string& results);

/// What a results file and its journal say.
struct FileContents {
  Rows rows;
  std::vector<NamedText> provenance;                       // of the file; empty without one
  std::map<std::string, uint64_t> unfinished;              // run id -> how often started since it last finished
  std::map<std::string, std::vector<RoundOfCase>> rounds;  // of cases that the journal does not finish
  uint64_t in_journal = 0;                                 // rows that the journal has
  uint64_t bad_lines = 0;                                  // of the journal, skipped
  std::vector<std::string> warnings;                       // of reading
};

/// With the journals of its ranks, if a run has some now or left some. Any may be missing; BadInput where one is there
/// and cannot be read.
FileContents read_file_and_journal(const std::string& path);

/// A row that a sweep does not run again: `ok` or `unsupported`.
bool is_final(const Record& record);

}  // namespace sparsio
