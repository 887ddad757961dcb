// results: what a sweep leaves, one HDF5 file.
// `/runs` holds one row a case, `/samples` one row a repetition, rank and thread, and `/provenance` what a reader needs
// to believe them. The two tables are flat compounds of fixed-length texts, 64-bit integers and doubles, because that
// is what pandas.read_hdf(file, "runs") opens; what is declared of a column (record.hpp) stands in attributes:
// `<column>.unit`, `<column>.help`, `<column>.nature`, and those of identity, short, fallback, chosen_from, cost,
// determined and published that say something. The file is never changed in place: it is written beside, closed, synced
// and renamed, which survives a kill at any moment, where a file that is appended to does not. The library is not for
// several threads at once; callers take turns.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "record/record.hpp"

namespace sparsio {

/// Goes up whenever a column is added, renamed, removed or changes its meaning. Files of first_schema and newer are
/// read: by column name, what is missing is unknown, what the program does not know is kept.
constexpr int schema_version = 4;

/// In Sample::rank: the time of all ranks together, from a barrier until the answer stands on rank 0.
constexpr int64_t all_ranks = -1;
/// In Sample::thread: the threads of the rank together, where samples of each stand beside it.
constexpr int64_t all_threads = -1;

/// The time one thread of one rank took for one repetition, and when: what drifts or comes in bursts shows there.
struct Sample {
  std::string run;  // run id, at most 32 bytes
  int64_t repetition = 0;
  int64_t rank = 0;
  int64_t thread = 0;
  double seconds = 0;
  int64_t round = 0;  // repetitions of one round stand next to each other, those of another do not
  double began = std::numeric_limits<double>::quiet_NaN();             // Unix time
  double baseline_seconds = std::numeric_limits<double>::quiet_NaN();  // of the baseline's run just before; NaN: none

  /// Bit for bit; NaN equals NaN.
  bool operator==(const Sample& other) const;
};

/// Of the samples of one row: of each repetition that of all workers together, which has the least rank and thread.
std::vector<Sample> whole_samples(const std::vector<Sample>& samples);
/// Of each repetition and rank that of its threads together.
std::vector<Sample> rank_samples(const std::vector<Sample>& samples);

struct Results {
  std::vector<Record> runs;
  std::vector<Sample> samples;
  std::vector<NamedText> provenance;             // read back sorted by name
  std::vector<std::string> warnings;             // of reading; not written
  int schema_version = sparsio::schema_version;  // of the file that was read
};

/// The columns of `/samples`.
const Schema& sample_schema();

/// BadInput: not there, not HDF5, truncated or damaged, not ours, an older schema version, a column of another type
/// than `schema` says, which must outlive the results.
Results read_results(const std::string& path, const Schema& schema);

/// What to say of a file that a newer program wrote; empty for others.
std::string newer_schema_warning(const std::string& path, int64_t version);

/// Replaces `path` as a whole. BadInput if it cannot be written; then what was at `path` is untouched.
void write_results(const std::string& path, const Schema& schema, const Results& results);

}  // namespace sparsio
