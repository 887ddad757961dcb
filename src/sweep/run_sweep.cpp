#include "sweep/run_sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <unordered_set>

#include "base/plural.hpp"
#include "mpi/shared/launch.hpp"
#include "predict/calibration.hpp"
#include "record/journal.hpp"
#include "record/provenance.hpp"
#include "run/rounds.hpp"
#include "run/schema.hpp"
#include "sweep/merge.hpp"
#include "sweep/pending_cases.hpp"
#include "sweep/progress.hpp"
#include "sweep/rank_facts.hpp"
#include "sweep/rank_journals.hpp"
#include "sweep/rows.hpp"

namespace sparsio {
namespace {

constexpr double seconds_between_writes = 120;
constexpr uint64_t most_starts = 2;  // of a case that never finished: it ends the program, and is given up

class SweepRun {
 public:
  SweepRun(const Sweep& sweep, const SweepRequest& request, std::ostream& log, Communicator& ranks)
      : sweep_(sweep), request_(request), log_(log), ranks_(ranks), facts_(provenance(request.command)) {
    const std::string dirty = fact_named("git.dirty", facts_) == "yes" ? "+" : "";
    origin_ = {request.config, fact_named("host.name", facts_), fact_named("git.revision", facts_) + dirty};
    facts_.emplace_back("config.path", request.config);
    facts_.emplace_back("config.text", sweep.effective_text);
    facts_.emplace_back("machine.xml", cache_.machine(1).xml);
    if (const std::string kept = kept_calibration_text(); !kept.empty())
      facts_.emplace_back("machine.calibration", kept);
  }

  SweepSummary run() {
    together(ranks_, [&] {
      if (is_first()) open_results();
    });
    share_pending(ranks_, sweep_, to_do_);
    if (!to_do_.empty()) {
      together(ranks_, [&] {
        if (!is_first()) journal_.emplace(rank_journal(request_.out, ranks_.rank()));
      });
      run_cases();
    }
    if (!is_first()) journal_.reset();
    const std::vector<NamedText> facts = joined_facts(ranks_, facts_);
    together(ranks_, [&] {
      if (is_first()) close_results(facts);
    });
    summary_.cases = sweep_.cases.size();
    summary_.ran = ranks_.sum(summary_.ran);
    summary_.skipped = ranks_.sum(summary_.skipped);
    summary_.not_ok = ranks_.sum(summary_.not_ok);
    summary_.was_interrupted = ranks_.max(summary_.was_interrupted ? 1 : 0) > 0;
    return summary_;
  }

 private:
  bool is_first() const { return ranks_.rank() == 0; }
  bool is_interrupted() const { return request_.interrupted != nullptr && *request_.interrupted; }

  /// On rank 0: takes the results, with what earlier runs left, and sees what is to do.
  void open_results() {
    const std::string& out = request_.out;
    const std::filesystem::path folder = std::filesystem::path(out).parent_path();
    if (!folder.empty() && !std::filesystem::is_directory(folder))
      throw BadInput(out, "there is no folder " + folder.string(), "create it or give another --out");
    // The lock comes before the reading: nobody else changes what is read.
    const bool had_journal = std::filesystem::exists(journal_path(out));
    journal_.emplace(journal_path(out));
    FileContents contents;
    try {
      contents = read_file_and_journal(out);
      adopt_rank_journals(contents);
    } catch (...) {
      if (!had_journal) std::filesystem::remove(journal_path(out));
      throw;
    }
    for (const std::string& warning : contents.warnings) log_ << "warning: " << warning << '\n';
    must_write_ = had_journal;
    rows_ = std::move(contents.rows);
    earlier_facts_ = std::move(contents.provenance);
    for (const Record& row : rows_.records()) earlier_rows_.insert(row.text("run"));
    plan_work(contents.unfinished);
    take_rounds(contents.rounds);
    if (ranks_.size() > 1 && !to_do_.empty()) make_room_for_ranks(out);
  }

