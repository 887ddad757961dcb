#include "run/run_sweep.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>

#include "record/journal.hpp"
#include "record/provenance.hpp"
#include "run/calibration.hpp"
#include "run/progress.hpp"
#include "run/rounds.hpp"
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
    std::map<std::string, std::vector<RoundOfCase>> rounds;
    try {
      FileContents contents = read_file_and_journal(request_.out);
      rows_ = std::move(contents.rows);
      unfinished_ = std::move(contents.unfinished);
      rounds = std::move(contents.rounds);
    } catch (...) {
      if (!had_journal) std::filesystem::remove(journal_path(request_.out));
      throw;
    }
    plan_work();
    take_rounds(rounds);
    if (summary_.ran + to_do_.size() > 0 || had_journal) run_cases(journal);
    // An interrupted sweep may have rounds of cases that have no row yet: they are in the journal alone.
    std::error_code ignored;
    if (!has_rounds()) std::filesystem::remove(journal_path(request_.out), ignored);
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

  void run_cases(Journal& journal) {
    uint64_t steps = 0;
    for (const auto& [one, run] : to_do_) steps += rounds_left(*one, run);
    Progress progress(log_, to_do_.size(), steps);
    for (const std::vector<CaseToRun>& block : blocks_of(to_do_)) {
      if (is_in_rounds(*block.front().first)) {
        run_in_rounds(block, journal, progress);
      } else {
        run_step(block.front(), journal, progress);
      }
      if (summary_.was_interrupted) break;
    }
    rows_.arrange(runs_);  // rounds finish in random order
    write();
  }

  uint64_t rounds_left(const Case& one, const std::string& run) const {
    if (!is_in_rounds(one)) return 1;
    const auto found = rounds_.find(run);
    const uint64_t done = found == rounds_.end() ? 0 : found->second.rounds;
    const auto rounds = static_cast<uint64_t>(one.integer("rounds"));
    return rounds > done ? rounds - done : 1;
  }

  /// Round after round, until every case of the block is finished. A case whose rounds were done before waits for the
  /// others to catch up.
  void run_in_rounds(std::vector<CaseToRun> block, Journal& journal, Progress& progress) {
    for (uint64_t round = 0; !block.empty(); ++round) {
      std::vector<CaseToRun> left;
      bool is_said = false;
      for (const CaseToRun& one : shuffled(block, round)) {
        if (rounds_[one.second].rounds > round) {
          left.push_back(one);
          continue;
        }
        if (!is_said)
          log_ << fmt::format("round {} of {} cases of {}, in random order\n", round + 1, block.size(),
                              one.first->text("network"));
        is_said = true;
        if (!run_step(one, journal, progress)) left.push_back(one);
        if (summary_.was_interrupted) return;
      }
      block = std::move(left);
    }
  }

  /// A case, or a round of one. Is it finished?
  bool run_step(const CaseToRun& what, Journal& journal, Progress& progress) {
    const auto& [one, run] = what;
    if (request_.interrupted != nullptr && *request_.interrupted) {
      summary_.was_interrupted = true;
      return false;
    }
    CaseResult result{blank_record(*one, run, origin_), {}};
    EarlierRounds& earlier = rounds_[run];
    const auto starts = unfinished_.find(run);
    if (starts != unfinished_.end() && starts->second >= most_starts && request_.finished == Finished::skip) {
      result.record.set("status", "error");
      result.record.set("error", fmt::format("started {} times and never finished: it ends the program, or the "
                                             "program was killed in it; the next run tries it again",
                                             starts->second));
    } else {
      journal.started(run, one->place);
      result = run_case(*one, run, origin_, workbench_, earlier);
    }
    if (!result.is_finished) {
      journal.round({run, static_cast<int64_t>(earlier.rounds), origin_.host, origin_.revision, result.samples});
      unfinished_.erase(run);
      ++earlier.rounds;
      earlier.samples.insert(earlier.samples.end(), result.samples.begin(), result.samples.end());
      progress.round_done();
      return false;
    }
    std::vector<Sample> samples = std::move(earlier.samples);
    samples.insert(samples.end(), result.samples.begin(), result.samples.end());
    rounds_.erase(run);
    journal.finished(run, result.record, samples);
    rows_.put(result.record, std::move(samples));
    ++summary_.ran;
    progress.finished(result.record);
    const auto now = std::chrono::steady_clock::now();
    if (std::chrono::duration<double>(now - last_write_).count() > seconds_between_writes) {
      write();
      last_write_ = now;
    }
    return true;
  }

  /// Rounds that an earlier run left in the journal, if they were made here and by this program.
  void take_rounds(const std::map<std::string, std::vector<RoundOfCase>>& rounds) {
    uint64_t taken = 0;
    uint64_t foreign = 0;
    for (const auto& [one, run] : to_do_) {
      const auto found = rounds.find(run);
      if (found == rounds.end() || request_.finished == Finished::rerun || !is_in_rounds(*one)) continue;
      EarlierRounds& earlier = rounds_[run];
      for (const RoundOfCase& round : found->second) {
        if (round.host != origin_.host || round.revision != origin_.revision) {
          ++foreign;
          break;
        }
        ++earlier.rounds;
        ++taken;
        earlier.samples.insert(earlier.samples.end(), round.samples.begin(), round.samples.end());
      }
    }
    if (taken > 0) log_ << fmt::format("{} rounds of unfinished cases are there already\n", taken);
    if (foreign > 0)
      log_ << fmt::format("warning: rounds of {} cases were made on another machine or by another revision; left out\n",
                          foreign);
  }

  bool has_rounds() const {
    return std::any_of(rounds_.begin(), rounds_.end(), [](const auto& one) { return one.second.rounds > 0; });
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
  std::map<std::string, uint64_t> unfinished_;
  std::map<std::string, EarlierRounds> rounds_;  // of cases timed in rounds, done and not finished
  std::vector<CaseToRun> to_do_;
  std::vector<std::string> runs_;
  SweepSummary summary_;
  std::chrono::steady_clock::time_point last_write_ = std::chrono::steady_clock::now();
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
