#include "sweep/rows.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <utility>

#include "record/journal.hpp"
#include "run/schema.hpp"
#include "sweep/rank_journals.hpp"

namespace sparsio {

void Rows::put(Record record, std::vector<Sample> samples) {
  const auto [at, fresh] = place_.try_emplace(record.text("run"), results_.runs.size());
  if (fresh) {
    results_.runs.push_back(std::move(record));
    samples_.push_back(std::move(samples));
  } else {
    results_.runs[at->second] = std::move(record);
    samples_[at->second] = std::move(samples);
  }
}

void Rows::put_all(Results results) {
  std::unordered_map<std::string, std::vector<Sample>> of_run;
  for (Sample& sample : results.samples) of_run[sample.run].push_back(std::move(sample));
  results_.runs.reserve(results_.runs.size() + results.runs.size());
  for (Record& record : results.runs) {
    const auto found = of_run.find(record.text("run"));
    put(std::move(record), found == of_run.end() ? std::vector<Sample>{} : std::move(found->second));
  }
}

void Rows::arrange(const std::vector<std::string>& runs) {
  std::vector<size_t> order;
  std::vector<bool> is_placed(results_.runs.size(), false);
  const auto append = [&](size_t place) {
    if (!is_placed[place]) order.push_back(place);
    is_placed[place] = true;
  };
  for (const std::string& run : runs)
    if (const auto found = place_.find(run); found != place_.end()) append(found->second);
  for (size_t place = 0; place < is_placed.size(); ++place) append(place);
  if (std::is_sorted(order.begin(), order.end())) return;  // as they are
  Rows arranged;
  for (const size_t place : order) arranged.put(std::move(results_.runs[place]), std::move(samples_[place]));
  arranged.results_.provenance = std::move(results_.provenance);
  *this = std::move(arranged);
}

const Record* Rows::find(const std::string& run) const {
  const auto found = place_.find(run);
  return found == place_.end() ? nullptr : &results_.runs[found->second];
}

void Rows::write(const std::string& path, std::vector<NamedText> provenance) {
  results_.provenance = std::move(provenance);
  for (const auto& samples : samples_) results_.samples.insert(results_.samples.end(), samples.begin(), samples.end());
  try {
    write_results(path, run_schema(), results_);
  } catch (...) {
    results_.samples.clear();
    throw;
  }
  results_.samples.clear();
}

Results Rows::take() {
  for (auto& samples : samples_)
    results_.samples.insert(results_.samples.end(), std::move_iterator(samples.begin()),
                            std::move_iterator(samples.end()));
  place_.clear();
  samples_.clear();
  return std::exchange(results_, {});
}

std::string journal_path(const std::string& results) {
  return results + ".journal";
}

namespace {

/// What the journal of a rank adds. Its rows are newer than the file's.
void lay_over(FileContents& contents, JournalContents journal) {
  contents.in_journal += journal.finished.size();
  contents.bad_lines += journal.bad_lines;
  for (auto& [run, rounds] : journal.rounds) contents.rounds[run] = std::move(rounds);
  for (FinishedCase& done : journal.finished) {
    contents.unfinished.erase(done.run);
    contents.rounds.erase(done.run);
    contents.rows.put(std::move(done.record), std::move(done.samples));
  }
  for (const auto& [run, starts] : journal.unfinished) contents.unfinished[run] += starts;
}

}  // namespace

FileContents read_file_and_journal(const std::string& path) {
  FileContents contents;
  std::vector<JournalContents> of_ranks;
  for (const std::string& journal : rank_journals(path)) of_ranks.push_back(read_journal(journal, run_schema()));
  JournalContents journal = read_journal(journal_path(path), run_schema());
  if (std::filesystem::exists(path)) {
    Results results = read_results(path, run_schema());
    contents.provenance = std::move(results.provenance);
    contents.warnings = std::move(results.warnings);
    contents.rows.put_all(std::move(results));
  }
  if (const std::string warning = newer_schema_warning(journal_path(path), journal.schema_version); !warning.empty())
    contents.warnings.push_back(warning);
  lay_over(contents, std::move(journal));
  for (JournalContents& rank : of_ranks) lay_over(contents, std::move(rank));
  return contents;
}

bool is_final(const Record& record) {
  return record.text("status") == "ok" || record.text("status") == "unsupported";
}

}  // namespace sparsio
