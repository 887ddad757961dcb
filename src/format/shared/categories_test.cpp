#include "format/shared/categories.hpp"

#include <gtest/gtest.h>

#include "disk/atomic_file.hpp"
#include "disk/refusal_fixture.hpp"
#include "disk/temporary_folder_fixture.hpp"

namespace sparsio {
namespace {

using Numbers = std::vector<uint32_t>;

TEST(Categories, AreReadLineByLinePackedOrNot) {
  const TemporaryFolder folder;
  const std::pair<const char*, Numbers> texts[] = {
      {"", {}}, {"1\n", {1}}, {"287\n295\n386\n4294967295\n", {287, 295, 386, 4294967295U}}};
  for (const auto& [text, numbers] : texts)
    for (const std::string name : {"c.tsv", "c.tsv.gz"}) {
      write_file(folder / name, text);
      EXPECT_EQ(read_categories(folder / name), numbers);
    }
}

TEST(Categories, RefusesWithThePlace) {
  const TemporaryFolder folder;
  const auto message = [&](const std::string& bytes) {
    return refusal([&] { read_categories(folder.put("c", bytes)); });
  };
  const std::string path = folder / "c";
  EXPECT_EQ(message("1\n2\n2\n"), path + ":3: 2 comes after 2; give the numbers in ascending order, each once");
  EXPECT_EQ(message("3\n2\n"), path + ":2: 2 comes after 3; give the numbers in ascending order, each once");
  EXPECT_EQ(message("0\n"), path + ":1: '0' is not an input number; give one 1-based number a line");
  for (const std::string bad : {"-1\n", "4294967296\n", "1 2\n", "x\n", "1.5\n"})
    EXPECT_NE(message(bad).find("is not an input number"), std::string::npos) << bad;
  EXPECT_NE(refusal([&] { read_categories(folder / "none"); }), "");
}

TEST(Categories, BlanksSayNothing) {
  const TemporaryFolder folder;
  EXPECT_EQ(read_categories(folder.put("c", "\n 1\n\t20 \n\n  \n300\t\n\n")), (Numbers{1, 20, 300}));
  EXPECT_EQ(read_categories(folder.put("c", "1\r\n\r\n2 \r\n")), (Numbers{1, 2}));
}

TEST(Categories, MutantsAreReadOrRefused) {
  const TemporaryFolder folder;
  int read = 0;
  for (uint64_t seed = 0; seed < 500; ++seed) {
    const std::string path = folder.put("c", mutant("1\n20\n300\n4000\n", seed));
    if (refusal([&] { read_categories(path); }).empty()) ++read;
  }
  EXPECT_GT(read, 0);
  EXPECT_LT(read, 500);
}

TEST(Categories, OfficialFile) {
  const std::string path = std::string(SPARSIO_OFFICIAL_DATA) + "/neuron1024-l120-categories.tsv";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no official data at " << path;
  EXPECT_EQ(read_categories(path).size(), 1812U);
}

}  // namespace
}  // namespace sparsio
