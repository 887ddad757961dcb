#include "disk/digest.hpp"

#include <gtest/gtest.h>

#include "disk/refusal_fixture.hpp"
#include "disk/temporary_folder_fixture.hpp"

namespace sparsio {
namespace {

TEST(Digest, IsXxh3WithSeedZero) {
  EXPECT_EQ(digest(""), "99aa06d3014798d86001c324468d497f");
  EXPECT_EQ(digest("abc"), "06b05ab6733a618578af5f94892f3950");
  EXPECT_EQ(short_digest(""), "2d06800538d394c2");
  EXPECT_EQ(short_digest("abc"), "78af5f94892f3950");
}

TEST(Digest, OfAFileIsThatOfItsBytes) {
  const TemporaryFolder folder;
  for (const size_t size : {0, 1, 17, 1 << 20, 3'000'000}) {
    std::string bytes(size, 'x');
    for (size_t k = 0; k < size; ++k) bytes[k] = static_cast<char>(k * 2654435761U >> 13);
    EXPECT_EQ(digest_path(folder.put("file", bytes)), digest(bytes));
  }
}

TEST(Digest, OfAFolderDependsOnNamesAndBytesOnly) {
  const TemporaryFolder a;
  const TemporaryFolder b;
  a.put("n16-l1.tsv", "1");
  a.put("sub/n16-l2.tsv", "2");
  b.put("sub/n16-l2.tsv", "2");
  b.put("n16-l1.tsv", "1");
  EXPECT_EQ(digest_path(a.path()), digest_path(b.path()));
  EXPECT_EQ(digest_path(a.path()), digest_path(a.path() + "/"));
  const std::string before = digest_path(b.path());
  b.put("n16-l1.tsv", "3");
  const std::string other_bytes = digest_path(b.path());
  EXPECT_NE(before, other_bytes);
  b.put("n16-l1.tsv", "1");
  EXPECT_EQ(before, digest_path(b.path()));
  std::filesystem::rename(b / "n16-l1.tsv", b / "n16-l3.tsv");
  EXPECT_NE(before, digest_path(b.path()));
}

TEST(Digest, FollowsLinksAndRefusesLoops) {
  const TemporaryFolder folder;
  const TemporaryFolder elsewhere;
  elsewhere.put("file", "1");
  const std::string empty = digest_path(folder.path());
  std::filesystem::create_directory_symlink(elsewhere.path(), folder / "link");
  const std::string linked = digest_path(folder.path());
  EXPECT_NE(empty, linked);
  elsewhere.put("file", "2");
  EXPECT_NE(linked, digest_path(folder.path()));
  std::filesystem::create_directory_symlink(folder.path(), folder / "loop");
  EXPECT_NE(refusal([&] { digest_path(folder.path()); }).find("contains itself"), std::string::npos);
}

TEST(Digest, NamesWhatIsMissing) {
  EXPECT_EQ(refusal([] { digest_path("no/such/file"); }).find("no/such/file: cannot be opened: No such file"), 0U);
}

}  // namespace
}  // namespace sparsio
