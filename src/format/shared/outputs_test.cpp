// What is claimed of outputs:
//   each form gives the same floats back, bit by bit, NaN and infinity too;
//   outputs replace outputs of the same form and nothing else: no results, networks, inputs, arrays of numpy, texts;
//   what cannot be written is refused before anything is computed, and leaves nothing;
//   a full disk is one line, and the file before stays.
#include "format/outputs.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <bit>
#include <cmath>
#include <csignal>
#include <limits>
#include <sstream>

#include "disk/refusal_fixture.hpp"
#include "disk/seal.hpp"
#include "disk/temporary_folder_fixture.hpp"
#include "format/format.hpp"
#include "format/shared/npy.hpp"
#include "format/shared/npy_fixture.hpp"

namespace sparsio {
namespace {

const std::vector<float> values = {0.1F, -0.0F, 1.0F, 3.4028235e38F, 1e-45F, -16777216.0F, 1e10F, 0.333333343F};

std::vector<float> numbers_in(const std::string& text) {
  std::vector<float> found;
  std::istringstream fields(text);
  for (std::string line; std::getline(fields, line);) {
    std::istringstream row(line);
    for (std::string field; std::getline(row, field, ',');) found.push_back(std::strtof(field.c_str(), nullptr));
  }
  return found;
}

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

TEST(Outputs, NpyIsTheHeaderAndTheFloats) {
  const TemporaryFolder folder;
  const std::string path = folder / "y.npy";
  write_outputs(path, 4, 2, values);
  EXPECT_EQ(slurp(path), npy_header("<f4", 4, 2, 192) + bytes_of(values));
}

TEST(Outputs, CsvHasDigitsThatReadBackToTheSameFloats) {
  const TemporaryFolder folder;
  const std::string path = folder / "y.csv";
  write_outputs(path, 4, 2, values);
  EXPECT_EQ(slurp(path), "0.1,-0.0\n1.0,3.4028235e+38\n1e-45,-16777216.0\n1e+10,0.33333334\n");
  std::vector<float> many;
  RandomStream random(7, 1);
  while (many.size() < 30000)
    if (const float value = std::bit_cast<float>(static_cast<uint32_t>(random.below(uint64_t{1} << 32)));
        !std::isnan(value))
      many.push_back(value);
  write_outputs(path, 10000, 3, many);
  EXPECT_TRUE(same_bits(numbers_in(slurp(path)), many));
  write_outputs(path, 1, 3, std::vector<float>{NAN, INFINITY, -INFINITY});
  EXPECT_EQ(slurp(path), "nan,inf,-inf\n");
  write_outputs(path, 1, 1, std::vector<float>{1});  // it knows its own numbers, these too
}

TEST(Outputs, ReplaceOutputsOnly) {
  const TemporaryFolder folder;
  for (const std::string name : {"y.npy", "y.h5", "y.csv"}) {
    const std::string path = folder / name;
    write_outputs(path, 2, 2, std::vector<float>(4, 1));
    EXPECT_EQ(refusal([&] { check_outputs_path(path); }), "") << name;
    write_outputs(path, 1, 2, std::vector<float>(2, 0));
    folder.put(name, "");  // nothing is lost
    EXPECT_EQ(refusal([&] { check_outputs_path(path); }), "") << name;
  }
  const Inputs inputs{2, 2, {}, {0.5F, 1, 2, 3}, "file"};
  Registry<FormatKind>::instance().find("h5", "test").kind.write_inputs(inputs, folder / "x.h5");
  const std::string data = bytes_of(inputs.values);
  const std::vector<std::pair<std::string, std::string>> others = {
      {"x.npy", npy_file(npy_dictionary("<f4", "2, 2"), data)},
      {"labels.npy", npy_file(npy_dictionary("<i8", "2,"), data)},
      {"broken.npy", "1"},
      {"x.csv", "0,255,3\n"},
      {"names.csv", "a,b\n1.0,2.0\n"},
      {"doubles.csv", "0.10000000000000001,1.0\n"},
      {"savetxt.csv", "1.000000000000000000e+00,1.0\n"},
      {"empty_line.csv", "\n"},
      {"results.h5", "HDF" + seal("HDF")},
      {"other.h5", "HDF"},
      {"x.h5", slurp(folder / "x.h5")},
      {"y.h5", slurp(folder / "x.h5")}};
  for (const auto& [name, bytes] : others) {
    const std::string path = folder.put(name, bytes);
    const std::string said = refusal([&] { write_outputs(path, 1, 1, std::vector<float>{1}); });
    EXPECT_NE(said.find("would be lost"), std::string::npos) << name << ": " << said;
    EXPECT_EQ(slurp(path), bytes) << name;
  }
}

TEST(Outputs, WhatCannotBeWrittenIsSaidBefore) {
  const TemporaryFolder folder;
  const auto said = [](const std::string& path) { return refusal([&] { check_outputs_path(path); }); };
  for (const std::string name : {"y", "y.txt", "y.npz", ""})
    EXPECT_NE(said(folder / name).find("outputs end in .npy, .h5 or .csv"), std::string::npos) << name;
  std::filesystem::create_directory(folder / "folder.npy");
  EXPECT_NE(said(folder / "folder.npy").find("it is a folder"), std::string::npos);
  EXPECT_NE(said(folder / "none/y.npy").find("cannot be written: No such file"), std::string::npos);
  EXPECT_EQ(said(folder / "y.npy"), "");
  EXPECT_EQ(folder.entries(), 1U);
}

TEST(Outputs, AFullDiskLeavesTheFileBefore) {
  const TemporaryFolder folder;
  // A limit on the size of files stands for the disk: writing beyond it fails as on a full one.
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const std::vector<float> many(1 << 20, 0.333333F);
  for (const std::string name : {"y.npy", "y.h5", "y.csv"}) {
    write_outputs(folder / name, 1, 1, std::vector<float>{1});
    const std::string old = slurp(folder / name);
    rlimit small = before;
    small.rlim_cur = 1 << 16;
    setrlimit(RLIMIT_FSIZE, &small);
    const std::string said = refusal([&] { write_outputs(folder / name, 1 << 10, 1 << 10, many); });
    setrlimit(RLIMIT_FSIZE, &before);
    EXPECT_NE(said.find("make room or write elsewhere"), std::string::npos) << name << ": " << said;
    EXPECT_EQ(slurp(folder / name), old) << name;
  }
  EXPECT_EQ(folder.entries(), 3U);
}

}  // namespace
}  // namespace sparsio
