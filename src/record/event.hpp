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

/// A case that has run, well or not; its status is in the record.
struct FinishedCase {
  std::string run;
  Record record;
  std::vector<Sample> samples;
};

using JournalEvent = std::variant<JournalHeader, StartedCase, FinishedCase>;

}  // namespace sparsio
