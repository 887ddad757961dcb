// Results of schema 3, as revision cf40556 wrote them, are read for ever. testdata/ has seven of the 171 rows of
// configs/quickstart.toml (copied by h5py, the columns and attributes as they were), a journal that a run of it left
// when it was killed after two cases, and the run ids of all 171. It asserts:
//   - the rows of the file and of the journal beside it are read, `tile` as `panel`, and keep every cell when they are
//     written as the program writes today;
//   - the config still names the same cases: the run ids are the same, in the same order;
//   - a sweep finds the rows, and runs none of them again.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "config/sweep.hpp"
#include "disk/temporary_folder_fixture.hpp"
#include "run/check.hpp"
#include "run/schema.hpp"
#include "sweep/merge.hpp"
#include "sweep/run_sweep.hpp"

namespace sparsio {
namespace {

const std::string folder = SPARSIO_SOURCE_DIR "/src/sweep/testdata/";
constexpr size_t rows_in_file = 7;
constexpr size_t rows_in_journal = 2;

class Schema3 : public testing::Test {
 protected:
  /// The results and their journal, where they may be written.
  std::string copy() const {
    for (const char* name : {"schema-3.h5", "schema-3.h5.journal"})
      std::filesystem::copy_file(folder + name, folder_ / name);
    return folder_ / "schema-3.h5";
  }
  TemporaryFolder folder_;
};

std::vector<std::string> quickstart_runs() {
  std::ifstream file(folder + "quickstart-runs.txt");
  std::vector<std::string> runs;
  for (std::string line; std::getline(file, line);) runs.push_back(line);
  return runs;
}

Sweep quickstart() {
  Sweep sweep = read_sweep(SPARSIO_SOURCE_DIR "/configs/quickstart.toml", {}, check_value);
  leave_out_impossible(sweep.cases);
  return sweep;
}

TEST_F(Schema3, TheFileAndItsJournalAreRead) {
  const FileContents contents = read_file_and_journal(copy());
  ASSERT_EQ(contents.rows.records().size(), rows_in_file + rows_in_journal);
  EXPECT_TRUE(contents.warnings.empty());
  EXPECT_EQ(contents.unfinished, (std::map<std::string, uint64_t>{{"4d1e0ca0405fd201ea06de213be933f5", 1}}));
  for (const Record& row : contents.rows.records()) {
    EXPECT_EQ(&row.schema(), &run_schema());  // nothing of it is surplus
    EXPECT_EQ(row.text("status"), "ok");
    EXPECT_EQ(row.real("panel"), 48);
    if (row.text("engine") == "csr") {
      EXPECT_EQ(row.real("panel_used"), 48);
      EXPECT_EQ(row.text("panel_source"), "given");
      EXPECT_EQ(contents.rows.samples(row.text("run")).size(), 3U);
      EXPECT_GT(row.real("seconds"), 0);
    }
  }
}

TEST_F(Schema3, EveryCellSurvivesAMerge) {
  const std::string old = copy();
  const FileContents before = read_file_and_journal(old);
  const std::string out = folder_ / "merged.h5";
  merge_into(out, {old}, Undecided::refuse);
  const Results after = read_results(out, run_schema());
  EXPECT_EQ(after.schema_version, schema_version);
  ASSERT_EQ(after.runs.size(), before.rows.records().size());
  for (size_t row = 0; row < after.runs.size(); ++row) {
    EXPECT_TRUE(same_row(after.runs[row], before.rows.records()[row])) << row;
    const std::string& run = after.runs[row].text("run");
    std::vector<Sample> samples = after.samples;
    std::erase_if(samples, [&](const Sample& sample) { return sample.run != run; });
    EXPECT_EQ(samples, before.rows.samples(run)) << row;
  }
  // And beside a journal of its schema, a file of today keeps what it has.
  merge_into(old, {out}, Undecided::refuse);
  EXPECT_EQ(read_results(old, run_schema()).runs.size(), rows_in_file + rows_in_journal);
}

TEST_F(Schema3, AJournalOfItLiesBesideAFileOfToday) {
  const std::string old = copy();
  std::filesystem::rename(old + ".journal", folder_ / "j");
  merge_into(folder_ / "today.h5", {old}, Undecided::refuse);
  std::filesystem::rename(folder_ / "j", folder_ / "today.h5.journal");
  EXPECT_EQ(read_file_and_journal(folder_ / "today.h5").rows.records().size(), rows_in_file + rows_in_journal);
}

TEST_F(Schema3, TheConfigNamesTheSameCases) {
  std::vector<std::string> runs;
  for (const Case& one : quickstart().cases) runs.push_back(run_id(one));
  EXPECT_EQ(runs.size(), 171U);
  EXPECT_EQ(runs, quickstart_runs());
}

TEST_F(Schema3, ASweepFindsItsRows) {
  const std::string out = copy();
  const std::vector<std::string> all = quickstart_runs();
  const Results old = read_results(out, run_schema());
  Sweep sweep = quickstart();
  std::erase_if(sweep.cases, [&](const Case& one) {
    const auto is_it = [run = run_id(one)](const Record& row) { return row.text("run") == run; };
    return std::none_of(old.runs.begin(), old.runs.end(), is_it);
  });
  ASSERT_EQ(sweep.cases.size(), rows_in_file);
  SweepRequest request;
  request.config = "configs/quickstart.toml";
  request.out = out;
  std::ostringstream log;
  const SweepSummary done =
      run_sweep(sweep, request, log, *Registry<CommunicatorKind>::instance().find("alone", "test").kind.join());
  EXPECT_EQ(done.ran, 0U);
  EXPECT_EQ(done.skipped, rows_in_file);
  EXPECT_NE(log.str().find("by another revision"), std::string::npos) << log.str();
  const Results now = read_results(out, run_schema());
  EXPECT_EQ(now.runs.size(), rows_in_file + rows_in_journal);
  EXPECT_EQ(now.schema_version, schema_version);
}

}  // namespace
}  // namespace sparsio
