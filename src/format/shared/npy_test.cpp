// What is claimed of shared/npy:
//   every dtype of real numbers gives its values, in either byte order, in every version of the form;
//   what is no such array is one BadInput that says what it is and what to do;
//   a header that claims more than the file has takes no memory;
//   each truncation and each byte more is refused.
#include "format/shared/npy.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "disk/refusal_fixture.hpp"
#include "disk/temporary_folder_fixture.hpp"
#include "format/shared/npy_fixture.hpp"

namespace sparsio {
namespace {

std::vector<double> values_of(const std::string& path) {
  NpyReader reader(path);
  std::vector<double> all;
  std::vector<double> some(3);  // less than most arrays here
  while (const size_t got = reader.next(some))
    all.insert(all.end(), some.begin(), some.begin() + static_cast<int>(got));
  return all;
}

/// The file with each value's bytes the other way round.
template <class Value>
std::string swapped(const std::vector<Value>& values) {
  std::string bytes = bytes_of(values);
  for (size_t at = 0; at < bytes.size(); at += sizeof(Value))
    std::reverse(bytes.begin() + static_cast<int>(at), bytes.begin() + static_cast<int>(at + sizeof(Value)));
  return bytes;
}

template <class Value>
void check_type(const std::string& name, const std::vector<Value>& values) {
  const TemporaryFolder folder;
  const std::vector<double> wanted(values.begin(), values.end());
  const std::string shape = std::to_string(values.size()) + ",";
  for (const int version : {1, 2, 3}) {
    const std::string little = npy_file(npy_dictionary("<" + name, shape), bytes_of(values), version);
    EXPECT_EQ(values_of(folder.put("a.npy", little)), wanted) << name << " version " << version;
    const std::string big = npy_file(npy_dictionary(">" + name, shape), swapped(values), version);
    EXPECT_EQ(values_of(folder.put("a.npy", big)), wanted) << name << " version " << version;
  }
}

template <class Value>
std::vector<Value> extremes() {
  using Limits = std::numeric_limits<Value>;
  return {Limits::lowest(), Value{0}, Value{1}, Limits::max(), static_cast<Value>(Limits::max() / 3)};
}

TEST(Npy, EveryTypeGivesItsValues) {
  check_type("u1", extremes<uint8_t>());
  check_type("i1", extremes<int8_t>());
  check_type("u2", extremes<uint16_t>());
  check_type("i2", extremes<int16_t>());
  check_type("u4", extremes<uint32_t>());
  check_type("i4", extremes<int32_t>());
  check_type("u8", extremes<uint64_t>());
  check_type("i8", extremes<int64_t>());
  check_type("f4", std::vector<float>{-0.0F, 1e-45F, 3.4e38F, -1.5F, INFINITY});
  check_type("f8", std::vector<double>{-0.0, 5e-324, 1.7e308, 0.1});
}

TEST(Npy, HalvesAreWhatTheStandardSays) {
  const TemporaryFolder folder;
  const std::vector<uint16_t> bits = {0x3C00, 0xC000, 0x7BFF, 0x0400, 0x03FF, 0x0001, 0x3555, 0x7C00, 0x8000};
  const std::vector<double> wanted = {1, -2, 65504, 0x1p-14, 0x3FFp-24, 0x1p-24, 0x1.554p-2, INFINITY, -0.0};
  EXPECT_EQ(values_of(folder.put("a.npy", npy_file(npy_dictionary("<f2", "9,"), bytes_of(bits)))), wanted);
}

TEST(Npy, TheHeaderMayBeWrittenAsPythonAllows) {
  const TemporaryFolder folder;
  const std::string data = bytes_of(std::vector<float>{1, 2, 3, 4, 5, 6});
  for (const std::string text : {
           R"({"shape":(2,3),"descr":"<f4","fortran_order":True})",
           "{ 'fortran_order' : True ,\n 'descr':\t'=f4', 'shape' : ( 2L , 3L , ) , }",
       }) {
    const NpyReader reader(folder.put("a.npy", npy_file(text, data)));
    EXPECT_EQ(reader.header().shape, (std::vector<uint64_t>{2, 3}));
    EXPECT_TRUE(reader.header().is_fortran);
  }
  EXPECT_EQ(shape_text(NpyReader(folder.put("a.npy", npy_file(npy_dictionary("<f4", ""), "abcd"))).header().shape),
            "a single number");
}

TEST(Npy, OurHeaderIsThatOfNumpy) {
  // numpy 1.24.2: io.BytesIO, numpy.save(file, numpy.zeros((3, 4), 'f4')), without the blanks it leaves for growth.
  const std::string wanted = npy_file(npy_dictionary("<f4", "3, 4"), "");
  EXPECT_EQ(npy_header("<f4", 3, 4), wanted);
  EXPECT_EQ(npy_header("<f4", 3, 4, 192).size(), 192U);
  const TemporaryFolder folder;
  const NpyReader reader(folder.put("a.npy", npy_header("<f4", 0, 4, 192)));
  EXPECT_EQ(reader.header().first_byte, 192U);
}

TEST(Npy, OtherThingsAreRefusedByName) {
  const TemporaryFolder folder;
  const auto said = [&](const std::string& bytes) { return refusal([&] { values_of(folder.put("a.npy", bytes)); }); };
  const auto of_type = [&](const std::string& type) { return said(npy_file(npy_dictionary(type, "2,"), "abcdefgh")); };
  EXPECT_NE(of_type("|O").find("dtype object: a pickle"), std::string::npos);
  EXPECT_NE(of_type("<c8").find("complex numbers; save X.real"), std::string::npos);
  for (const std::string type : {"<U1", "|S4", "<M8[ns]", "<f16", "f", "", "|V4", "<", "u3"})
    EXPECT_NE(of_type(type).find("is no real number that is read"), std::string::npos) << type;
  EXPECT_NE(said(npy_file("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }", "abcdefgh"))
                .find("its dtype is structured"),
            std::string::npos);
  EXPECT_NE(said("PK\x03\x04 and so on").find("let its name end in .npz"), std::string::npos);
  EXPECT_NE(said("").find("does not begin as a .npy does"), std::string::npos);
  EXPECT_NE(said("1,2,3\n").find("does not begin as a .npy does"), std::string::npos);
  EXPECT_NE(said(npy_file(npy_dictionary("<f4", "2,"), "abcdefgh", 4)).find("version 4.0 of .npy"), std::string::npos);
  for (const std::string text :
       {"", "{}", "{'descr': '<f4'}", "{'descr': '<f4', 'fortran_order': False, 'shape': (2, -1)}",
        "{'descr': '<f4', 'fortran_order': 0, 'shape': (2,)}", "{'descr': '<f4', 'descr': '<f4', 'shape': (2,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} + {}", "[1, 2]",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'more': 'x'}",
        "{'descr': __import__('os'), 'fortran_order': False, 'shape': (2,)}"})
    EXPECT_NE(said(npy_file(text, "abcdefgh")), "") << text;
}

TEST(Npy, ClaimsThatNoFileKeepsAreRefused) {
  const TemporaryFolder folder;
  const auto said = [&](const std::string& shape) {
    return refusal([&] { NpyReader(folder.put("a.npy", npy_file(npy_dictionary("<f4", shape), "abcdefgh"))); });
  };
  for (const std::string shape : {"4294967296, 4294967296", "18446744073709551615,", "2305843009213693952, 3"})
    EXPECT_NE(said(shape).find("are more than any file holds"), std::string::npos) << shape;
  EXPECT_NE(said("18446744073709551616,").find("its header is not that of a .npy"), std::string::npos);
  EXPECT_NE(said("1000000000, 1000000").find("there are 8: it is truncated"), std::string::npos);
  EXPECT_NE(said("1,").find("4 bytes after the 1 values of <f4"), std::string::npos);
  EXPECT_NE(said("0, 18446744073709551615").find("8 bytes after"), std::string::npos);
  const std::string long_header = std::string("\x93NUMPY\x02\x00\xff\xff\xff\x7f", 12) + "{'descr': '<f4'";
  EXPECT_NE(refusal([&] { NpyReader(folder.put("a.npy", long_header)); }).find("a header of 2147483647 bytes"),
            std::string::npos);
}

TEST(Npy, EveryTruncationAndEveryMutantIsReadOrRefused) {
  const TemporaryFolder folder;
  const std::string good = npy_file(npy_dictionary("<i2", "3, 4"), bytes_of(std::vector<int16_t>(12, 7)));
  EXPECT_EQ(values_of(folder.put("a.npy", good)), std::vector<double>(12, 7));
  for (size_t size = 0; size < good.size(); ++size)
    EXPECT_NE(refusal([&] { values_of(folder.put("a.npy", good.substr(0, size))); }), "") << size;
  EXPECT_NE(refusal([&] { values_of(folder.put("a.npy", good + "x")); }), "");
  for (uint64_t seed = 0; seed < 2000; ++seed) {
    const std::string path = folder.put("a.npy", mutant(good, seed));
    refusal([&] { EXPECT_LE(values_of(path).size(), 64U) << seed; });
  }
}

}  // namespace
}  // namespace sparsio
