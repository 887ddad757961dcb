// digits: read from a file of our own making and, where python3-sklearn is installed, from the package's.
//   - every value and class is where a second reader, dumber than the first, finds it; scaled by one multiplication;
//   - the parts are disjoint and together everything, in the file's order; labels belong to the rows of the same part;
//   - a row too short or long, a pixel over 16, a class over 9, an empty part, another width are refused, with the
//   line;
//   - of thousands of damaged files each is read or refused, and nothing else happens.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <sstream>

#include "base/spec.hpp"
#include "disk/refusal_fixture.hpp"
#include "disk/temporary_folder_fixture.hpp"
#include "gen/generator.hpp"

namespace sparsio {
namespace {

struct Digits {
  Inputs inputs;
  std::vector<uint32_t> labels;
};

Digits read(const std::string& options, uint32_t width = 64) {
  const auto resolved = resolve<InputKind>("digits:" + options, "test");
  return {resolved.kind().make(resolved.params, width), resolved.kind().labels(resolved.params)};
}

/// `rows` random rows as text.
std::string some_rows(uint64_t rows, uint64_t seed) {
  RandomStream random(seed, 0);
  std::string text;
  for (uint64_t i = 0; i < rows; ++i) {
    for (int k = 0; k < 64; ++k) text += fmt::format("{},", random.below(17));
    text += fmt::format("{}\n", random.below(10));
  }
  return text;
}

TEST(Digits, EveryPartHasTheRowsOfASimplerReader) {
  const TemporaryFolder folder;
  for (const uint64_t rows : {2U, 7U, 8U, 50U}) {
    const std::string text = some_rows(rows, rows);
    const std::string path = folder.put("digits.csv", text);
    for (const std::string part : {"all", "train", "test"}) {
      const Digits got = read(fmt::format("part={},scale=0.25,path={}", part, path));
      std::vector<float> values;
      std::vector<uint32_t> labels;
      std::istringstream lines(text);
      std::string line;
      for (uint64_t row = 0; std::getline(lines, line); ++row) {
        if ((part == "test" && row % 7 != 0) || (part == "train" && row % 7 == 0)) continue;
        std::istringstream fields(line);
        std::string field;
        for (int k = 0; std::getline(fields, field, ','); ++k)
          k < 64 ? values.push_back(std::stof(field) / 4) : labels.push_back(static_cast<uint32_t>(std::stoul(field)));
      }
      EXPECT_EQ(got.inputs.values, values) << part << rows;
      EXPECT_EQ(got.labels, labels) << part << rows;
      EXPECT_EQ(got.inputs.count, labels.size());
      EXPECT_EQ(got.inputs.width, 64U);
      EXPECT_EQ(got.inputs.origin, "file");
    }
  }
}

TEST(Digits, WhatIsNoRowOfDigitsIsRefusedWithItsLine) {
  const TemporaryFolder folder;
  const std::string good = some_rows(1, 1);
  const auto said = [&](std::string second) {
    return refusal([&] { read("path=" + folder.put("d.csv", good + std::move(second) + "\n")); });
  };
  std::string zeros;
  for (int k = 0; k < 64; ++k) zeros += "0,";
  zeros += "0";
  EXPECT_EQ(said(zeros), "");
  for (const std::string& bad : {std::string(), zeros.substr(2), "0," + zeros, zeros + ",", zeros + " ",
                                 "0.5" + zeros.substr(1), "-1" + zeros.substr(1), "x" + zeros.substr(1)})
    EXPECT_NE(said(bad).find("d.csv:2: "), std::string::npos) << bad;
  EXPECT_NE(said("17" + zeros.substr(1)).find("d.csv:2: pixel 17 is out of range; give at most 16"), std::string::npos);
  EXPECT_NE(said(zeros.substr(0, 128) + "10").find("d.csv:2: class 10 is out of range; give at most 9"),
            std::string::npos);
}

TEST(Digits, AnotherWidthAnEmptyPartAndAMissingFileAreRefused) {
  const TemporaryFolder folder;
  const std::string path = folder.put("d.csv", some_rows(1, 3));
  EXPECT_NE(refusal([&] { read("path=" + path, 784); }).find("64 pixels an image, but the network has 784 inputs"),
            std::string::npos);
  EXPECT_EQ(read("path=" + path, 0).inputs.width, 64U);
  EXPECT_EQ(read("part=test,path=" + path).labels.size(), 1U);
  EXPECT_NE(refusal([&] { read("part=train,path=" + path); }).find("no row of the part 'train'"), std::string::npos);
  const std::string missing = refusal([&] { read("path=" + (folder / "none.csv.gz")); });
  EXPECT_NE(missing.find("digits: path: no file"), std::string::npos) << missing;
  EXPECT_NE(missing.find("install python3-sklearn"), std::string::npos) << missing;
}

TEST(Digits, DamagedFilesAreReadOrRefused) {
  const TemporaryFolder folder;
  const std::string good = some_rows(8, 4);
  uint64_t refused = 0;
  for (uint64_t seed = 0; seed < 2000; ++seed) {
    const std::string path = folder.put("d.csv", mutant(good, seed));
    refused += refusal([&] { read("path=" + path); }).empty() ? 0 : 1;
  }
  EXPECT_GT(refused, 1000U);
  EXPECT_LT(refused, 2000U);
}

// The sums are numpy's: d = loadtxt("digits.csv.gz", delimiter=","), d[::7], (d[:, :64] * arange(1, 65)).sum().
TEST(Digits, ThePackagesFileIsTheOneWeKnow) {
  struct Known {
    const char* part;
    uint64_t rows;
    double sum;
    double weighted;
    std::vector<uint32_t> counts;
  };
  const std::vector<Known> known = {
      {"all", 1797, 561718, 18222371, {178, 182, 177, 183, 181, 182, 181, 179, 174, 180}},
      {"test", 257, 80036, 2593108, {28, 28, 22, 28, 32, 23, 26, 22, 23, 25}},
      {"train", 1540, 481682, 15629263, {150, 154, 155, 155, 149, 159, 155, 157, 151, 155}}};
  for (const Known& part : known) {
    Digits got;
    try {
      got = read(fmt::format("part={}", part.part));
    } catch (const Unsupported& error) {
      GTEST_SKIP() << error.what();
    }
    EXPECT_EQ(got.inputs.count, part.rows);
    double sum = 0;
    double weighted = 0;
    for (size_t i = 0; i < got.inputs.values.size(); ++i) {
      sum += got.inputs.values[i] * 16;
      weighted += got.inputs.values[i] * 16 * (static_cast<double>(i % 64) + 1);
    }
    EXPECT_EQ(sum, part.sum) << part.part;
    EXPECT_EQ(weighted, part.weighted) << part.part;
    std::vector<uint32_t> counts(10);
    for (const uint32_t label : got.labels) ++counts.at(label);
    EXPECT_EQ(counts, part.counts) << part.part;
  }
}

}  // namespace
}  // namespace sparsio