  /// What the ranks of a killed run left goes into the results, and what they had begun into our journal.
  void adopt_rank_journals(FileContents& contents) {
    const std::vector<std::string> left = rank_journals(request_.out);
    if (left.empty()) return;
    check_ranks_have_ended(request_.out);
    contents.rows.write(request_.out, contents.provenance.empty() ? facts_ : contents.provenance);
    for (const std::string& journal : left) {
      const JournalContents rank = read_journal(journal, run_schema());
      for (const auto& [run, rounds] : rank.rounds)
        for (const RoundOfCase& round : rounds) journal_->round(round);
      for (const auto& [run, starts] : rank.unfinished)
        for (uint64_t start = 0; start < starts; ++start) journal_->started(run, "");
    }
    remove_rank_journals(request_.out);
  }

  void plan_work(const std::map<std::string, uint64_t>& unfinished) {
    uint64_t elsewhere = 0;
    for (const Case& one : sweep_.cases) {
      std::string run = run_id(one);
      const Record* row = rows_.find(run);
      if (row != nullptr && request_.finished == Finished::skip && is_final(*row) && !has_ranks_now(one, *row)) {
        ++summary_.skipped;
        if (row->text("host") != origin_.host || row->text("revision") != origin_.revision) ++elsewhere;
      } else {
        const auto starts = unfinished.find(run);
        to_do_.push_back({&one, run, starts == unfinished.end() ? 0 : starts->second});
      }
      runs_.push_back(std::move(run));
    }
    if (summary_.skipped > 0)
      log_ << fmt::format("{} of {} rows are there already\n", summary_.skipped, sweep_.cases.size());
    if (elsewhere > 0)
      log_ << fmt::format(
          "warning: {} of them were made on another machine or by another revision; --rerun makes them anew\n",
          elsewhere);
  }

  /// A row may be unsupported for want of ranks, and there are enough of them today.
  bool has_ranks_now(const Case& one, const Record& row) const {
    const int64_t wanted = one.integer("ranks");
    return row.text("status") == "unsupported" && wanted > 1 && wanted <= ranks_.size();
  }

  void run_cases() {
    Progress progress(log_, to_do_.size());
    progress_ = &progress;
    const RankSchedule schedule = rank_schedule(to_do_, ranks_);
    const auto finished = ranks_.counter();
    const auto timed = ranks_.counter();
    const auto shared = ranks_.counter();
    finished_ = finished.get();
    const auto node = ranks_.node();
    run_together(schedule.together);
    if (node->rank() == 0) draw(blocks_among(to_do_, schedule.timed), *timed, *shared);
    node->barrier();
    draw(blocks_among(to_do_, schedule.shared), *shared, *timed);
    finished_ = nullptr;
    progress_ = nullptr;
  }

  void run_together(const std::vector<size_t>& places) {
    std::unique_ptr<Communicator> team;
    int64_t members = 0;
    for (const size_t place : places) {
      if (ranks_.max(is_interrupted() ? 1 : 0) > 0) {
        summary_.was_interrupted = true;
        return;
      }
      const int64_t wanted = to_do_[place].one->integer("ranks");
      if (wanted != members) team = ranks_.part(ranks_.rank() < wanted ? 0 : -1);
      members = wanted;
      if (team != nullptr) run_one(to_do_[place], *team);
      ranks_.barrier();
    }
  }

  /// Cases that this rank runs by itself, until none is left. A rank that is interrupted leaves none to the others.
  void draw(const std::vector<std::vector<size_t>>& blocks, Counter& next, Counter& other) {
    const auto alone = Registry<CommunicatorKind>::instance().find("alone", "run").kind.join();
    const auto count = static_cast<int64_t>(blocks.size());
    for (int64_t at = summary_.was_interrupted ? count : next.next(); at < count; at = next.next()) {
      if (is_interrupted()) {
        constexpr int64_t none_left = int64_t{1} << 40;  // more than there are blocks, and a million ranks may add it
        next.next(none_left);
        other.next(none_left);
        summary_.was_interrupted = true;
        return;
      }
      const std::vector<size_t>& block = blocks[static_cast<size_t>(at)];
      if (is_in_rounds(*to_do_[block.front()].one))
        run_in_rounds(block, *alone);
      else
        run_one(to_do_[block.front()], *alone);
    }
  }

