// What a resumed sweep keeps of the provenance. It asserts:
//   - where rows of an earlier session stay, its facts stay, in front of those of this one, also if this one is
//     interrupted; a row that is nobody's in the config counts, too, and so do rounds that the journal kept;
//   - facts that did not change are there once, however often a sweep is resumed;
//   - where no earlier row stays, there are the facts of this session alone.
#include <gtest/gtest.h>

#include <sstream>

#include "disk/temporary_folder_fixture.hpp"
#include "record/journal.hpp"
#include "run/schema.hpp"
#include "sweep/rows.hpp"
#include "sweep/run_sweep.hpp"

namespace sparsio {
namespace {

class Resume : public testing::Test {
 protected:
  /// Adds cases of these memories to the sweep.
  void want(const std::vector<std::string>& memories) {
    for (const std::string& memory : memories) {
      Case one;
      for (const auto& [key, value] : {std::pair<const char*, std::string>{"network", "mlp:widths=9x3"},
                                       std::pair<const char*, std::string>{"memory", memory}})
        one.set(key, value, "test");
      sweep_.cases.push_back(std::move(one));
    }
  }
  SweepSummary run(const std::string& command, Finished finished = Finished::skip,
                   const std::atomic<bool>* interrupted = nullptr) {
    SweepRequest request;
    request.config = "test.toml";
    request.out = folder_ / "r.h5";
    request.finished = finished;
    request.command = {command};
    request.interrupted = interrupted;
    std::ostringstream log;
    return run_sweep(sweep_, request, log, *Registry<CommunicatorKind>::instance().find("alone", "test").kind.join());
  }
  /// The values of a fact, in order.
  std::vector<std::string> facts(const std::string& name) {
    std::vector<std::string> values;
    for (const auto& [fact, text] : read_results(folder_ / "r.h5", run_schema()).provenance)
      if (fact == name || fact.starts_with(name + "#")) values.push_back(text);
    return values;
  }
  /// All but when the sessions were started, which differs each time.
  std::vector<NamedText> facts_but_starts() {
    std::vector<NamedText> facts = read_results(folder_ / "r.h5", run_schema()).provenance;
    std::erase_if(facts, [](const NamedText& fact) { return fact.first.starts_with("process.started"); });
    return facts;
  }
  /// Puts `text` in the place of a fact, as if another machine or program had made the rows.
  void change(const std::string& name, const std::string& text) {
    Results results = read_results(folder_ / "r.h5", run_schema());
    for (auto& [fact, value] : results.provenance)
      if (fact == name) value = text;
    write_results(folder_ / "r.h5", run_schema(), results);
  }
  using Values = std::vector<std::string>;
  TemporaryFolder folder_;
  Sweep sweep_;
};

TEST_F(Resume, KeepsTheFactsOfRowsThatStay) {
  want({"4", "8"});
  EXPECT_EQ(run("first").ran, 2U);
  const Values host = facts("host.name");
  ASSERT_EQ(host.size(), 1U);
  change("host.name", "elsewhere");
  want({"16"});
  EXPECT_EQ(run("second").ran, 1U);
  EXPECT_EQ(facts("process.command"), (Values{"first", "second"}));
  EXPECT_EQ(facts("host.name"), (Values{"elsewhere", host[0]}));
  EXPECT_EQ(facts("config.path"), (Values{"test.toml"})) << "it is the same";
  EXPECT_EQ(facts("machine.xml").size(), 1U);
}

TEST_F(Resume, DoesNotGrowWithFactsThatAreThere) {
  want({"4"});
  run("first");
  want({"8"});
  run("second");
  const std::vector<NamedText> before = facts_but_starts();
  for (const char* memory : {"16", "32", "64"}) {
    want({memory});
    EXPECT_EQ(run("second").ran, 1U);
    EXPECT_EQ(facts_but_starts(), before);
  }
  const std::string bytes = slurp(folder_ / "r.h5");
  EXPECT_EQ(run("third").ran, 0U);
  EXPECT_EQ(slurp(folder_ / "r.h5"), bytes) << "nothing was run";
}

TEST_F(Resume, HasItsOwnFactsWhereNoEarlierRowStays) {
  want({"4", "8"});
  run("first");
  EXPECT_EQ(run("again", Finished::rerun).ran, 2U);
  EXPECT_EQ(facts("process.command"), (Values{"again"}));
}

TEST_F(Resume, KeepsTheFactsOfRowsThatAnInterruptionOrAnotherConfigLeaves) {
  want({"4", "8"});
  run("first");
  const std::atomic<bool> interrupted = true;
  EXPECT_TRUE(run("stopped", Finished::rerun, &interrupted).was_interrupted);
  EXPECT_EQ(facts("process.command"), (Values{"first", "stopped"}));
  sweep_.cases.erase(sweep_.cases.begin());  // the row of the other stays
  EXPECT_EQ(run("part", Finished::rerun).ran, 1U);
  EXPECT_EQ(facts("process.command"), (Values{"first", "stopped", "part"}));
}

TEST_F(Resume, KeepsTheFactsOfRoundsThatItGoesOnWith) {
  want({"4"});
  for (const auto& [key, value] :
       {std::pair("inputs", "images:count=8"), std::pair("engine", "csr"), std::pair("threads", "1"),
        std::pair("warmup", "0"), std::pair("repetitions", "4"), std::pair("rounds", "2")})
    sweep_.cases[0].set(key, value, "test");
  run("whole");
  const Record row = read_results(folder_ / "r.h5", run_schema()).runs.at(0);
  ASSERT_EQ(row.text("status"), "ok") << row.text("error");
  // What an interruption between the two rounds leaves.
  const std::string& one = row.text("run");
  Results rest;
  rest.provenance = {{"process.command", "first"}};
  write_results(folder_ / "r.h5", run_schema(), rest);
  Journal(journal_path(folder_ / "r.h5"))
      .round({one, 0, row.text("host"), row.text("revision"), {{one, 0, 0, 0, 1.0}, {one, 1, 0, 0, 1.0}}});
  run("second");
  EXPECT_EQ(read_results(folder_ / "r.h5", run_schema()).samples.size(), 4U);
  EXPECT_EQ(facts("process.command"), (Values{"first", "second"}));
}

}  // namespace
}  // namespace sparsio
