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
  EXPECT_EQ(name("a.npz", "read_inputs"), "npz");
}

TEST(Format, RefusesWithTheEndingsThatWouldBeRight) {
  const TemporaryFolder folder;
  const std::string path = folder.put("a.xyz", "");
  EXPECT_EQ(refusal([&] { format_for(path, "read_network"); }),
            path +
                ": no format reads networks from a path that ends like this; have: .edges .edges.gz .h5 .mtx .mtx.gz "
                ".smtx .smtx.gz folder/ .tsv .tsv.gz .tsv.xz");
  for (const std::string name : {"a.onnx", "a.pt", "a.pth", "a.safetensors", "a.npz"}) {
    const std::string model = folder.put(name, "");
    EXPECT_EQ(refusal([&] { format_for(model, "read_network"); }),
              model + ": is a model, not a network of Sparsio; sparsio import " + model + " --out NET.h5");
  }
  const std::string array = folder.put("a.npy", "");
  EXPECT_EQ(refusal([&] { format_for(array, "read_network"); }).find(array + ": is an array: inputs, not a network"),
            0U);
  const std::string archive = folder.put("a.tar.gz", "");
  EXPECT_EQ(refusal([&] { format_for(archive, "read_network"); }),
            archive + ": is an archive of files; unpack it (tar xf " + archive + ") and give the file in it");
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
  EXPECT_EQ(seen.size(), 18U);
}

}  // namespace
}  // namespace sparsio
