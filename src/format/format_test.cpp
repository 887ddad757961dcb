#include "format/format.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "disk/refusal_fixture.hpp"
#include "disk/temporary_folder_fixture.hpp"

namespace sparsio {
namespace {

TEST(Format, IsFoundByEnding) {
  const TemporaryFolder folder;
  const auto name = [](const std::string& path, std::string_view what) { return format_for(path, what).name; };
  EXPECT_EQ(name(folder.path(), "read_network"), "tsv");
  EXPECT_EQ(name("new/", "write_network"), "tsv");
  EXPECT_EQ(name(folder / "new", "write_network"), "tsv");
  EXPECT_EQ(name("n16-l1.tsv.gz", "read_network"), "tsv");
  EXPECT_EQ(name("a.b.edges", "write_network"), "edges");
  EXPECT_EQ(name("a.edges.gz", "read_network"), "edges");
  EXPECT_EQ(name("a.bits.xz", "read_inputs"), "bits");
  EXPECT_EQ(name("a.bits", "write_inputs"), "bits");
  EXPECT_EQ(name("sparse-images-16.tsv", "read_inputs"), "tsv");
}

TEST(Format, RefusesWithTheEndingsThatWouldBeRight) {
  const TemporaryFolder folder;
  const std::string path = folder.put("a.xyz", "");
  EXPECT_EQ(refusal([&] { format_for(path, "read_network"); }),
            path +
                ": no format reads networks from a path that ends like this; have: .edges .edges.gz .h5 .mtx .mtx.gz "
                ".smtx .smtx.gz folder/ .tsv .tsv.gz");
  EXPECT_EQ(refusal([&] { format_for("a.edges", "write_inputs"); }).find("a.edges: no format writes inputs to"), 0U);
  EXPECT_EQ(refusal([&] {
              format_for(folder / "none.xyz", "read_inputs");
            }).find(folder / "none.xyz: no such file or folder"),
            0U);
  EXPECT_THROW(format_for("a.edges", "read"), std::logic_error);
}

TEST(Format, EveryEndingBelongsToOneFormat) {
  std::vector<std::string> seen;
  for (const auto& entry : Registry<FormatKind>::instance().entries())
    for (const std::string& ending : entry.kind.endings) {
      EXPECT_EQ(std::count(seen.begin(), seen.end(), ending), 0) << ending;
      seen.push_back(ending);
    }
  EXPECT_EQ(seen.size(), 13U);
}

}  // namespace
}  // namespace sparsio
