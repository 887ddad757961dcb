// Tables for eyes, CSV against a reader of RFC 4180, JSON against the library.
#include "record/table.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "record/fields.hpp"
#include "record/record_fixture.hpp"

namespace sparsio {
namespace {

// The dumb reader: one state, one character at a time.
std::vector<std::vector<std::string>> read_csv(const std::string& text) {
  std::vector<std::vector<std::string>> rows(1, {""});
  bool is_quoted = false;
  for (size_t k = 0; k < text.size(); ++k) {
    const char byte = text[k];
    if (is_quoted && byte == '"' && k + 1 < text.size() && text[k + 1] == '"')
      rows.back().back() += text[k++];
    else if (byte == '"')
      is_quoted = !is_quoted;
    else if (!is_quoted && byte == ',')
      rows.back().emplace_back();
    else if (!is_quoted && byte == '\n')
      rows.push_back({""});
    else
      rows.back().back() += byte;
  }
  rows.pop_back();
  return rows;
}

TEST(Table, AlignsNumbersRightAndTextsLeft) {
  const std::string table =
      text_table({"order", "reads", "ratio"}, {{"by_target", "7", "1.5"}, {"é", "1234567", "nan"}});
  EXPECT_EQ(table,
            "order        reads  ratio\n"
            "by_target        7    1.5\n"
            "é          1234567    nan\n");
  EXPECT_EQ(text_table({"a", "b"}, {}), "a  b\n");
  EXPECT_EQ(text_table({"count", "text"}, {{"7", "44 52"}, {"1 044 524", "x"}}),
            "    count  text\n"
            "        7  44 52\n"
            "1 044 524  x\n");
  EXPECT_EQ(text_table({"words"}, {{"1234 567"}, {"1 23"}}), "words\n1234 567\n1 23\n") << "no digits by threes";
}

TEST(Table, FieldsBecomeAlignedLines) {
  EXPECT_EQ(to_text({{"seconds", 0.123456789},
                     {"n", 3},
                     {"rate", std::numeric_limits<double>::quiet_NaN()},
                     {"alive", std::vector<uint64_t>{3, 2}},
                     {"empty", ""},
                     {"caches", std::vector<Fields>{{{"name", "L1"}, {"bytes", 32768}}, {{"name", "L2"}}}}}),
            "seconds  0.123457\n"
            "n        3\n"
            "rate     nan\n"
            "alive    3 2\n"
            "empty\n"
            "caches\n"
            "name  bytes\n"
            "L1    32768\n"
            "L2\n");
}

TEST(Csv, ReadsBackAsTheSameCells) {
  RandomStream random(4, 0);
  std::vector<Record> runs;
  for (int k = 0; k < 200; ++k) runs.push_back(random_record(random));
  std::ostringstream out;
  export_csv(test_schema(), runs, out);
  const auto rows = read_csv(out.str());
  ASSERT_EQ(rows.size(), runs.size() + 1);
  for (size_t column = 0; column < test_schema().size(); ++column) {
    const Column& declared = test_schema()[column];
    EXPECT_EQ(rows[0][column], declared.name);
    for (size_t row = 0; row < runs.size(); ++row) {
      ASSERT_EQ(rows[row + 1].size(), test_schema().size());
      const std::string& cell = rows[row + 1][column];
      const Cell& wanted = runs[row].cells()[column];
      const bool is_same = declared.type == Type::text ? cell == std::get<std::string>(wanted)
                           : declared.type == Type::integer
                               ? std::stoll(cell) == std::get<int64_t>(wanted)
                               : same(std::strtod(cell.c_str(), nullptr), std::get<double>(wanted));
      EXPECT_TRUE(is_same) << cell;
    }
  }
}

TEST(Csv, SaysNanWhereNothingIsKnown) {
  const Schema schema = {{"a", Type::real, 0, "", ""}, {"b", Type::text, 20, "", ""}};
  std::vector<Record> runs(1, Record(schema));
  runs[0].set("b", "say \"x\", y");
  std::ostringstream out;
  export_csv(schema, runs, out);
  EXPECT_EQ(out.str(), "a,b\nnan,\"say \"\"x\"\", y\"\n");
}

TEST(JsonExport, IsAListOfRecords) {
  RandomStream random(5, 0);
  std::vector<Record> runs;
  for (int k = 0; k < 3; ++k) {
    std::ostringstream out;
    export_json(runs, out);
    const auto json = nlohmann::json::parse(out.str());
    ASSERT_EQ(json.size(), runs.size());
    for (size_t row = 0; row < runs.size(); ++row) EXPECT_EQ(json[row]["error"], runs[row].text("error"));
    runs.push_back(random_record(random));
  }
}

}  // namespace
}  // namespace sparsio
