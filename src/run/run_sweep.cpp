#include "run/run_sweep.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <unordered_map>

#include "record/journal.hpp"
#include "record/provenance.hpp"
#include "run/progress.hpp"
#include "run/schema.hpp"

namespace sparsio {
namespace {

constexpr double seconds_between_writes = 120;
constexpr uint64_t most_starts =
    2;  // a case that was started so often and never finished ends the program; it is given up

std::string journal_path(const std::string& out) {
  return out + ".journal";
}

std::string fact(const std::vector<NamedText>& facts, std::string_view name) {
  for (const auto& [key, value] : facts)
    if (key == name) return value;
  return "unknown";
}

/// Rows and samples by run id, in order of first appearance.
class Rows {
 public:
  void put(const Record& record, std::vector<Sample> samples) {
    const std::string& run = record.text("run");
    const auto [at, fresh] = place_.try_emplace(run, records_.size());
    if (fresh) {
      records_.push_back(record);
      samples_.push_back(std::move(samples));
    } else {
      records_[at->second] = record;
      samples_[at->second] = std::move(samples);
    }
  }
  const Record* find(const std::string& run) const {
    const auto found = place_.find(run);
    return found == place_.end() ? nullptr : &records_[found->second];
  }
  void put_all(const Results& results) {
    std::unordered_map<std::string, std::vector<Sample>> of_run;
    for (const Sample& sample : results.samples) of_run[sample.run].push_back(sample);
    for (const Record& record : results.runs) put(record, of_run[record.text("run")]);
  }
  Results results() const {
    Results results;
    results.runs = records_;
    for (const auto& samples : samples_) results.samples.insert(results.samples.end(), samples.begin(), samples.end());
    return results;
  }

 private:
  std::unordered_map<std::string, size_t> place_;
  std::vector<Record> records_;
  std::vector<std::vector<Sample>> samples_;
};

/// Reads what is there: the results file, then the journal over it.
void read_rows(const std::string& path, Rows& rows, std::map<std::string, uint64_t>& unfinished) {
  if (std::filesystem::exists(path)) rows.put_all(read_results(path, run_schema()));
  JournalContents journal = read_journal(journal_path(path), run_schema());
  for (FinishedCase& done : journal.finished) rows.put(done.record, std::move(done.samples));
  unfinished = std::move(journal.unfinished);
}

bool is_final(const Record& record) {
  return record.text("status") == "ok" || record.text("status") == "unsupported";
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
      read_rows(request_.out, rows_, unfinished);
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

  void write() {
    Results results = rows_.results();
    results.provenance = facts_;
    write_results(request_.out, run_schema(), results);
  }

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
  Results results;
  const bool has_file = std::filesystem::exists(path);
  if (has_file || !std::filesystem::exists(journal_path(path))) results = read_results(path, run_schema());
  Rows rows;
  std::map<std::string, uint64_t> unfinished;
  read_rows(path, rows, unfinished);
  Results merged = rows.results();
  merged.provenance = results.provenance;
  return merged;
}

}  // namespace sparsio
