#include "sweep/status.hpp"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <filesystem>
#include <limits>
#include <set>
#include <unordered_set>

#include "base/error.hpp"
#include "record/journal.hpp"
#include "run/schema.hpp"
#include "sweep/rank_journals.hpp"

namespace sparsio {
namespace {

/// Seconds since a time as utc_time() writes it; NaN if it is none.
double seconds_since(const std::string& utc) {
  std::tm when{};
  if (strptime(utc.c_str(), "%Y-%m-%dT%H:%M:%SZ", &when) == nullptr) return std::numeric_limits<double>::quiet_NaN();
  return std::difftime(std::time(nullptr), timegm(&when));
}

/// Rows a second that the run writing this file finishes, by the start of its oldest row in the journal; NaN if none.
double pace_of(const JournalContents& journal) {
  double longest = std::numeric_limits<double>::quiet_NaN();
  for (const FinishedCase& done : journal.finished)
    longest = std::fmax(longest, seconds_since(done.record.text("started")));
  return static_cast<double>(journal.finished.size()) / std::fmax(longest, 1);
}

}  // namespace

uint64_t SweepStatus::failures() const {
  uint64_t rows = 0;
  for (const auto& [reason, count] : failed) rows += count;
  return rows;
}

std::string tasks_folder(const std::string& out) {
  return std::filesystem::path(out).replace_extension(".tasks").string();
}

std::vector<std::string> task_files(const std::string& out) {
  namespace fs = std::filesystem;
  std::set<std::string> files;
  std::error_code ignored;
  for (const auto& submission : fs::directory_iterator(tasks_folder(out), ignored))
    for (const auto& entry : fs::directory_iterator(submission.path(), ignored)) {
      std::string name = entry.path().string();
      if (name.ends_with(".h5.journal")) name.resize(name.size() - std::string_view(".journal").size());
      if (name.ends_with(".h5") && fs::path(name).filename().string().starts_with("task-")) files.insert(name);
    }
  return {files.begin(), files.end()};
}

SweepStatus sweep_status(const std::string& out, const std::vector<std::string>& runs) {
  SweepStatus status;
  std::vector<std::string> files = task_files(out);
  if (std::filesystem::exists(out) || std::filesystem::exists(journal_path(out))) files.insert(files.begin(), out);
  if (files.empty() && runs.empty())
    throw BadInput(out, "no such results, no journal of them, and no tasks beside",
                   "give the file that `run` or `submit` names, or --config for what is missing");
  double pace = 0;
  std::set<std::string> started;
  for (const std::string& file : files) {
    std::vector<std::string> journals = rank_journals(file);
    journals.push_back(journal_path(file));
    for (const std::string& name : journals) {
      if (!is_being_written(name)) continue;
      const JournalContents journal = read_journal(name, run_schema());
      for (const auto& [run, starts] : journal.unfinished) started.insert(run);
      pace += std::fmax(pace_of(journal), 0);
    }
  }
  const Merged merged = merged_files(files, Undecided::newest);
  const std::unordered_set<std::string> wanted(runs.begin(), runs.end());
  status.files = files.size();
  status.knows_missing = !runs.empty();
  status.running = started.size();
  for (const Record& row : merged.contents.rows.records()) {
    const std::string& run = row.text("run");
    if (status.knows_missing && wanted.find(run) == wanted.end()) {
      ++status.foreign;
      continue;
    }
    const std::string& word = row.text("status");
    if (started.find(run) != started.end()) continue;  // being run again
    if (word == "ok")
      ++status.ok;
    else if (word == "unsupported")
      ++status.unsupported;
    else
      ++status.failed[word + ": " + row.text("error")];
  }
  for (const auto& [run, starts] : merged.contents.unfinished)
    if (started.find(run) == started.end() && merged.contents.rows.find(run) == nullptr) ++status.interrupted;
  for (const std::string& run : runs)
    if (merged.contents.rows.find(run) == nullptr &&
        merged.contents.unfinished.find(run) == merged.contents.unfinished.end())
      status.missing.push_back(run);
  const auto left = static_cast<double>(status.missing.size() + status.interrupted + status.running);
  status.seconds_left = status.knows_missing && pace > 0 ? left / pace : std::numeric_limits<double>::quiet_NaN();
  return status;
}

}  // namespace sparsio
