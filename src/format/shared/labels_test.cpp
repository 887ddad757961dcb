// What is claimed of labels: numpy's forms and text give the same classes; what is no list of classes is refused with
// the place and what to do.
#include "format/labels.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "disk/refusal_fixture.hpp"
#include "disk/temporary_folder_fixture.hpp"
#include "format/shared/npy_fixture.hpp"

namespace sparsio {
namespace {

const std::vector<uint32_t> classes = {3, 0, 9, 4294967295, 1};

TEST(Labels, AreReadFromEveryForm) {
  const TemporaryFolder folder;
  const std::vector<double> reals(classes.begin(), classes.end());
  const std::vector<int64_t> wide(classes.begin(), classes.end());
  for (const std::string shape : {"5,", "5, 1"}) {
    EXPECT_EQ(read_labels(folder.put("a.npy", npy_file(npy_dictionary("<i8", shape), bytes_of(wide)))), classes);
    EXPECT_EQ(read_labels(folder.put("b.npy", npy_file(npy_dictionary("<f8", shape), bytes_of(reals)))), classes);
  }
  EXPECT_EQ(read_labels(folder.put("c.txt", "3\n0\n9\n4294967295\n1\n")), classes);
  EXPECT_EQ(read_labels(folder.put("d.txt", "# classes\r\n 3 # cat\r\n0\t\r\n\r\n9.0\r\n4294967295\r\n1e0")), classes);
}

TEST(Labels, WhatIsNoClassIsRefusedWithItsPlace) {
  const TemporaryFolder folder;
  const auto text = [&](const std::string& bytes) { return refusal([&] { read_labels(folder.put("l.txt", bytes)); }); };
  for (const std::string word : {"-1", "0.5", "nan", "inf", "cat", "4294967296", "1 2", "1,", "1e300", "+", "0x1"})
    EXPECT_EQ(text("0\n" + word + "\n"),
              folder / "l.txt" + ":2: '" + word + "' is no class; give one whole number from 0 a line");
  for (const std::string none : {"", "\n \n", "# nothing\n"})
    EXPECT_NE(text(none).find("holds no label"), std::string::npos);
  for (const double value : {-1.0, 0.5, double{NAN}, double{INFINITY}, 4294967296.0}) {
    const std::string path =
        folder.put("l.npy", npy_file(npy_dictionary("<f8", "2,"), bytes_of(std::vector<double>{1, value})));
    EXPECT_NE(refusal([&] { read_labels(path); }).find(path + ": label 2: "), std::string::npos) << value;
  }
}

TEST(Labels, AnotherShapeOrEndingSaysWhatToDo) {
  const TemporaryFolder folder;
  const auto shaped = [&](const std::string& shape) {
    return refusal(
        [&] { read_labels(folder.put("l.npy", npy_file(npy_dictionary("|u1", shape), std::string(6, '\1')))); });
  };
  EXPECT_NE(shaped("2, 3").find("labels of shape 2 x 3; an input has one class; if they are one-hot, save "
                                "numpy.argmax(L, axis=1)"),
            std::string::npos);
  EXPECT_NE(shaped("6, 1, 1").find("labels of shape 6 x 1 x 1"), std::string::npos);
  EXPECT_NE(refusal([&] { read_labels(folder.put("l.csv", "1\n")); }).find("labels end in .npy or .txt"),
            std::string::npos);
  EXPECT_NE(refusal([&] { read_labels(folder / "none.npy"); }).find("cannot be opened"), std::string::npos);
}

}  // namespace
}  // namespace sparsio
