#include "format/tsv/challenge_images.hpp"

#include <gtest/gtest.h>

#include "disk/refusal_fixture.hpp"
#include "disk/temporary_folder_fixture.hpp"
#include "format/format.hpp"

namespace sparsio {
namespace {

const FormatKind& tsv() {
  return Registry<FormatKind>::instance().find("tsv", "test").kind;
}

Inputs read(const std::string& path, uint32_t width, const std::vector<NamedText>& given = {}) {
  return tsv().read_inputs(path, width, Params(tsv().options, given, "tsv"));
}

/// Images with pixels set at random and one in the last image; packed if `largest` is 1.
Inputs random_images(uint64_t count, uint32_t width, float largest, uint64_t seed) {
  RandomStream random(seed, count);
  Inputs images{count, width, {}, std::vector<float>(count * width, 0), "test"};
  for (float& value : images.values)
    if (random.below(6) == 0) value = static_cast<float>(random.uniform(0.1, 1)) * largest;
  images.values.back() = largest;
  if (largest != 1) return images;
  images.bits.assign(count * images.row_bytes(), 0);
  for (uint64_t i = 0; i < count; ++i)
    for (uint32_t n = 0; n < width; ++n)
      if (images.at(i, n) != 0) images.bits[i * images.row_bytes() + n / 8] |= static_cast<uint8_t>(128 >> (n % 8));
  images.values.clear();
  return images;
}

TEST(ChallengeImages, RoundTripPackedAndFloats) {
  const TemporaryFolder folder;
  for (const uint32_t width : {1U, 9U, 64U})
    for (const uint64_t count : {1, 70, 500})
      for (const float largest : {1.0F, 2.0F}) {
        const Inputs images = random_images(count, width, largest, width + count);
        for (const std::string name : {"a.tsv", "a.tsv.gz"}) {
          write_images(images, folder / name);
          const Inputs back = read(folder / name, width);
          EXPECT_EQ(back.count, count);
          EXPECT_EQ(back.width, width);
          EXPECT_EQ(back.bits, images.bits);
          EXPECT_EQ(back.values, images.values);
          EXPECT_EQ(back.origin, "file");
        }
      }
}

TEST(ChallengeImages, AreWrittenByPixelThenImage) {
  const TemporaryFolder folder;
  write_images(read(folder.put("a.tsv", "1 3 1\n2 1 1\n1 1 1\n"), 3), folder / "b.tsv");
  EXPECT_EQ(slurp(folder / "b.tsv"), "1\t1\t1\n2\t1\t1\n1\t3\t1\n");
}

TEST(ChallengeImages, WidthComesFromTheNetworkOrTheName) {
  const TemporaryFolder folder;
  const std::string path = folder.put("sparse-images-16.tsv", "1\t16\t1\n3\t1\t1\n");
  EXPECT_EQ(read(path, 0).width, 16U);
  EXPECT_EQ(read(path, 0).count, 3U);
  EXPECT_EQ(read(path, 0, {{"count", "5"}}).count, 5U);
  const Inputs first = read(path, 16, {{"count", "1"}});
  EXPECT_EQ(first.bits, (std::vector<uint8_t>{0, 1}));
  EXPECT_NE(refusal([&] { read(path, 17); }).find("images of 16 pixels by their name, for a network of 17 inputs"),
            std::string::npos);
  EXPECT_NE(refusal([&] { read(folder.put("a.tsv", "1 1 1\n"), 0); }).find("the name does not say"), std::string::npos);
}

TEST(ChallengeImages, RefusesWithThePlace) {
  const TemporaryFolder folder;
  const std::string path = folder / "a.tsv";
  const auto message = [&](const std::string& bytes) { return refusal([&] { read(folder.put("a.tsv", bytes), 16); }); };
  EXPECT_EQ(message("1 1 1\n1 1 1\n"), path + ":2: pixel 1 of image 1 stands twice; give it once");
  EXPECT_EQ(message("1 1 0\n1 1 0.5\n"), path + ":2: pixel 1 of image 1 stands twice; give it once");
  EXPECT_EQ(message("1 17 1\n"), path + ":1: pixel 17 is out of range; give 1 to 16");
  EXPECT_EQ(message("1 0 1\n"), path + ":1: pixel 0 is out of range; give 1 to 16");
  EXPECT_EQ(message("1 1 1\n9000000 1 1\n"),
            path + ":2: image 9000000 in a file of 2 lines; say how many images there are with count=");
  EXPECT_EQ(message("1 1 inf\n"), path + ":1: the value 'inf' is not a finite number; give one like 0.0625");
  EXPECT_EQ(message("").find(path + ": the file is empty"), 0U);
  EXPECT_EQ(refusal([&] { read(folder.path(), 16); }), folder.path() + ": is a folder; give a file");
}

TEST(ChallengeImages, MutantsAreReadOrRefused) {
  const TemporaryFolder folder;
  int read_well = 0;
  for (uint64_t seed = 0; seed < 1000; ++seed) {
    const std::string path = folder.put("a.tsv", mutant("1\t1\t1\n2\t1\t1\n12\t3\t1\n70\t3\t1\n2\t16\t1\n", seed));
    if (refusal([&] { read(path, 16); }).empty()) ++read_well;
  }
  EXPECT_GT(read_well, 0);
  EXPECT_LT(read_well, 1000);
}

}  // namespace
}  // namespace sparsio
