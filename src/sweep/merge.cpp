#include "sweep/merge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <set>
#include <thread>

#include "base/error.hpp"
#include "disk/atomic_file.hpp"
#include "disk/partial_files.hpp"
#include "record/journal.hpp"
#include "run/schema.hpp"
#include "sweep/choices.hpp"
#include "sweep/rank_journals.hpp"

namespace sparsio {
namespace {

constexpr std::chrono::seconds longest_merge(60);  // of others, that is waited for

/// Is all the same that both have? They differ then in what a newer program alone wrote.
bool agree(const Record& a, const Record& b) {
  for (size_t column = 0; column < a.schema().size(); ++column) {
    const Cell* other = b.find(a.schema()[column].name, column);
    if (other != nullptr && !same_cell(a.cells()[column], *other)) return false;
  }
  return true;
}

int rank(const Record& row) {
  const std::string& status = row.text("status");
  return status == "ok" ? 2 : status == "unsupported" ? 1 : 0;
}

/// "reads (12 and 13)" for the first column that should agree and does not.
std::string disagreement(const Record& a, const Record& b) {
  if (a.text("host") != b.text("host") || !same_cell(a.cell("memory_values"), b.cell("memory_values"))) return "";
  if (!other_choices(a, b, {}).empty()) return "";
  for (const Column& column : run_schema())
    if (const std::string& name = column.name; column.is_determined && !same_cell(a.cell(name), b.cell(name)))
      return fmt::format("{} ({} and {})", name, a.real(name), b.real(name));
  return "";
}

std::string base_name(const std::string& name) {
  const size_t mark = name.rfind('#');
  const bool is_numbered = mark != std::string::npos && mark + 1 < name.size() &&
                           name.find_first_not_of("0123456789", mark + 1) == std::string::npos;
  return is_numbered ? name.substr(0, mark) : name;
}

/// Values of each fact in order of first appearance.
class Facts {
 public:
  void add(const NamedText& fact) {
    auto& values = values_[base_name(fact.first)];
    if (values.known.insert(fact.second).second) values.in_order.push_back(fact.second);
  }
  void add_all(std::vector<NamedText> facts) {
    // name#2 before name#10, which sorting by name would not give.
    std::stable_sort(facts.begin(), facts.end(), [](const NamedText& a, const NamedText& b) {
      const std::string x = base_name(a.first);
      const std::string y = base_name(b.first);
      return x != y ? x < y : a.first.size() != b.first.size() ? a.first.size() < b.first.size() : a.first < b.first;
    });
    for (const NamedText& fact : facts) add(fact);
  }
  std::vector<NamedText> all() const {
    std::vector<NamedText> facts;
    for (const auto& [name, values] : values_)
      for (size_t k = 0; k < values.in_order.size(); ++k)
        facts.emplace_back(k == 0 ? name : fmt::format("{}#{}", name, k + 1), values.in_order[k]);
    std::sort(facts.begin(), facts.end());  // as they are read back
    return facts;
  }

 private:
  struct Values {
    std::vector<std::string> in_order;
    std::set<std::string> known;
  };
  std::map<std::string, Values> values_;
};

class Merge {
 public:
  /// `out`: the file whose unfinished rounds are kept; those of other files stay where they are.
  explicit Merge(Undecided undecided, std::string out = "") : undecided_(undecided), out_(std::move(out)) {}

  void add(const std::string& file, FileContents contents) {
    files_.push_back(file);
    facts_.add_all(contents.provenance);
    merged_.contents.bad_lines += contents.bad_lines;
    merged_.contents.warnings.insert(merged_.contents.warnings.end(), contents.warnings.begin(),
                                     contents.warnings.end());
    merged_.contents.in_journal += contents.in_journal;
    if (keeps_rounds_of(file)) merged_.contents.rounds = std::move(contents.rounds);
    for (const auto& [run, starts] : contents.unfinished) merged_.contents.unfinished[run] += starts;
    Results results = contents.rows.take();
    std::unordered_map<std::string, std::vector<Sample>> of_run;
    for (Sample& sample : results.samples) of_run[sample.run].push_back(std::move(sample));
    for (Record& row : results.runs) {
      std::vector<Sample>& samples = of_run[row.text("run")];
      offer(std::move(row), std::move(samples));
    }
  }