  /// Round after round, until every case of the block is finished. A case whose rounds were done before waits for the
  /// others to catch up.
  void run_in_rounds(const std::vector<size_t>& places, Communicator& alone) {
    std::vector<CaseToRun> block;
    std::map<std::string, const PendingCase*> work_of;
    for (const size_t place : places) {
      block.emplace_back(to_do_[place].one, to_do_[place].run);
      work_of[to_do_[place].run] = &to_do_[place];
    }
    for (uint64_t round = 0; !block.empty(); ++round) {
      std::vector<CaseToRun> left;
      bool is_said = false;
      for (const CaseToRun& one : shuffled(block, round)) {
        if (rounds_[one.second].rounds > round) {
          left.push_back(one);
          continue;
        }
        if (is_interrupted()) {
          summary_.was_interrupted = true;
          return;
        }
        if (!is_said)
          log_ << fmt::format("round {} of {} of {}, in random order\n", round + 1, plural(block.size(), "case"),
                              one.first->text("network"));
        is_said = true;
        if (!run_one(*work_of.at(one.second), alone)) left.push_back(one);
      }
      block = std::move(left);
    }
  }

  /// Rounds that an earlier run left in the journal, if they were made here and by this program. Several ranks begin
  /// anew: which of them will draw the block is not known.
  void take_rounds(const std::map<std::string, std::vector<RoundOfCase>>& rounds) {
    uint64_t taken = 0;
    uint64_t foreign = 0;
    for (const PendingCase& work : to_do_) {
      const auto found = rounds.find(work.run);
      if (found == rounds.end() || request_.finished == Finished::rerun || !is_in_rounds(*work.one)) continue;
      if (ranks_.size() > 1) continue;
      EarlierRounds& earlier = rounds_[work.run];
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
    has_earlier_rounds_ = taken > 0;
    if (taken > 0) log_ << fmt::format("{} of unfinished cases already there\n", plural(taken, "round"));
    if (foreign > 0)
      log_ << fmt::format("warning: rounds of {} cases were made on another machine or by another revision; left out\n",
                          foreign);
  }

  bool has_rounds() const {
    return std::any_of(rounds_.begin(), rounds_.end(), [](const auto& one) { return one.second.rounds > 0; });
  }

  /// A case, or a round of one. Is it finished?
  bool run_one(const PendingCase& work, Communicator& team) {
    const auto& [one, run, starts] = work;
    const bool is_writer = team.rank() == 0;
    CaseResult result{blank_record(*one, run, origin_), {}, {}, {}, {}};
    EarlierRounds& earlier = rounds_[run];
    if (earlier.rounds == 0 && starts >= most_starts && request_.finished == Finished::skip) {
      result.record.set("status", "error");
      result.record.set("error", fmt::format("started {} times and never finished: it ends the program, or the "
                                             "program was killed in it; the next run tries it again",
                                             starts));
    } else {
      if (is_writer) journal_->started(run, one->place);
      result = run_case(*one, run, origin_, cache_, team, earlier);
    }
    if (!is_writer) return true;
    if (!result.is_finished) {
      journal_->round({run, static_cast<int64_t>(earlier.rounds), origin_.host, origin_.revision, result.samples});
      ++earlier.rounds;
      earlier.samples.insert(earlier.samples.end(), result.samples.begin(), result.samples.end());
      progress_->add_part(1.0 / static_cast<double>(one->integer("rounds")));
      return false;
    }
    progress_->add_part(-static_cast<double>(earlier.rounds) / static_cast<double>(one->integer("rounds")));
    std::vector<Sample> samples = std::move(earlier.samples);
    samples.insert(samples.end(), result.samples.begin(), result.samples.end());
    rounds_.erase(run);
    journal_->finished(run, result.record, samples);
    ++summary_.ran;
    progress_->finished(result.record, static_cast<uint64_t>(finished_->next() + 1));
    if (!is_first()) return true;
    put_row(std::move(result.record), std::move(samples));
    const auto now = std::chrono::steady_clock::now();
    if (std::chrono::duration<double>(now - last_write_).count() > seconds_between_writes) {
      write_rows(facts_);
      last_write_ = now;
    }
    return true;
  }

  void put_row(Record record, std::vector<Sample> samples) {
    earlier_rows_.erase(record.text("run"));
    rows_.put(std::move(record), std::move(samples));
  }

  /// `facts` are those of this session. What earlier ones measured keeps theirs.
  void write_rows(const std::vector<NamedText>& facts) {
    const bool has_earlier = !earlier_rows_.empty() || has_earlier_rounds_;
    rows_.write(request_.out, has_earlier ? joined_provenance(std::array{earlier_facts_, facts}) : facts);
  }

  /// On rank 0, when all have ended: everybody's rows in one file, then the journals are not needed.
  void close_results(const std::vector<NamedText>& facts) {
    const std::vector<std::string> journals = rank_journals(request_.out);
    for (const std::string& journal : journals)
      for (FinishedCase& done : read_journal(journal, run_schema()).finished)
        put_row(std::move(done.record), std::move(done.samples));
    rows_.arrange(runs_);  // rounds finish in random order
    if (!to_do_.empty() || must_write_) write_rows(facts);
    remove_rank_journals(request_.out);
    // An interrupted sweep may have rounds of cases that have no row yet: they are in the journal alone.
    std::error_code ignored;
    if (!has_rounds()) std::filesystem::remove(journal_path(request_.out), ignored);
    for (const std::string& run : runs_) {
      const Record* row = rows_.find(run);
      if (row != nullptr && row->text("status") != "ok") ++summary_.not_ok;
    }
  }

  const Sweep& sweep_;
  const SweepRequest& request_;
  std::ostream& log_;
  Communicator& ranks_;
  std::vector<NamedText> facts_;
  Origin origin_;
  CaseCache cache_;
  std::optional<Journal> journal_;
  bool must_write_ = false;                       // a journal was there
  Rows rows_;                                     // on rank 0
  std::vector<NamedText> earlier_facts_;          // on rank 0, of the results as they were
  std::unordered_set<std::string> earlier_rows_;  // on rank 0, that were there and have not been run anew
  bool has_earlier_rounds_ = false;               // rounds that an earlier session made are in rows of this one
  std::vector<PendingCase> to_do_;
  std::vector<std::string> runs_;                // on rank 0
  std::map<std::string, EarlierRounds> rounds_;  // of cases timed in rounds, done and not finished
  Progress* progress_ = nullptr;
  Counter* finished_ = nullptr;
  std::chrono::steady_clock::time_point last_write_ = std::chrono::steady_clock::now();
  SweepSummary summary_;
};

}  // namespace

std::string default_results_path(const std::string& config) {
  return "results/" + std::filesystem::path(config).stem().string() + ".h5";
}

SweepSummary run_sweep(const Sweep& sweep, const SweepRequest& request, std::ostream& log, Communicator& ranks) {
  return SweepRun(sweep, request, log, ranks).run();
}

Results read_all_results(const std::string& path) {
  if (!std::filesystem::exists(path) && !std::filesystem::exists(journal_path(path)))
    return read_results(path, run_schema());  // for its message
  FileContents contents = read_file_and_journal(path);
  Results results = contents.rows.take();
  results.provenance = std::move(contents.provenance);
  results.warnings = std::move(contents.warnings);
  return results;
}

}  // namespace sparsio
