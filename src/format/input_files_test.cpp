// What is claimed of .npy, .csv and .mtx as inputs:
//   inputs come back as they were, bit by bit, packed or not;
//   every dtype and both orders of a .npy give the same matrix as the dumb formula does;
//   a wrong width says both shapes, a transposed file says so;
//   numbers that no float holds are refused with their place;
//   what a line of text may look like is told apart from what it may not.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "disk/refusal_fixture.hpp"
#include "disk/temporary_folder_fixture.hpp"
#include "format/format.hpp"
#include "format/shared/npy_fixture.hpp"

namespace sparsio {
namespace {

const FormatKind& format(const std::string& name) {
  return Registry<FormatKind>::instance().find(name, "test").kind;
}

Inputs read(const std::string& name, const std::string& path, uint32_t width = 0,
            const std::vector<NamedText>& given = {}) {
  return format(name).read_inputs(path, width, Params(format(name).options, given, name));
}

std::vector<float> floats_of(const Inputs& inputs) {
  std::vector<float> values;
  for (uint64_t i = 0; i < inputs.count; ++i)
    for (uint32_t n = 0; n < inputs.width; ++n) values.push_back(inputs.at(i, n));
  return values;
}

TEST(InputFiles, ComeBackBitByBit) {
  const TemporaryFolder folder;
  for (const std::string name : {"npy", "csv", "csv.gz"}) {
    const std::string path = folder / ("a." + name);
    const std::string kind = name.substr(0, 3);
    const Inputs bits{3, 11, {0xFF, 0xE0, 0x00, 0x20, 0x80, 0x00}, {}, "file"};
    format(kind).write_inputs(bits, path);
    EXPECT_EQ(read(kind, path, 11).bits, bits.bits) << name;
    Inputs reals{100, 7, {}, {}, "file"};
    RandomStream random(5, 5);
    while (reals.values.size() < 700) {
      float value = 0;
      const auto drawn = static_cast<uint32_t>(random.below(uint64_t{1} << 32));
      std::memcpy(&value, &drawn, sizeof value);
      if (std::isfinite(value)) reals.values.push_back(value);
    }
    reals.values[3] = -0.0F;
    format(kind).write_inputs(reals, path);
    EXPECT_EQ(bytes_of(read(kind, path).values), bytes_of(reals.values)) << name;
  }
  const Inputs negative{1, 2, {}, {-0.0F, 1}, "file"};
  format("npy").write_inputs(negative, folder / "n.npy");
  EXPECT_TRUE(std::signbit(read("npy", folder / "n.npy").at(0, 0)));
}

template <class Value>
void check_orders(const std::string& type) {
  const TemporaryFolder folder;
  std::vector<Value> rows;
  std::vector<Value> columns;
  for (int r = 0; r < 5; ++r)
    for (int c = 0; c < 3; ++c) rows.push_back(static_cast<Value>(3 * r + c));
  for (int c = 0; c < 3; ++c)
    for (int r = 0; r < 5; ++r) columns.push_back(static_cast<Value>(3 * r + c));
  const std::vector<float> wanted(rows.begin(), rows.end());
  const Inputs c_order = read("npy", folder.put("c.npy", npy_file(npy_dictionary(type, "5, 3"), bytes_of(rows))), 3);
  EXPECT_EQ(floats_of(c_order), wanted) << type;
  const Inputs fortran =
      read("npy", folder.put("f.npy", npy_file(npy_dictionary(type, "5, 3", "True"), bytes_of(columns))), 3);
  EXPECT_EQ(floats_of(fortran), wanted) << type;
}

TEST(InputFiles, EveryTypeAndOrderOfNumpyGivesTheMatrix) {
  check_orders<uint8_t>("|u1");
  check_orders<int16_t>("<i2");
  check_orders<int64_t>("<i8");
  check_orders<float>("<f4");
  check_orders<double>("<f8");
  const TemporaryFolder folder;
  const Inputs truth = read("npy", folder.put("b.npy", npy_file(npy_dictionary("|b1", "1, 4"), {"\1\0\0\1", 4})));
  EXPECT_EQ(truth.bits, (std::vector<uint8_t>{0x90}));
  const Inputs pixels = read("npy", folder.put("u.npy", npy_file(npy_dictionary("|u1", "1, 3"), {"\xff\0\1", 3})));
  EXPECT_EQ(pixels.values, (std::vector<float>{255, 0, 1}));
  const std::vector<double> doubles = {0.1, 1e-60};
  const Inputs rounded = read("npy", folder.put("d.npy", npy_file(npy_dictionary("<f8", "1, 2"), bytes_of(doubles))));
  EXPECT_EQ(rounded.values, (std::vector<float>{0.1F, 0}));
}

TEST(InputFiles, AnotherShapeSaysBothShapes) {
  const TemporaryFolder folder;
  const std::string zeros(24, '\0');
  folder.put("a.npy", npy_file(npy_dictionary("|u1", "4, 6"), zeros));
  folder.put("a.csv", "0,0,0,0,0,0\n0,0,0,0,0,0\n0,0,0,0,0,0\n0,0,0,0,0,0\n");
  folder.put("a.mtx", "%%MatrixMarket matrix coordinate pattern general\n4 6 0\n");
  for (const std::string name : {"npy", "csv", "mtx"}) {
    const std::string path = folder / ("a." + name);
    const auto said = [&](uint32_t width) { return refusal([&] { read(name, path, width); }); };
    EXPECT_EQ(said(6), "");
    EXPECT_EQ(said(4), path +
                           ": 4 x 6 for a network of 4 inputs: it is transposed, rows are inputs; save X.T, which is "
                           "6 x 4");
    EXPECT_EQ(said(9), path + ": 4 x 6 for a network of 9 inputs; rows are inputs: give N x 9");
    EXPECT_NE(said(5).find("if a column holds labels, take it out"), std::string::npos);
  }
  const auto shaped = [&](const std::string& shape, const std::string& data) {
    return refusal([&] { read("npy", folder.put("b.npy", npy_file(npy_dictionary("|u1", shape), data))); });
  };
  EXPECT_NE(shaped("24,", zeros).find("save X.reshape(1, -1) if it is one input"), std::string::npos);
  EXPECT_NE(shaped("2, 3, 4", zeros).find("2 x 3 x 4 is no matrix whose rows are inputs; save X.reshape(len(X), -1)"),
            std::string::npos);
  EXPECT_NE(shaped("0, 4", "").find("0 x 4 are no inputs"), std::string::npos);
  EXPECT_NE(shaped("4, 0", "").find("4 x 0 are no inputs"), std::string::npos);
  EXPECT_NE(shaped("0, 18446744073709551615", "").find("are no inputs"), std::string::npos);
}

TEST(InputFiles, NumbersThatNoFloatHoldsAreRefusedWithTheirPlace) {
  const TemporaryFolder folder;
  const auto doubles = [&](double value) {
    const std::vector<double> all = {0, 1, 2, 3, value, 5};
    return refusal([&] { read("npy", folder.put("a.npy", npy_file(npy_dictionary("<f8", "2, 3"), bytes_of(all)))); });
  };
  for (const double value : {double{NAN}, double{INFINITY}, -double{INFINITY}})
    EXPECT_NE(doubles(value).find(": input 2, value 2: " + std::string(std::isnan(value) ? "nan" : "")),
              std::string::npos);
  EXPECT_NE(doubles(3.4028236e38).find("input 2, value 2: 3.4028236e+38 does not fit a 32-bit float"),
            std::string::npos);
  EXPECT_EQ(doubles(3.40282346e38), "");
  const auto integer = [&](int64_t value) {
    const std::vector<int64_t> all = {value};
    return refusal([&] { read("npy", folder.put("a.npy", npy_file(npy_dictionary("<i8", "1, 1"), bytes_of(all)))); });
  };
  EXPECT_EQ(integer(-16777216), "");
  EXPECT_NE(integer(16777217).find("16777217: not every integer above 2^24"), std::string::npos);
}

TEST(Csv, ReadsWhatIsOutThere) {
  const TemporaryFolder folder;
  const auto values = [&](const std::string& text, const std::string& header = "auto") {
    return floats_of(read("csv", folder.put("a.csv", text), 0, {{"header", header}}));
  };
  const std::vector<float> wanted = {0.5F, 1, -2e-3F, 4};
  EXPECT_EQ(values("0.5,1\n-2e-3,4\n"), wanted);
  EXPECT_EQ(values("a,b\r\n0.5, 1\r\n\r\n-2e-3\t,+4"), wanted);
  EXPECT_EQ(values("# made by numpy\n\"pixel, 1\",\"b\"\n\"0.5\",\"1\"\n-0.002,4.0\n"), wanted);
  EXPECT_EQ(values("9,9\n0.5,1\n-2e-3,4\n", "skip"), wanted);
  EXPECT_EQ(values("0,1,2\n3,4,5\n", "none"), (std::vector<float>{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(values("0,1,2\n3,4,5\n", "skip"), (std::vector<float>{3, 4, 5}));
  EXPECT_EQ(values("0,1\n"), (std::vector<float>{0, 1}));
  EXPECT_EQ(values("\xef\xbb\xbf"
                   "3\r\n4\r\n"),
            (std::vector<float>{3, 4}));  // a spreadsheet's first bytes
}

TEST(Csv, RefusesWithLineAndColumn) {
  const TemporaryFolder folder;
  const std::string path = folder / "a.csv";
  const auto said = [&](const std::string& text) { return refusal([&] { read("csv", folder.put("a.csv", text)); }); };
  EXPECT_EQ(said("0.5,1\n2,nan\n"),
            path + ":2, column 2: the value 'nan' is not a finite number; give one like 0.0625");
  EXPECT_EQ(said("0.5,1\n2,-inf\n").find(path + ":2, column 2: "), 0U);
  EXPECT_EQ(said("nan,nan\n0,1\n").find(path + ":1, column 1: "), 0U);
  EXPECT_EQ(said("0.5,x\n2,3\n").find(path + ":1, column 2: the value 'x'"), 0U);
  EXPECT_EQ(said("1,1e39\n").find(path + ":1, column 2: the value '1e39' does not fit"), 0U);
  EXPECT_EQ(said("1;2\n3;4\n").find(path + ":2, column 1: '3;4' is no number; let commas stand between"), 0U);
  EXPECT_EQ(said("1,2\n3,4,\n"), path + ":2: 3 values, the lines before have 2; give every input as many");
  EXPECT_EQ(said("1,2,\n").find(path + ":1, column 3: the value is missing"), 0U);
  EXPECT_EQ(said("0,1,2\n3,4,5\n").find(path + ":1: the line counts 0,1,2,..."), 0U);
  for (const std::string none : {"", "\n", "a,b\n", "# 1,2\n"})
    EXPECT_NE(said(none).find("holds no inputs"), std::string::npos);
}

TEST(Csv, MutantsAreReadOrRefused) {
  const TemporaryFolder folder;
  int read_well = 0;
  for (uint64_t seed = 0; seed < 1500; ++seed) {
    const std::string path = folder.put("a.csv", mutant("a,b,c\n0.5,1,2\n-1e-3,7,4\n", seed));
    if (refusal([&] { read("csv", path); }).empty()) ++read_well;
  }
  EXPECT_GT(read_well, 0);
  EXPECT_LT(read_well, 1500);
}

TEST(Mtx, ArraysAreInputsColumnAfterColumn) {
  const TemporaryFolder folder;
  const std::string head = "%%MatrixMarket matrix array ";
  const auto values = [&](const std::string& text) { return floats_of(read("mtx", folder.put("a.mtx", head + text))); };
  EXPECT_EQ(values("real general\n% by columns\n2 3\n1\n2\n\n3\n4\n5 % and so on\n6D0\n"),
            (std::vector<float>{1, 3, 5, 2, 4, 6}));
  EXPECT_EQ(values("integer symmetric\n2 2\n1\n2\n3\n"), (std::vector<float>{1, 2, 2, 3}));
  EXPECT_EQ(values("real skew-symmetric\n3 3\n1\n2\n3\n"), (std::vector<float>{0, -1, -2, 1, 0, -3, 2, 3, 0}));
  EXPECT_TRUE(read("mtx", folder.put("a.mtx", head + "real general\n2 1\n0\n1\n")).is_packed());
  const auto said = [&](const std::string& text) {
    return refusal([&] { read("mtx", folder.put("a.mtx", head + text)); });
  };
  EXPECT_NE(said("pattern general\n2 2\n").find("an array that is a pattern"), std::string::npos);
  EXPECT_NE(said("real general\n2 2\n1\n2\n3\n").find("3 entries, the header says 4"), std::string::npos);
  EXPECT_NE(said("real general\n2 1\n1\n2\n3\n").find(":5: an entry more than the 2"), std::string::npos);
  EXPECT_NE(said("real general\n4000000000 4000000000\n1\n").find("1 entries, the header says"), std::string::npos);
  EXPECT_NE(said("real general\n2 1\n1\nnan\n").find("is not a finite number"), std::string::npos);
}

}  // namespace
}  // namespace sparsio
