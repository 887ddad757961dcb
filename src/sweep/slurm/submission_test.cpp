// The text of job scripts, and the commands that carry them: what is filled in, what is refused.
#include "sweep/slurm/submission.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/error.hpp"
#include "disk/temporary_folder_fixture.hpp"
#include "sweep/slurm/slurm.hpp"

namespace sparsio {
namespace {

TEST(Submission, FillsEveryPlaceholderAndDropsLinesThatAreOneForNothing) {
  const std::string text = "a {{x}}-{{y}} $b\n{{none}}\n{{lines}}\nend {{none}}\n";
  EXPECT_EQ(filled(text, {{"x", "1"}, {"y", "{{x}}"}, {"none", ""}, {"lines", "l1\nl2\n"}}, "t"),
            "a 1-{{x}} $b\nl1\nl2\nend \n");
  try {
    filled("one\ntwo {{tme}}\n", {{"time", "5"}}, "array.sbatch.in");
    FAIL();
  } catch (const BadInput& error) {
    EXPECT_EQ(std::string(error.what()).find("array.sbatch.in:2: no value for {{tme}}"), 0U) << error.what();
  }
}

TEST(Submission, DirectivesAreOneOptionALine) {
  EXPECT_EQ(directive_lines({"--mem=4G", "-q long"}), "#SBATCH --mem=4G\n#SBATCH -q long\n");
  EXPECT_EQ(directive_lines({}), "");
  EXPECT_THROW(directive_lines({"mem=4G"}), BadInput);
  EXPECT_THROW(directive_lines({"--mem=4G\nrm x"}), BadInput);
}

TEST(Submission, NumbersGoUpAndNothingIsQueuedThatWasNeverSent) {
  const TemporaryFolder folder;
  EXPECT_EQ(next_submission(folder / "a.h5"), folder / "a.tasks/1");
  for (const char* name : {"a.tasks/2", "a.tasks/10", "a.tasks/other"})
    std::filesystem::create_directories(folder / name);
  EXPECT_EQ(next_submission(folder / "a.h5"), folder / "a.tasks/11");
  write_task_list(folder / "a.tasks/2", 7, {"aa", "bb"});
  EXPECT_EQ(slurp(folder / "a.tasks/2/task-7.cases"), "aa\nbb\n");
  EXPECT_TRUE(runs_in_queue(folder / "a.h5").empty());
}

TEST(Submission, ACommandGivesItsOutputErrorsAndExitCode) {
  const CommandOutput said = output_of({"sh", "-c", "printf out; printf err >&2; head -c 200000 /dev/zero; exit 3"});
  EXPECT_EQ(said.code, 3);
  EXPECT_EQ(said.out.size(), 200003U);
  EXPECT_EQ(said.err, "err");
  EXPECT_EQ(output_of({"no-such-program-anywhere"}).code, 127);
}

}  // namespace
}  // namespace sparsio
