// A record refuses names and types that are not in its schema, and every text in it is valid and fits.
#include "record/record.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "base/utf8.hpp"
#include "record/record_fixture.hpp"

namespace sparsio {
namespace {

TEST(Record, StartsEmptyAndUnknown) {
  const Record record(test_schema());
  EXPECT_EQ(record.text("status"), "");
  EXPECT_EQ(record.real("reads"), 0);
  EXPECT_TRUE(std::isnan(record.real("seconds")));
}

TEST(Record, HoldsWhatWasSet) {
  Record record(test_schema());
  record.set("status", "ok");
  record.set("reads", 12);
  record.set("seconds", 0.5);
  EXPECT_EQ(record.text("status"), "ok");
  EXPECT_EQ(std::get<int64_t>(record.cell("reads")), 12);
  EXPECT_EQ(record.real("reads"), 12.0);
  EXPECT_EQ(record.real("seconds"), 0.5);
  record.set("reads", uint64_t{INT64_MAX});
  EXPECT_EQ(std::get<int64_t>(record.cell("reads")), INT64_MAX);
  record.set("reads", -3);
  EXPECT_EQ(std::get<int64_t>(record.cell("reads")), -3);
  EXPECT_THROW(record.set("reads", uint64_t{INT64_MAX} + 1), std::logic_error);
}

TEST(Record, RefusesWhatTheSchemaDoesNotSay) {
  Record record(test_schema());
  EXPECT_THROW(record.set("statis", "ok"), std::logic_error);
  EXPECT_THROW(record.set("status", 1.0), std::logic_error);
  EXPECT_THROW(record.set("reads", 1.0), std::logic_error);
  EXPECT_THROW(record.set("seconds", 1), std::logic_error);
  EXPECT_THROW(static_cast<void>(record.real("status")), std::logic_error);
  EXPECT_THROW(static_cast<void>(record.text("reads")), std::logic_error);
}

TEST(Record, CellsAreTheSameIfBothAreUnknown) {
  const Cell unknown = std::nan("");
  EXPECT_TRUE(same_cell(unknown, unknown));
  EXPECT_FALSE(same_cell(unknown, Cell(0.0)));
  EXPECT_FALSE(same_cell(Cell(0.0), unknown));
  EXPECT_TRUE(same_cell(Cell(0.5), Cell(0.5)));
  EXPECT_FALSE(same_cell(Cell(1.0), Cell(int64_t{1})));
  EXPECT_TRUE(same_cell(Cell(std::string("nan")), Cell(std::string("nan"))));
  EXPECT_FALSE(same_cell(Cell(std::string("nan")), unknown));
}

TEST(Record, CutsTextsAtCharacters) {
  Record record(test_schema());
  record.set("status", "unsupported");
  EXPECT_EQ(record.text("status"), "unsupported");
  record.set("status", "unsupported!");
  EXPECT_EQ(record.text("status"), "unsuppor...");
  record.set("status", "ééééééé");  // 14 bytes: 8 are left, four characters
  EXPECT_EQ(record.text("status"), "éééé...");
  record.set("status", "aéééééé");  // 13 bytes: the cut would be inside a character
  EXPECT_EQ(record.text("status"), "aééé...");
  record.set("letter", "long");
  EXPECT_EQ(record.text("letter"), ".");
}

TEST(Utf8, ReplacesWhatIsNotValid) {
  const std::string_view mark = "\xef\xbf\xbd";
  EXPECT_EQ(valid_utf8("é漢🙂"), "é漢🙂");
  EXPECT_EQ(valid_utf8(std::string_view("a\0b", 3)), "a" + std::string(mark) + "b");
  // Lone continuation, cut character, overlong, surrogate, above U+10FFFF: one mark a byte.
  for (const std::string_view wrong :
       {"\x80", "\xc3", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80"}) {
    std::string marks;
    for (size_t k = 0; k < wrong.size(); ++k) marks += mark;
    EXPECT_EQ(valid_utf8(std::string(wrong) + "x"), marks + "x");
  }
}

TEST(Utf8, FitsAnyTextInAnyWidth) {
  RandomStream random(1, 0);
  for (int k = 0; k < 2000; ++k) {
    const std::string text = random_text(random);
    const size_t width = random.below(20);
    const std::string fit = fit_utf8(text, width);
    EXPECT_LE(fit.size(), width);
    EXPECT_EQ(fit, valid_utf8(fit));
    if (valid_utf8(text).size() <= width) {
      EXPECT_EQ(fit, valid_utf8(text));
    }
  }
}

TEST(Utf8, CountsCharacters) {
  EXPECT_EQ(character_count("aé漢🙂"), 4U);
}

}  // namespace
}  // namespace sparsio
