// What is claimed of .npz inputs: stored and deflated members, narrow and wide (zip64) directories give the matrix that
// was written; several arrays are named; each truncation, each flipped byte and each mutant is read rightly or refused.
#include <gtest/gtest.h>

#include "disk/refusal_fixture.hpp"
#include "disk/temporary_folder_fixture.hpp"
#include "format/format.hpp"
#include "format/npz/zip_fixture.hpp"
#include "format/shared/npy_fixture.hpp"

namespace sparsio {
namespace {

const std::vector<float> values = {0.5F, 1, 2, -3, 1e-40F, 3e38F};
const std::string array = npy_file(npy_dictionary("<f4", "2, 3"), bytes_of(values));

Inputs read(const std::string& path, const std::vector<NamedText>& given = {}, uint32_t width = 3) {
  const FormatKind& kind = Registry<FormatKind>::instance().find("npz", "test").kind;
  return kind.read_inputs(path, width, Params(kind.options, given, "npz"));
}

TEST(Npz, OneArrayIsTheInputsHoweverItIsPacked) {
  const TemporaryFolder folder;
  for (const Packing packing : {Packing::stored, Packing::deflated})
    for (const Directory directory : {Directory::narrow, Directory::wide}) {
      const std::string path = folder.put("a.npz", zip_file({{"arr_0.npy", array}}, packing, directory));
      EXPECT_EQ(read(path).values, values);
      EXPECT_EQ(read(path, {{"array", "arr_0"}}).values, values);
    }
  EXPECT_EQ(read(folder.put("a.npz", zip_file({{"X.npy", array}}, Packing::stored))).count, 2U);
}

TEST(Npz, SeveralArraysAreNamed) {
  const TemporaryFolder folder;
  const std::string other = npy_file(npy_dictionary("<i8", "2,"), std::string(16, '\0'));
  const std::string path = folder.put("a.npz", zip_file({{"y.npy", other}, {"X.npy", array}}, Packing::deflated));
  EXPECT_EQ(refusal([&] { read(path); }), path + ": holds 2 arrays: 'y' 'X'; write npz:path=" + path +
                                              ",array=NAME; if it is a model: sparsio import");
  EXPECT_EQ(read(path, {{"array", "X"}}).values, values);
  EXPECT_EQ(refusal([&] { read(path, {{"array", "Z"}}); }), path + ": holds no array 'Z'; have: 'y' 'X'");
  EXPECT_NE(refusal([&] {
              read(path, {{"array", "y"}});
            }).find(path + ": array 'y': 2 is no matrix"),
            std::string::npos);
  EXPECT_NE(refusal([&] {
              read(folder.put("b.npz", zip_file({{"a.txt", "1"}}, Packing::stored)));
            }).find("no array"),
            std::string::npos);
  EXPECT_NE(refusal([&] { read(folder.put("b.npz", zip_file({}, Packing::stored))); }).find("holds no array"),
            std::string::npos);
}

TEST(Npz, DamageIsRefused) {
  const TemporaryFolder folder;
  for (const Packing packing : {Packing::stored, Packing::deflated}) {
    const std::string good = zip_file({{"X.npy", array}}, packing);
    for (size_t size = 0; size < good.size(); ++size)
      EXPECT_NE(refusal([&] { read(folder.put("a.npz", good.substr(0, size))); }), "") << size;
    for (size_t at = 0; at < good.size(); ++at) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ 0x10);
      const std::string path = folder.put("a.npz", bad);
      refusal([&] { EXPECT_EQ(read(path).values, values) << at; });  // times and the like do not count
    }
    for (uint64_t seed = 0; seed < 1500; ++seed) {
      const std::string path = folder.put("a.npz", mutant(good, seed));
      refusal([&] { EXPECT_EQ(read(path).values, values) << seed; });
    }
  }
}

TEST(Npz, ADirectoryThatClaimsTooMuchTakesNoMemory) {
  const TemporaryFolder folder;
  const std::string huge = npy_file(npy_dictionary("<f4", "1000000, 1000000"), "");
  std::string bytes = zip_file({{"X.npy", huge}}, Packing::deflated);
  const size_t entry = bytes.find("PK\1\2");
  for (int k = 0; k < 4; ++k) bytes[entry + 24 + static_cast<size_t>(k)] = '\x70';
  EXPECT_NE(refusal([&] { read(folder.put("a.npz", bytes)); }).find("says it has 1886417008 bytes of"),
            std::string::npos);
  EXPECT_NE(refusal([&] { read(folder.put("a.npz", "")); }).find("no zip archive"), std::string::npos);
}

}  // namespace
}  // namespace sparsio
