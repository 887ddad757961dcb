// journal: the truth about a sweep while it runs.
// A line an event, `<XXH3-64 of the JSON, 16 hex digits> <JSON>`, appended by one write and forced to disk before the
// sweep goes on. So a kill or a power cut at any moment costs at most the line being written: a last line without its
// newline is cut off when the journal is opened again, and a line whose checksum is wrong is skipped and counted. A
// case started and never finished after is the one that was running, and is suspect when that happens twice.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "record/event.hpp"
#include "record/record.hpp"
#include "record/results.hpp"

namespace sparsio {

/// Another process writes the journal now.
class BeingWritten : public BadInput {
 public:
  using BadInput::BadInput;
};

/// An open journal, which no other process can open for writing at the same time (on file systems that have flock).
class Journal {
 public:
  /// Opens for appending; begins a new journal if there is none. BeingWritten: by another run. BadInput: cannot be
  /// written, not a journal, an older schema version.
  explicit Journal(const std::string& path);
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  ~Journal();

  /// `place` is where the config says so. Each returns once the line is on disk; BadInput if it cannot be.
  void started(const std::string& run, const std::string& place);
  void round(const RoundOfCase& one);
  /// The samples' run id is `run`.
  void finished(const std::string& run, const Record& record, const std::vector<Sample>& samples);

 private:
  void append(const JournalEvent& event);
  bool lock();
  void repair();

  std::string path_;
  int descriptor_ = -1;
};

struct JournalContents {
  int64_t schema_version = sparsio::schema_version;  // of the program that began it
  std::vector<FinishedCase> finished;                // the last of each run id, in order of first appearance
  std::map<std::string, uint64_t> unfinished;        // run id -> how many times started since it last finished, never 0
  std::map<std::string, std::vector<RoundOfCase>> rounds;  // of cases not finished since: round 0, 1, ... without gaps
  uint64_t bad_lines = 0;                                  // skipped: wrong checksum
};

/// Empty if there is no such file. A torn last line is ignored; nothing is written. Rows are read by column name,
/// as in results. BadInput: not a journal, an older schema version. `schema` must outlive the contents.
JournalContents read_journal(const std::string& path, const Schema& schema);

/// Is another process (or another Journal of this one) writing it now? False where there is none, or no locks. To look
/// takes the lock for a moment, and who opens a journal tries long enough not to mind.
bool is_being_written(const std::string& path);

}  // namespace sparsio
