#include "run/run_sweep.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>

#include "record/journal.hpp"
#include "record/provenance.hpp"
#include "run/calibration.hpp"
#include "run/progress.hpp"
#include "run/rows.hpp"
#include "run/schema.hpp"

namespace sparsio {
namespace {

constexpr double seconds_between_writes = 120;
constexpr uint64_t most_starts =
    2;  // a case that was started so often and never finished ends the program; it is given up

std::string fact(const std::vector<NamedText>& facts, std::string_view name) {
  for (const auto& [key, value] : facts)
    if (key == name) return value;
  return "unknown";
}

class SweepRun {
 public:
  SweepRun(const Sweep& sweep, const SweepRequest& request, std::ostream& log)
      : sweep_(sweep), request_(request), log_(log), facts_(provenance(request.command)) {
    const std::string dirty = fact(facts_, "git.dirty") == "yes" ? "+" : "";
    origin_ = {request.config, fact(facts_, "host.name"), fact(facts_, "git.revision") + dirty};
    facts_.emplace_back("config.path", request.config);
    facts_.emplace_back("config.text", sweep.effective_text);
    facts_.emplace_back("machine.xml", workbench_.machine(1).xml);
    if (const std::string kept = kept_calibration_text(); !kept.empty())
      facts_.emplace_back("machine.calibration", kept);
  }

  SweepSummary run() {
    const std::filesystem::path folder = std::filesystem::path(request_.out).parent_path();
    if (!folder.empty() && !std::filesystem::is_directory(folder))
      throw BadInput(request_.out, "there is no folder " + folder.string(), "create it or give another --out");
    // The lock comes before the reading: nobody else changes what is read.
    const bool had_journal = std::filesystem::exists(journal_path(request_.out));
    Journal journal(journal_path(request_.out));
    std::map<std::string, uint64_t> unfinished;
    try {
      FileContents contents = read_file_and_journal(request_.out);
      rows_ = std::move(contents.rows);
      unfinished = std::move(contents.unfinished);
    } catch (...) {
      if (!had_journal) std::filesystem::remove(journal_path(request_.out));
      throw;
    }
    plan_work();
    if (summary_.ran + to_do_.size() > 0 || had_journal) run_cases(journal, unfinished);
    std::error_code ignored;
    std::filesystem::remove(journal_path(request_.out), ignored);
    count_failures();
    return summary_;
  }

 private:
  void plan_work() {
    summary_.cases = sweep_.cases.size();
    uint64_t elsewhere = 0;
    for (const Case& one : sweep_.cases) {
      std::string run = run_id(one);
      const Record* row = rows_.find(run);
      if (row != nullptr && is_final(*row) && request_.finished == Finished::skip) {
        ++summary_.skipped;
        if (row->text("host") != origin_.host || row->text("revision") != origin_.revision) ++elsewhere;
      } else {
        to_do_.emplace_back(&one, run);
      }
      runs_.push_back(std::move(run));
    }
    if (summary_.skipped > 0)
      log_ << fmt::format("{} of {} rows are there already\n", summary_.skipped, summary_.cases);
    if (elsewhere > 0)
      log_ << fmt::format(
          "warning: {} of them were made on another machine or by another revision; --rerun makes them anew\n",
          elsewhere);
  }

  void run_cases(Journal& journal, const std::map<std::string, uint64_t>& unfinished) {
    Progress progress(log_, to_do_.size());
    auto last_write = std::chrono::steady_clock::now();
    for (const auto& [one, run] : to_do_) {
      if (request_.interrupted != nullptr && *request_.interrupted) {
        summary_.was_interrupted = true;
        break;
      }
      CaseResult result{blank_record(*one, run, origin_), {}};
      const auto starts = unfinished.find(run);
      if (starts != unfinished.end() && starts->second >= most_starts && request_.finished == Finished::skip) {
        result.record.set("status", "error");
        result.record.set("error", fmt::format("started {} times and never finished: it ends the program, or the "
                                               "program was killed in it; the next run tries it again",
                                               starts->second));
      } else {
        journal.started(run, one->place);
        result = run_case(*one, run, origin_, workbench_);
      }
      journal.finished(run, result.record, result.samples);
      rows_.put(result.record, result.samples);
      ++summary_.ran;
      progress.finished(result.record);
      const auto now = std::chrono::steady_clock::now();
      if (std::chrono::duration<double>(now - last_write).count() > seconds_between_writes) {
        write();
        last_write = now;
      }
    }
    write();
  }

  void write() { rows_.write(request_.out, facts_); }

  void count_failures() {
    for (const std::string& run : runs_) {
      const Record* row = rows_.find(run);
      if (row != nullptr && row->text("status") != "ok") ++summary_.not_ok;
    }
  }

  const Sweep& sweep_;
  const SweepRequest& request_;
  std::ostream& log_;
  std::vector<NamedText> facts_;
  Origin origin_;
  Workbench workbench_;
  Rows rows_;
  std::vector<std::pair<const Case*, std::string>> to_do_;
  std::vector<std::string> runs_;
  SweepSummary summary_;
};

}  // namespace

std::string default_results_path(const std::string& config) {
  return "results/" + std::filesystem::path(config).stem().string() + ".h5";
}

SweepSummary run_sweep(const Sweep& sweep, const SweepRequest& request, std::ostream& log) {
  return SweepRun(sweep, request, log).run();
}

Results read_all_results(const std::string& path) {
  if (!std::filesystem::exists(path) && !std::filesystem::exists(journal_path(path)))
    return read_results(path, run_schema());  // for its message
  FileContents contents = read_file_and_journal(path);
  Results results = contents.rows.take();
  results.provenance = std::move(contents.provenance);
  return results;
}

}  // namespace sparsio
