// event: what a journal says, one line each.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "record/record.hpp"
#include "record/results.hpp"

namespace sparsio {

/// The first line: who writes and which columns its rows have.
struct JournalHeader {
  std::string program;
  int64_t schema_version = 0;
};

/// A case that is about to run; `place` is where its config says so.
struct StartedCase {
  std::string run;
  std::string place;
};

/// One round of a case that is timed in several: what it took, and where it was made, as rounds of different machines
/// or programs are not added up.
struct RoundOfCase {
  std::string run;
  int64_t round = 0;
  std::string host;
  std::string revision;
  std::vector<Sample> samples;
};

/// A case that has run, well or not; its status is in the record.
struct FinishedCase {
  std::string run;
  Record record;
  std::vector<Sample> samples;
};

using JournalEvent = std::variant<JournalHeader, StartedCase, RoundOfCase, FinishedCase>;

}  // namespace sparsio
