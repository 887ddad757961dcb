// Merging against a dumber oracle (every row of every file, the best by a linear search), and what is refused.
#include "sweep/merge.hpp"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <random>

#include "base/random.hpp"
#include "record/journal.hpp"
#include "sweep/merge_fixture.hpp"

namespace sparsio {
namespace {

TEST_F(Merging, KeepsTheBestOfEachRunAsASlowSearchDoes) {
  const std::vector<std::string> statuses = {"ok", "unsupported", "error", "timeout", "incorrect"};
  const auto rank = [](const Record& r) { return r.text("status") == "ok" ? 2 : r.text("status") == "unsupported"; };
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    RandomStream random(seed, 3);
    std::vector<Record> all;
    std::vector<std::string> files;
    const uint64_t count = 1 + random.below(4);
    int second = 0;
    for (uint64_t f = 0; f < count; ++f) {
      std::vector<Record> rows;
      for (char name = 'a'; name < 'i'; ++name)
        if (random.below(2) == 0)
          rows.push_back(row(std::string(1, name), statuses[random.below(statuses.size())], second++));
      std::shuffle(rows.begin(), rows.end(), std::minstd_rand(static_cast<unsigned>(seed)));
      all.insert(all.end(), rows.begin(), rows.end());
      files.push_back(put(fmt::format("in{}.h5", f), rows));
    }
    std::shuffle(files.begin(), files.end(), std::minstd_rand(static_cast<unsigned>(seed + 1)));
    const std::string out = path(fmt::format("out{}.h5", seed));
    merge_into(out, files, Undecided::refuse);
    const Results merged = read_results(out, run_schema());
    std::map<std::string, const Record*> best;
    for (const Record& one : all) {
      const Record*& there = best[one.text("run")];
      if (there == nullptr || rank(one) > rank(*there) ||
          (rank(one) == rank(*there) && one.text("started") > there->text("started")))
        there = &one;
    }
    ASSERT_EQ(merged.runs.size(), best.size());
    ASSERT_EQ(merged.samples.size(), best.size());
    for (const Record& one : merged.runs) {
      ASSERT_EQ(one.text("started"), best.at(one.text("run"))->text("started"));
      ASSERT_EQ(one.text("status"), best.at(one.text("run"))->text("status"));
    }
  }
}

TEST_F(Merging, AgainChangesNotAByte) {
  const std::string a = put("a.h5", {row("a", "ok", 1), row("b", "error", 2)}, {{"host.name", "n1"}, {"x", "1"}});
  const std::string b = put("b.h5", {row("b", "ok", 3), row("c", "ok", 4)}, {{"host.name", "n2"}, {"x", "1"}});
  EXPECT_FALSE(merge_into(path("out.h5"), {a, b}, Undecided::refuse).is_unchanged);
  const std::string before = slurp(path("out.h5"));
  for (const std::vector<std::string>& files : {std::vector<std::string>{a, b}, {b, a}, {b}, {path("out.h5")}}) {
    EXPECT_TRUE(merge_into(path("out.h5"), files, Undecided::refuse).is_unchanged);
    EXPECT_EQ(slurp(path("out.h5")), before);
  }
  EXPECT_FALSE(std::filesystem::exists(path("out.h5.journal")));
}

TEST_F(Merging, KeepsEveryValueOfTheProvenance) {
  std::vector<std::string> files;
  for (int k = 0; k < 12; ++k)
    files.push_back(put(fmt::format("p{}.h5", k), {row(fmt::format("r{}", k), "ok", k)},
                        {{"host.name", fmt::format("n{}", k)}, {"same", "yes"}}));
  merge_into(path("out.h5"), files, Undecided::refuse);
  const auto facts = read_results(path("out.h5"), run_schema()).provenance;
  EXPECT_EQ(facts.size(), 13U);
  const auto value = [&](const std::string& name) {
    return std::find_if(facts.begin(), facts.end(), [&](const NamedText& f) { return f.first == name; })->second;
  };
  EXPECT_EQ(value("same"), "yes");
  EXPECT_EQ(value("host.name"), "n0");
  EXPECT_EQ(value("host.name#2"), "n1");
  EXPECT_EQ(value("host.name#12"), "n11");
  EXPECT_TRUE(merge_into(path("out.h5"), files, Undecided::refuse).is_unchanged);
}

TEST_F(Merging, ReadsTheJournalsThatKilledRunsLeave) {
  const std::string a = put("a.h5", {row("a", "error", 1)});
  {
    Journal journal(a + ".journal");
    journal.started("a", "");
    journal.finished("a", row("a", "ok", 2), {});
    journal.started("z", "");
  }
  {
    Journal journal(path("b.h5.journal"));  // a run that was killed before it wrote its file
    journal.finished("b", row("b", "ok", 3), {{"b", 0, 0, 0, 1.5}});
  }
  const MergeSummary done = merge_into(path("out.h5"), {a, path("b.h5")}, Undecided::refuse);
  EXPECT_EQ(done.rows, 2U);
  EXPECT_EQ(done.not_ok, 0U);
  EXPECT_EQ(done.being_written, 0U);
  const Results merged = read_results(path("out.h5"), run_schema());
  EXPECT_EQ(merged.runs[0].text("status"), "ok");
  EXPECT_EQ(merged.samples.back(), (Sample{"b", 0, 0, 0, 1.5}));
  EXPECT_TRUE(std::filesystem::exists(a + ".journal")) << "the inputs are left alone";
}

TEST_F(Merging, TakesTheLaterOfRowsForWhichOtherEnginesWereChosen) {
  const auto chose = [](const char* engine, int second, double reads) {
    Record one = row("a", "ok", second, reads);
    one.set("engine_used", engine);
    return one;
  };
  const std::string a = put("a.h5", {chose("csr", 1, 7)});
  const std::string b = put("b.h5", {chose("twin_tiles", 2, 8)});
  const std::string c = put("c.h5", {chose("csr", 3, 8)});
  EXPECT_EQ(refusal({a, b}), "");
  EXPECT_EQ(read_results(path("out.h5"), run_schema()).runs.front().text("engine_used"), "twin_tiles");
  std::filesystem::remove(path("out.h5"));
  EXPECT_NE(refusal({a, c}).find("they should agree and do not, in reads (7 and 8)"), std::string::npos);
}

TEST_F(Merging, RefusesWhatCannotBeDecidedNamingBothFiles) {
  const std::string a = put("a.h5", {row("a", "ok", 1)});
  Record other = row("a", "ok", 2);
  other.set("revision", "def");
  const std::string b = put("b.h5", {other});
  EXPECT_EQ(refusal({a, b}), b + ": row a is also in " + a +
                                 ", and they come from different revisions of the program, abc and def; leave one of "
                                 "the files out, or give --newest to take the row started later");
  const std::string c = put("c.h5", {row("a", "ok", 2, 8)});
  EXPECT_NE(refusal({a, c}).find("they should agree and do not, in reads (7 and 8)"), std::string::npos);
  Record at_once = row("a", "ok", 1);
  at_once.set("seconds", 3.0);
  const std::string d = put("d.h5", {at_once});
  EXPECT_NE(refusal({a, d}).find("they differ though both started at 2024"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(path("out.h5")));
  EXPECT_FALSE(std::filesystem::exists(path("out.h5.journal")));
  merge_into(path("out.h5"), {c, a}, Undecided::newest);
  EXPECT_EQ(read_results(path("out.h5"), run_schema()).runs.front().real("reads"), 8);
}

TEST_F(Merging, RefusesMissingInputsAndAnOutThatIsBeingWritten) {
  const std::string a = put("a.h5", {row("a", "ok", 1)});
  EXPECT_NE(refusal({a, path("none.h5")}).find("no such results"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(path("out.h5.journal")));
  Journal running(path("out.h5.journal"));
  running.started("z", "");
  EXPECT_NE(refusal({a}).find("another run is writing"), std::string::npos);
  EXPECT_TRUE(is_being_written(path("out.h5.journal")));
  EXPECT_FALSE(is_being_written(path("none.journal")));
}

TEST_F(Merging, ManyProcessesMergeIntoOneFileAndLoseNothing) {
  std::vector<std::string> files;
  for (int k = 0; k < 8; ++k) files.push_back(put(fmt::format("{}.h5", k), {row(fmt::format("{}", k), "ok", k)}));
  std::vector<pid_t> merges;
  for (const std::string& file : files) {
    merges.push_back(fork());
    if (merges.back() != 0) continue;
    try {
      merge_into(path("out.h5"), {file}, Undecided::refuse);
      _exit(0);
    } catch (const std::exception&) {
      _exit(1);
    }
  }
  for (const pid_t merge : merges) {
    int status = -1;
    EXPECT_EQ(waitpid(merge, &status, 0), merge);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(read_results(path("out.h5"), run_schema()).runs.size(), files.size());
  EXPECT_FALSE(std::filesystem::exists(path("out.h5.journal")));
}

TEST_F(Merging, TheSameRowWithColumnsOfANewerProgramIsTaken) {
  Schema newer = run_schema();
  newer.push_back({"joules", Type::real, 0, "joules", "energy"});
  const Record plain = row("a", "ok", 1);
  Record more(newer);
  for (size_t column = 0; column < run_schema().size(); ++column) more.set_cell(column, plain.cells()[column]);
  more.set("joules", 2.5);
  for (const bool is_first : {true, false}) {
    const std::string one = put("plain.h5", {plain});
    const std::string other = put("more.h5", {more});
    const std::string out = path(is_first ? "first.h5" : "second.h5");
    merge_into(out, is_first ? std::vector{other, one} : std::vector{one, other}, Undecided::refuse);
    const Results merged = read_results(out, run_schema());
    ASSERT_EQ(merged.runs.size(), 1U);
    EXPECT_TRUE(same_row(merged.runs[0], more)) << is_first;
  }
}

}  // namespace
}  // namespace sparsio