  Merged take() {
    merged_.contents.provenance = facts_.all();
    return std::move(merged_);
  }

 private:
  void offer(Record row, std::vector<Sample> samples) {
    const std::string& run = row.text("run");
    const size_t file = files_.size() - 1;
    const auto [from, is_new] = from_.try_emplace(run, file);
    if (!is_new) {
      ++merged_.in_two_files;
      const Record& there = *merged_.contents.rows.find(run);
      const RowChoice choice = better_row(there, row);
      if (choice.row == RowChoice::Row::undecided && undecided_ == Undecided::refuse)
        throw BadInput(files_[file],
                       fmt::format("row {} is also in {}, and {}", run, files_[from->second], choice.reason),
                       "leave one of the files out, or give --newest to take the row started later");
      const bool takes_second = choice.row == RowChoice::Row::second || (choice.row == RowChoice::Row::undecided &&
                                                                         row.text("started") >= there.text("started"));
      if (!takes_second) return;
      from->second = file;
    }
    merged_.contents.rows.put(std::move(row), std::move(samples));
  }

  bool keeps_rounds_of(const std::string& file) const { return file == out_; }

  Undecided undecided_;
  std::string out_;
  std::vector<std::string> files_;
  std::unordered_map<std::string, size_t> from_;
  Facts facts_;
  Merged merged_;
};

bool same_contents(const Rows& a, const Rows& b) {
  if (a.records().size() != b.records().size()) return false;
  for (size_t k = 0; k < a.records().size(); ++k) {
    const std::string& run = a.records()[k].text("run");
    if (!same_row(a.records()[k], b.records()[k]) || a.samples(run) != b.samples(run)) return false;
  }
  return true;
}

bool is_there(const std::string& file) {
  return std::filesystem::exists(file) || std::filesystem::exists(journal_path(file));
}

bool is_same_file(const std::string& a, const std::string& b) {
  std::error_code ignored;
  return std::filesystem::weakly_canonical(a, ignored) == std::filesystem::weakly_canonical(b, ignored);
}

FileContents read_input(const std::string& file) {
  if (!is_there(file)) throw BadInput(file, "no such results, and no journal of them", "give a file that `run` wrote");
  return read_file_and_journal(file);
}

/// A run, and no merge, wrote the journal: it has said which case.
bool has_cases(const std::string& journal) {
  const JournalContents contents = read_journal(journal, run_schema());
  return !contents.finished.empty() || !contents.unfinished.empty() || contents.bad_lines > 0;
}

bool is_of_a_run(const std::string& journal) {
  try {
    return has_cases(journal);
  } catch (const BadInput&) {
    return false;  // a merge has removed it meanwhile
  }
}

/// It has a line behind the first; one without was made for its lock and can go.
bool has_anything(const std::string& journal) {
  return has_cases(journal) || !read_journal(journal, run_schema()).rounds.empty();
}

/// The journal of `out` is its lock. Another merge, which takes seconds, is waited for; a run is not.
std::unique_ptr<Journal> locked(const std::string& out) {
  const auto end = std::chrono::steady_clock::now() + longest_merge;
  while (true) {
    try {
      return std::make_unique<Journal>(journal_path(out));
    } catch (const BeingWritten&) {
      if (std::chrono::steady_clock::now() > end || is_of_a_run(journal_path(out))) throw;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

using Rounds = std::map<std::string, std::vector<RoundOfCase>>;

/// A journal of these rounds alone in the place of the one at `path`: the old or the new one is there at any moment,
/// and the new one is locked before anybody can find it.
std::unique_ptr<Journal> replace_journal(const std::string& path, const Rounds& rounds) {
  const std::string beside = name_beside(path);
  note_partial_file(beside);
  try {
    auto fresh = std::make_unique<Journal>(beside);
    for (const auto& [run, of_case] : rounds)
      for (const RoundOfCase& one : of_case) fresh->round(one);
    move_into_place(beside, path);
    return fresh;
  } catch (...) {
    std::error_code ignored;
    std::filesystem::remove(beside, ignored);
    forget_partial_file(beside);
    throw;
  }
}

}  // namespace

RowChoice better_row(const Record& first, const Record& second) {
  using Row = RowChoice::Row;
  if (same_row(first, second)) return {Row::same, ""};
  if (agree(first, second)) return {first.schema().size() < second.schema().size() ? Row::second : Row::first, ""};
  if (rank(first) != rank(second)) return {rank(first) > rank(second) ? Row::first : Row::second, ""};
  const std::string& before = first.text("started");
  const std::string& after = second.text("started");
  if (rank(first) == 2) {
    if (first.text("revision") != second.text("revision"))
      return {Row::undecided, fmt::format("they come from different revisions of the program, {} and {}",
                                          first.text("revision"), second.text("revision"))};
    if (const std::string what = disagreement(first, second); !what.empty())
      return {Row::undecided, "they should agree and do not, in " + what};
    if (before == after) return {Row::undecided, "they differ though both started at " + before};
  }
  return {after >= before ? Row::second : Row::first, ""};  // UTC times of one form: the texts are ordered as they are
}

std::vector<NamedText> joined_provenance(std::span<const std::vector<NamedText>> all) {
  Facts facts;
  for (const std::vector<NamedText>& one : all) facts.add_all(one);
  return facts.all();
}

Merged merged_files(const std::vector<std::string>& files, Undecided undecided) {
  Merge merge(undecided);
  for (const std::string& file : files) merge.add(file, read_input(file));
  return merge.take();
}

MergeSummary merge_into(const std::string& out, const std::vector<std::string>& inputs, Undecided undecided) {
  MergeSummary summary;
  for (const std::string& file : inputs) {
    if (!is_there(file)) read_input(file);  // for its message, before anything is touched
    if (is_being_written(journal_path(file))) ++summary.being_written;
  }
  // Nobody may write `out` meanwhile. What a run that was killed left in its journals is merged, too.
  const std::unique_ptr<Journal> lock = locked(out);
  const bool had_journal = has_anything(journal_path(out));
  Rounds rounds;  // of cases that a sweep into `out` has yet to finish
  try {
    check_ranks_have_ended(out);
    Merge merge(undecided, out);
    const bool had_file = std::filesystem::exists(out);
    uint64_t in_journal = 0;
    if (had_file || had_journal || !rank_journals(out).empty()) {
      FileContents contents = read_file_and_journal(out);
      in_journal = contents.in_journal;
      merge.add(out, std::move(contents));
    }
    for (const std::string& file : inputs)
      if (!is_same_file(file, out)) merge.add(file, read_input(file));
    Merged merged = merge.take();
    rounds = std::move(merged.contents.rounds);
    Rows& rows = merged.contents.rows;
    summary.rows = rows.records().size();
    summary.in_two_files = merged.in_two_files;
    summary.bad_lines = merged.contents.bad_lines;
    summary.warnings = merged.contents.warnings;
    for (const Record& row : rows.records())
      if (row.text("status") != "ok") ++summary.not_ok;
    if (had_file && in_journal == 0) {
      const FileContents before = read_file_and_journal(out);
      summary.is_unchanged = before.provenance == merged.contents.provenance && same_contents(before.rows, rows);
    }
    if (!summary.is_unchanged) rows.write(out, merged.contents.provenance);
  } catch (...) {
    if (!had_journal) std::filesystem::remove(journal_path(out));
    throw;
  }
  // The ranks' journals would lie over the merged rows, which are newer. They go when their rounds are safe, and while
  // the lock is held: no other run has made new ones.
  std::unique_ptr<Journal> kept;
  if (!rounds.empty()) kept = replace_journal(journal_path(out), rounds);
  remove_rank_journals(out);
  std::error_code ignored;
  if (rounds.empty()) std::filesystem::remove(journal_path(out), ignored);
  return summary;
}

}  // namespace sparsio
