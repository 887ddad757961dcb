// What a merge makes of the journals of OUT, which are the only place of the rounds of cases that a sweep has yet to
// finish. It asserts:
//   - rounds are kept by a merge that ends well, by one after it, and where OUT has no file yet;
//   - a merge that is refused, or ends for want of room at any step, leaves the journal as it was, to the byte;
//   - journals that ranks left are merged and removed, so that they do not lie over newer rows later, with their rounds
//     kept; while a rank writes one, or where the merge is refused, they stay.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "record/journal.hpp"
#include "sweep/merge_fixture.hpp"
#include "sweep/rank_journals.hpp"

namespace sparsio {
namespace {

class MergingJournals : public Merging {
 protected:
  /// Two rounds of a case that is not finished, of so many samples.
  void put_rounds(const std::string& journal, int samples = 2) {
    Journal writer(journal);
    for (int64_t number = 0; number < 2; ++number) {
      RoundOfCase round{"unfinished", number, "n1", "abc", {}};
      for (int64_t k = 0; k < samples; ++k) round.samples.push_back({"unfinished", k, 0, 0, 1.5, number});
      writer.round(round);
    }
  }
  size_t rounds() {
    const FileContents contents = read_file_and_journal(path("out.h5"));
    const auto found = contents.rounds.find("unfinished");
    return found == contents.rounds.end() ? 0 : found->second.size();
  }
  size_t entries() const { return folder_.entries(); }
};

TEST_F(MergingJournals, KeepsRoundsHoweverOftenItMerges) {
  const std::string a = put("a.h5", {row("a", "ok", 1)});
  put_rounds(path("out.h5.journal"));  // and no file yet
  EXPECT_FALSE(merge_into(path("out.h5"), {a}, Undecided::refuse).is_unchanged);
  EXPECT_EQ(rounds(), 2U);
  const std::string file = slurp(path("out.h5"));
  const std::string journal = slurp(path("out.h5.journal"));
  for (int again = 0; again < 2; ++again) {
    EXPECT_TRUE(merge_into(path("out.h5"), {a}, Undecided::refuse).is_unchanged);
    EXPECT_EQ(slurp(path("out.h5")), file);
    EXPECT_EQ(slurp(path("out.h5.journal")), journal);
  }
  EXPECT_FALSE(is_being_written(path("out.h5.journal")));
  EXPECT_EQ(entries(), 3U) << "nothing is left beside";
}

TEST_F(MergingJournals, LosesNoRoundsToAMergeThatIsRefused) {
  const std::string a = put("a.h5", {row("a", "ok", 1)});
  const std::string b = put("b.h5", {row("a", "ok", 2, 8)});
  put_rounds(path("out.h5.journal"));
  const std::string before = slurp(path("out.h5.journal"));
  EXPECT_NE(refusal({a, b}).find("they should agree and do not"), std::string::npos);
  EXPECT_EQ(slurp(path("out.h5.journal")), before);
  EXPECT_EQ(rounds(), 2U);
}

// A limit on the size of files stands for a full disk, and for a kill at that step: large enough for the first limit to
// stop the results, for others the new journal, in its first line, its first round or its second.
TEST_F(MergingJournals, LosesNoRoundsForWantOfRoom) {
  const std::string a = put("a.h5", {row("a", "ok", 1)});
  merge_into(path("out.h5"), {a}, Undecided::refuse);
  put_rounds(path("out.h5.journal"), 8000);
  const std::string before = slurp(path("out.h5.journal"));
  ASSERT_GT(before.size() / 3, 2 * std::filesystem::file_size(path("out.h5")));
  const std::string b = put("b.h5", {row("b", "ok", 1)});
  for (const rlim_t limit : {rlim_t{10}, rlim_t{100}, before.size() / 3, before.size() * 2 / 3, before.size() - 1}) {
    const pid_t child = fork();
    if (child == 0) {
      signal(SIGXFSZ, SIG_IGN);
      const rlimit small{limit, limit};
      const bool is_limited = setrlimit(RLIMIT_FSIZE, &small) == 0;
      _exit(is_limited && refusal({a, b}).find("File too large") != std::string::npos ? 0 : 1);
    }
    int status = -1;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0) << limit;
    EXPECT_TRUE(slurp(path("out.h5.journal")) == before) << limit;
  }
  EXPECT_EQ(entries(), 4U) << "nothing is left beside";
  merge_into(path("out.h5"), {a, b}, Undecided::refuse);
  EXPECT_EQ(rounds(), 2U);
}

TEST_F(MergingJournals, TakesWhatRanksLeftAndRemovesIt) {
  put("out.h5", {row("a", "error", 1)});
  make_room_for_ranks(path("out.h5"));
  {
    Journal rank(rank_journal(path("out.h5"), 1));
    rank.finished("a", row("a", "ok", 2), {});
    rank.finished("b", row("b", "ok", 2), {});
  }
  put_rounds(rank_journal(path("out.h5"), 2));
  const std::string a = put("a.h5", {row("a", "ok", 3)});
  EXPECT_EQ(merge_into(path("out.h5"), {a}, Undecided::refuse).rows, 2U);
  EXPECT_EQ(read_file_and_journal(path("out.h5")).rows.find("a")->text("started"), row("a", "ok", 3).text("started"));
  EXPECT_FALSE(std::filesystem::exists(path("out.ranks")));
  EXPECT_EQ(rounds(), 2U);
  EXPECT_EQ(entries(), 3U) << "out.h5, its journal and a.h5";
}

TEST_F(MergingJournals, WritesTheRowsOfRanksThoughNoInputHasMore) {
  for (const bool has_file : {true, false}) {
    if (has_file)
      put("out.h5", {row("a", "ok", 1)});
    else
      std::filesystem::remove(path("out.h5"));
    const std::string a = put("a.h5", {row("a", "ok", 1)});
    make_room_for_ranks(path("out.h5"));
    Journal(rank_journal(path("out.h5"), 1)).finished("b", row("b", "ok", 2), {});
    EXPECT_FALSE(merge_into(path("out.h5"), {a}, Undecided::refuse).is_unchanged);
    EXPECT_EQ(read_results(path("out.h5"), run_schema()).runs.size(), 2U);
    EXPECT_EQ(entries(), 2U) << "out.h5 and a.h5";
  }
}

TEST_F(MergingJournals, LeavesTheJournalsOfRanksThatRunOrWhereItIsRefused) {
  const std::string a = put("a.h5", {row("a", "ok", 1)});
  const std::string b = put("b.h5", {row("a", "ok", 2, 8)});
  make_room_for_ranks(path("out.h5"));
  const std::string journal = rank_journal(path("out.h5"), 1);
  {
    Journal running(journal);
    running.finished("b", row("b", "ok", 2), {});
    EXPECT_EQ(refusal({a}), journal + ": another run is writing this journal; wait for it or give another --out");
  }
  EXPECT_NE(refusal({a, b}).find("they should agree and do not"), std::string::npos);
  EXPECT_EQ(read_journal(journal, run_schema()).finished.size(), 1U);
  EXPECT_EQ(entries(), 3U) << "the inputs and the folder of the ranks";
}

}  // namespace
}  // namespace sparsio
