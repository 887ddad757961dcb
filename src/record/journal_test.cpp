// The journal against every way to lose its end: cut at every byte, spoiled in the middle, locked, full disk.
#include "record/journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "disk/digest.hpp"
#include "record/record_fixture.hpp"

namespace sparsio {
namespace {

using JournalTest = RecordFolder;

// The exit status of `action` in a process of its own.
template <class Action>
int in_another_process(Action action) {
  const pid_t child = fork();
  if (child == 0) _exit(action());
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

FinishedCase random_case(RandomStream& random) {
  const Record record = random_record(random);
  return {record.text("run"), record, random_samples(random, record.text("run"))};
}

void expect_same(const FinishedCase& found, const FinishedCase& wanted) {
  EXPECT_EQ(found.run, wanted.run);
  EXPECT_TRUE(same(found.record, wanted.record));
  EXPECT_EQ(found.samples, wanted.samples);
}

std::vector<size_t> line_ends(const std::string& bytes) {
  std::vector<size_t> ends;
  for (size_t k = 0; k < bytes.size(); ++k)
    if (bytes[k] == '\n') ends.push_back(k + 1);
  return ends;
}

TEST_F(JournalTest, NoFileIsAnEmptyJournal) {
  const JournalContents contents = read_journal(path("none"), test_schema());
  EXPECT_TRUE(contents.finished.empty());
  EXPECT_TRUE(contents.unfinished.empty());
}

TEST_F(JournalTest, KeepsTheRoundsOfCasesThatAreNotFinished) {
  RandomStream random(6, 1);
  const FinishedCase done = random_case(random);
  const auto round = [&](const std::string& run, int64_t number) {
    return RoundOfCase{run, number, "host", "revision", random_samples(random, run)};
  };
  std::vector<RoundOfCase> kept = {round("b", 0), round("b", 1)};
  {
    Journal journal(path("j"));
    journal.started(done.run, "a.toml:1");
    journal.round(round(done.run, 0));
    for (const RoundOfCase& old : {round("b", 0), round("b", 1), round("b", 2)}) journal.round(old);
    journal.finished(done.run, done.record, done.samples);
    journal.started("b", "a.toml:2");
    for (const RoundOfCase& one : kept) journal.round(one);  // begun anew: the old ones are gone
    journal.round(round("b", 4));                            // a gap: not usable
    journal.started("b", "a.toml:2");
  }
  const JournalContents contents = read_journal(path("j"), test_schema());
  EXPECT_EQ(contents.finished.size(), 1U);
  EXPECT_EQ(contents.unfinished, (std::map<std::string, uint64_t>{{"b", 1}}));
  ASSERT_EQ(contents.rounds.size(), 1U);
  const std::vector<RoundOfCase>& found = contents.rounds.at("b");
  ASSERT_EQ(found.size(), kept.size());
  for (size_t k = 0; k < kept.size(); ++k) {
    EXPECT_EQ(found[k].round, kept[k].round);
    EXPECT_EQ(found[k].host, "host");
    EXPECT_EQ(found[k].revision, "revision");
    EXPECT_EQ(found[k].samples, kept[k].samples);
  }
}

TEST_F(JournalTest, KeepsTheLastRowOfEachRunAndCountsStarts) {
  RandomStream random(6, 0);
  const FinishedCase first = random_case(random);
  const FinishedCase second = random_case(random);
  FinishedCase again = random_case(random);
  again.run = first.run;
  for (Sample& sample : again.samples) sample.run = first.run;
  {
    Journal journal(path("j"));
    journal.started(first.run, "a.toml:1");
    journal.finished(first.run, first.record, first.samples);
    journal.started(second.run, "a.toml:2");
    journal.started(second.run, "a.toml:2");
    journal.finished(second.run, second.record, second.samples);
    journal.started("lost", "a.toml:3");
  }
  {
    Journal journal(path("j"));
    journal.started("lost", "a.toml:3");
    journal.started(first.run, "a.toml:1");
    journal.finished(first.run, again.record, again.samples);
    journal.started(second.run, "a.toml:2");
  }
  const JournalContents contents = read_journal(path("j"), test_schema());
  ASSERT_EQ(contents.finished.size(), 2U);
  expect_same(contents.finished[0], again);
  expect_same(contents.finished[1], second);
  EXPECT_EQ(contents.unfinished, (std::map<std::string, uint64_t>{{"lost", 2}, {second.run, 1}}));
  EXPECT_EQ(contents.bad_lines, 0U);
}

TEST_F(JournalTest, SurvivesACutAtEveryByteOfTheLastTwoLines) {
  RandomStream random(7, 0);
  std::vector<FinishedCase> cases;
  {
    Journal journal(path("whole"));
    for (int k = 0; k < 3; ++k) {
      cases.push_back(random_case(random));
      journal.finished(cases.back().run, cases.back().record, cases.back().samples);
    }
  }
  const std::string whole = bytes_of(path("whole"));
  const std::vector<size_t> ends = line_ends(whole);
  ASSERT_EQ(ends.size(), 4U);
  const FinishedCase next = random_case(random);
  for (size_t cut = ends[1]; cut <= whole.size(); ++cut) {
    const std::string file = path("cut");
    write_bytes(file, whole.substr(0, cut));
    const auto left =
        static_cast<size_t>(std::count_if(ends.begin(), ends.end(), [&](size_t end) { return end <= cut; }));
    EXPECT_EQ(read_journal(file, test_schema()).finished.size(), left - 1) << cut;
    {
      Journal journal(file);
      EXPECT_EQ(bytes_of(file), whole.substr(0, ends[left - 1])) << cut;
      journal.finished(next.run, next.record, next.samples);
    }
    const JournalContents contents = read_journal(file, test_schema());
    EXPECT_EQ(contents.bad_lines, 0U) << cut;
    ASSERT_EQ(contents.finished.size(), left) << cut;
    for (size_t k = 0; k + 1 < left; ++k) expect_same(contents.finished[k], cases[k]);
    expect_same(contents.finished.back(), next);
  }
}

TEST_F(JournalTest, SurvivesACutAtEveryByteOfTheHeader) {
  { const Journal journal(path("j")); }
  const std::string header = bytes_of(path("j"));
  for (size_t cut = 0; cut < header.size(); ++cut) {
    write_bytes(path("cut"), header.substr(0, cut));
    { const Journal journal(path("cut")); }
    EXPECT_EQ(bytes_of(path("cut")), header) << cut;
  }
}

TEST_F(JournalTest, SkipsAndCountsASpoiledLineInTheMiddle) {
  RandomStream random(8, 0);
  const FinishedCase cases[] = {random_case(random), random_case(random), random_case(random)};
  {
    Journal journal(path("j"));
    for (const FinishedCase& one : cases) journal.finished(one.run, one.record, one.samples);
  }
  const std::string whole = bytes_of(path("j"));
  const std::vector<size_t> ends = line_ends(whole);
  for (size_t k = ends[1]; k + 1 < ends[2]; ++k) {
    std::string spoiled = whole;
    spoiled[k] = spoiled[k] == '~' ? '!' : '~';
    write_bytes(path("spoiled"), spoiled);
    { const Journal journal(path("spoiled")); }
    const JournalContents contents = read_journal(path("spoiled"), test_schema());
    EXPECT_EQ(contents.bad_lines, 1U);
    ASSERT_EQ(contents.finished.size(), 2U);
    expect_same(contents.finished[0], cases[0]);
    expect_same(contents.finished[1], cases[2]);
  }
}

TEST_F(JournalTest, IsWrittenByOneProcessAtATime) {
  const std::string file = path("j");
  const auto open_again = [&] {
    const std::string answer = refusal([&] { const Journal journal(file); });
    return answer.empty()                                                                                ? 0
           : answer == file + ": another run is writing this journal; wait for it or give another --out" ? 1
                                                                                                         : 2;
  };
  {
    const Journal journal(file);
    EXPECT_EQ(in_another_process(open_again), 1);
    EXPECT_EQ(refusal([&] { read_journal(file, test_schema()); }), "");
  }
  EXPECT_EQ(in_another_process(open_again), 0);
}

TEST_F(JournalTest, LeavesForeignFilesAlone) {
  for (const std::string text : {"my notes", "my notes\n", "0123456789abcdef {}\n"}) {
    write_bytes(path("notes"), text);
    EXPECT_NE(refusal([&] { const Journal journal(path("notes")); }).find("not a journal of Sparsio"),
              std::string::npos);
    EXPECT_EQ(bytes_of(path("notes")), text);
  }
  EXPECT_NE(refusal([&] { read_journal(path("notes"), test_schema()); }).find("not a journal"), std::string::npos);
}

TEST_F(JournalTest, ReadsNewerSchemasAndRefusesOlderOnes) {
  const auto begin = [&](int version) {
    const std::string json = fmt::format(R"({{"event":"header","program":"sparsio","schema_version":{}}})", version);
    write_bytes(path("j"), short_digest(json) + " " + json + "\n");
  };
  begin(7);
  EXPECT_EQ(read_journal(path("j"), test_schema()).schema_version, 7);
  begin(2);
  const std::string wanted =
      fmt::format("{}: schema version 2, this program reads {} and newer; give another --out", path("j"), first_schema);
  EXPECT_EQ(refusal([&] { read_journal(path("j"), test_schema()); }), wanted);
  EXPECT_EQ(refusal([&] { const Journal journal(path("j")); }), wanted);

  RandomStream random(9, 0);
  const FinishedCase one = random_case(random);
  Journal journal(path("columns"));
  journal.finished(one.run, one.record, {});
  Schema other = test_schema();
  other.pop_back();
  const JournalContents kept = read_journal(path("columns"), other);
  ASSERT_EQ(kept.finished.size(), 1U);
  EXPECT_TRUE(same_cell(kept.finished[0].record.cell("ratio"), one.record.cell("ratio")));  // surplus is kept
}

TEST_F(JournalTest, SaysWhyItCannotBeWritten) {
  EXPECT_NE(refusal([&] { const Journal journal(path("no/such/folder")); }).find("No such file or directory"),
            std::string::npos);
  EXPECT_NE(refusal([&] { const Journal journal(path("")); }).find("not a regular file"), std::string::npos);
  EXPECT_NE(refusal([] { const Journal journal("/dev/full"); }).find("not a regular file"), std::string::npos);
}

// A limit on the size of files stands for a full disk: a write is cut short, the next one fails.
TEST_F(JournalTest, AFullDiskCostsOnlyTheLineBeingWritten) {
  const std::string file = path("j");
  const int status = in_another_process([&] {
    signal(SIGXFSZ, SIG_IGN);
    Journal journal(file);
    journal.started("first", "a:1");
    const auto size = static_cast<rlim_t>(std::filesystem::file_size(file));
    const rlimit small{size + 20, RLIM_INFINITY};
    if (setrlimit(RLIMIT_FSIZE, &small) != 0) return 2;
    const std::string answer = refusal([&] { journal.started("second", "a:2"); });
    if (answer.find("File too large") == std::string::npos) return 3;
    if (std::filesystem::file_size(file) != size) return 4;
    const rlimit all{RLIM_INFINITY, RLIM_INFINITY};
    if (setrlimit(RLIMIT_FSIZE, &all) != 0) return 5;
    journal.started("third", "a:3");
    return 0;
  });
  EXPECT_EQ(status, 0);
  const JournalContents contents = read_journal(file, test_schema());
  EXPECT_EQ(contents.unfinished, (std::map<std::string, uint64_t>{{"first", 1}, {"third", 1}}));
  EXPECT_EQ(contents.bad_lines, 0U);
}

}  // namespace
}  // namespace sparsio
