#include "config/case.hpp"

#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "base/error.hpp"

namespace sparsio {
namespace {

std::string error_of(const std::string& key, const std::string& value) {
  try {
    Case one;
    one.set(key, value, "here");
    return "";
  } catch (const BadInput& error) {
    return error.what();
  }
}

// Claims: names differ; defaults are canonical and allowed; texts have a width that their default fits into, numbers
// none; choices exist exactly for Role::choice.
TEST(CaseKeys, TheTableIsSound) {
  std::set<std::string_view> names;
  for (const CaseKey& key : case_keys()) {
    SCOPED_TRACE(key.name);
    EXPECT_TRUE(names.insert(key.name).second);
    EXPECT_FALSE(key.help.empty());
    EXPECT_EQ(key.type == Type::text, key.width > 0);
    EXPECT_EQ(key.role == Role::choice, !key.choices.empty());
    if (key.role != Role::network && key.name != "threads") {  // threads left out are all; 0 cannot be given
      EXPECT_EQ(checked_value(key, key.fallback, "default"), key.fallback);
    }
  }
}

TEST(Case, DefaultsAndTypes) {
  const Case one;
  EXPECT_EQ(one.text("network"), "");
  EXPECT_EQ(one.text("order"), "by_target");
  EXPECT_EQ(one.integer("panel"), 48);
  EXPECT_EQ(one.real("time_limit"), 600.0);
  EXPECT_THROW(one.text("pannel"), std::logic_error);
  EXPECT_THROW(one.integer("order"), std::logic_error);
}

TEST(Case, SetKeepsCanonicalTextAndLeavesCopiesAlone) {
  Case one;
  const Case before = one;
  one.set("time_limit", "6e1", "here");
  one.set("panel", "007", "here");
  one.set("track", "structure+value", "here");
  EXPECT_EQ(one.text("time_limit"), "60");
  EXPECT_EQ(one.text("panel"), "7");
  EXPECT_EQ(before.text("panel"), "48");
  EXPECT_EQ(Case().text("panel"), "48");
}

TEST(Case, SetRefuses) {
  EXPECT_EQ(error_of("pannel", "3").substr(0, 50), "here: no key 'pannel'; did you mean 'panel'? have:");
  EXPECT_EQ(error_of("panel", "x"), "here: panel: 'x' is not an integer; give one like 120");
  EXPECT_EQ(error_of("panel", "18446744073709551616"),
            "here: panel: 18446744073709551616 is too large; give at most 9223372036854775807");
  EXPECT_EQ(error_of("panel", "-9223372036854775809"),
            "here: panel: -9223372036854775809 is too small; give at least -9223372036854775808");
  EXPECT_EQ(error_of("panel", "99999999999999999999x"),
            "here: panel: '99999999999999999999x' is not an integer; give one like 120");
  EXPECT_EQ(error_of("panel", "-1"), "here: panel is -1; give at least 0");
  EXPECT_EQ(error_of("cost", "bits"), "here: no cost 'bits'; did you mean 'bytes'? have: unit bytes");
  EXPECT_EQ(error_of("order", "").substr(0, 20), "here: order is empty");
  EXPECT_EQ(error_of("inputs", ""), "");
}

TEST(Case, CanonicalIsALineAKeyInTheTablesOrder) {
  Case one;
  one.set("network", "mlp:widths=3", "here");
  one.place = "somewhere";
  std::istringstream lines(one.canonical());
  std::string line;
  for (const CaseKey& key : case_keys()) {
    if (key.since > first_schema) continue;  // at its default: the text is that of programs before the key
    ASSERT_TRUE(std::getline(lines, line));
    EXPECT_EQ(line, std::string(key.former.empty() ? key.name : key.former) + "=" + one.text(key.name));
  }
  EXPECT_FALSE(std::getline(lines, line));
  const std::string before = one.canonical();
  one.set("labels", "a.txt", "here");
  EXPECT_NE(one.canonical().find("\nlabels=a.txt\n"), std::string::npos);
  one.set("labels", "", "here");
  EXPECT_EQ(one.canonical(), before);
}

}  // namespace
}  // namespace sparsio
