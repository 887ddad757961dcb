#include "disk/atomic_file.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>

#include "disk/partial_files.hpp"
#include "disk/refusal_fixture.hpp"
#include "disk/temporary_folder_fixture.hpp"

namespace sparsio {
namespace {

/// A full disk, as far as this process can tell: no file may grow beyond so many bytes.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(uint64_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit now{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &now);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int);
};

TEST(AtomicFile, AppearsOnlyWhenFinished) {
  const TemporaryFolder folder;
  const std::string path = folder.put("a", "old");
  {
    AtomicFile file(path);
    file.write("new ");
    file.write(std::string(3'000'000, 'x'));
    EXPECT_EQ(slurp(path), "old");
    file.finish();
    EXPECT_EQ(slurp(path), "new " + std::string(3'000'000, 'x'));
  }
  EXPECT_EQ(folder.entries(), 1U);
}

TEST(AtomicFile, LeavesTheOldFileWhenAbandoned) {
  const TemporaryFolder folder;
  const std::string path = folder.put("a", "old");
  { AtomicFile(path).write(std::string(3'000'000, 'x')); }
  EXPECT_EQ(slurp(path), "old");
  EXPECT_EQ(folder.entries(), 1U);
}

TEST(AtomicFile, FullDiskNamesThePathAndLeavesNothing) {
  const TemporaryFolder folder;
  const std::string path = folder.put("a", "old");
  std::string message;
  {
    const FileSizeLimit limit(100'000);
    message = refusal([&] { write_file(path, std::string(3'000'000, 'x')); });
  }
  EXPECT_EQ(message, path + ": cannot be written: File too large; make room or write elsewhere");
  EXPECT_EQ(slurp(path), "old");
  EXPECT_EQ(folder.entries(), 1U);
}

TEST(AtomicFile, RefusesWhatIsNoFile) {
  const TemporaryFolder folder;
  const std::string file = folder.put("a", "old");
  EXPECT_EQ(
      refusal([&] { write_file(folder / "none/a", ""); }).find(folder / "none/a: cannot be written: No such file"), 0U);
  EXPECT_NE(refusal([&] { write_file(file + "/b", ""); }).find("cannot be written: Not a directory"),
            std::string::npos);
  EXPECT_NE(refusal([&] { write_file(folder.path(), ""); }).find("it is a folder"), std::string::npos);
  EXPECT_NE(refusal([&] { write_file("/dev/null", ""); }).find("not a regular file"), std::string::npos);
  EXPECT_EQ(folder.entries(), 1U);
}

TEST(AtomicFile, WritesThroughASymbolicLink) {
  const TemporaryFolder folder;
  folder.put("a", "old");
  std::filesystem::create_symlink(folder / "a", folder / "link");
  write_file(folder / "link", "new");
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link"));
  EXPECT_EQ(slurp(folder / "a"), "new");
}

TEST(AtomicFile, MovesALibrarysFileIntoPlace) {
  const TemporaryFolder folder;
  const std::string path = folder.put("a", "old");
  const std::string temporary = name_beside(path);
  EXPECT_FALSE(std::filesystem::exists(temporary));
  EXPECT_NE(temporary, name_beside(path));
  folder.put(std::filesystem::path(temporary).filename().string(), "new");
  move_into_place(temporary, path);
  EXPECT_EQ(slurp(path), "new");
  EXPECT_EQ(folder.entries(), 1U);
  EXPECT_EQ(refusal([&] { move_into_place(temporary, path); }).find(path + ": cannot be written: No such file"), 0U);
}

TEST(AtomicFile, SyncsAFolderOrLeavesItAlone) {
  const TemporaryFolder folder;
  const std::string path = folder.put("a", "old");
  for (const std::string& named : {path, folder / "none/a", path + "/b", std::string("bare")}) sync_folder_of(named);
  EXPECT_EQ(slurp(path), "old");
  EXPECT_EQ(folder.entries(), 1U);
}

TEST(AtomicFileDeathTest, ASignalThatEndsTheProgramLeavesNothingBeside) {
  const TemporaryFolder folder;
  const std::string path = folder.put("a", "old");
  const auto end_while_writing = [&] {
    std::signal(SIGTERM, end_without_partial_files);
    AtomicFile file(path);
    AtomicFile other(folder / "b");
    for (int k = 0; k < 40; ++k) write_file(folder / "done", "whole");  // more than are noted at once
    file.write(std::string(3'000'000, 'x'));
    std::raise(SIGTERM);
  };
  EXPECT_EXIT(end_while_writing(), testing::KilledBySignal(SIGTERM), "");
  EXPECT_EQ(slurp(path), "old");
  EXPECT_EQ(slurp(folder / "done"), "whole");
  EXPECT_EQ(folder.entries(), 2U);
}

}  // namespace
}  // namespace sparsio
