// Records and events survive JSON bit for bit; command output is JSON that says null where nothing is known.
#include "record/json.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "record/record_fixture.hpp"

namespace sparsio {
namespace {

TEST(RecordJson, RandomRecordsSurvive) {
  RandomStream random(2, 0);
  for (int k = 0; k < 500; ++k) {
    const Record record = random_record(random);
    const std::string text = record_to_json(record);
    EXPECT_EQ(text.find('\n'), std::string::npos);
    EXPECT_TRUE(same(record_from_json(text, test_schema(), "here"), record)) << text;
  }
}

TEST(RecordJson, KeepsTheOrderOfTheSchema) {
  const auto json = nlohmann::ordered_json::parse(record_to_json(Record(test_schema())));
  size_t column = 0;
  for (const auto& [name, value] : json.items()) EXPECT_EQ(name, test_schema()[column++].name);
  EXPECT_EQ(column, test_schema().size());
  EXPECT_TRUE(json["seconds"].is_null());
}

TEST(RecordJson, ReadsByNameAndRefusesOtherTypes) {
  const auto good = nlohmann::json::parse(record_to_json(Record(test_schema())));
  const auto answer = [&](const nlohmann::json& json) {
    return refusal([&] { record_from_json(json.dump(), test_schema(), "j:2"); });
  };
  EXPECT_EQ(answer(good), "");
  auto missing = good;
  missing.erase("run");
  EXPECT_EQ(answer(missing), "j:2: 'run' is missing");
  auto text = good;
  text["seconds"] = "fast";
  EXPECT_EQ(answer(text), "j:2: seconds: \"fast\" is not a number");
  auto real = good;
  real["reads"] = 1.5;
  EXPECT_EQ(answer(real), "j:2: reads: 1.5 is not an integer of 64 bits");
  auto large = good;
  large["reads"] = UINT64_MAX;
  EXPECT_EQ(answer(large), "j:2: reads: 18446744073709551615 is not an integer of 64 bits");
  EXPECT_EQ(refusal([] { record_from_json("[1]", test_schema(), "j:2"); }), "j:2: not a JSON object");
  EXPECT_EQ(refusal([] { record_from_json("{\"run\":", test_schema(), "j:2"); }), "j:2: not a JSON object");
}

TEST(RecordJson, WhatIsMissingIsUnknownAndWhatIsSurplusIsKept) {
  Schema schema = test_schema();
  schema[3].former = "loads";
  schema[5].fallback = "z";
  auto json = nlohmann::json::parse(record_to_json(Record(test_schema())));
  for (const char* name : {"reads", "seconds", "letter"}) json.erase(name);
  json["loads"] = 12;
  json["words"] = "a b";
  json["speed"] = nullptr;
  json["turns"] = 3;
  const Record record = record_from_json(json.dump(), schema, "j:2");
  EXPECT_EQ(record.real("reads"), 12);
  EXPECT_TRUE(std::isnan(record.real("seconds")));
  EXPECT_EQ(record.text("letter"), "z");
  EXPECT_EQ(record.text("words"), "a b");
  EXPECT_TRUE(std::isnan(record.real("speed")));
  EXPECT_EQ(record.real("turns"), 3);
  const auto again = nlohmann::json::parse(record_to_json(record));
  for (const char* name : {"loads", "reads"}) EXPECT_EQ(again[name], 12) << name;  // both until 0.3
  EXPECT_TRUE(same_row(record_from_json(again.dump(), schema, "j:2"), record));
  // Rows that lack the columns are the same where those are unknown, and only there.
  EXPECT_FALSE(same_row(record, Record(schema)));
}

TEST(EventJson, EventsSurvive) {
  RandomStream random(3, 0);
  for (int k = 0; k < 100; ++k) {
    const Record record = random_record(random);
    std::vector<Sample> samples = random_samples(random, record.text("run"));
    samples.push_back({record.text("run"), 9, 0, 0, std::numeric_limits<double>::infinity()});
    const auto event =
        event_from_json(event_to_json(FinishedCase{record.text("run"), record, samples}), test_schema(), "j");
    const auto& finished = std::get<FinishedCase>(event);
    EXPECT_TRUE(same(finished.record, record));
    EXPECT_EQ(finished.samples, samples);
  }
  const auto started = std::get<StartedCase>(event_from_json(event_to_json(StartedCase{"r", "a:1"}), {}, "j"));
  EXPECT_EQ(started.run + started.place, "ra:1");
  EXPECT_NE(refusal([] { event_from_json(R"({"event":"paused"})", {}, "j:4"); }), "");
}

TEST(FieldsJson, SaysWhatTheFieldsSay) {
  const Fields fields = {{"name", "a \"b\"\n"},
                         {"count", 3},
                         {"large", UINT64_MAX},
                         {"known", true},
                         {"seconds", 0.1},
                         {"rate", std::numeric_limits<double>::quiet_NaN()},
                         {"alive", std::vector<uint64_t>{3, 2, 1}},
                         {"times", std::vector<double>{0.5, std::numeric_limits<double>::quiet_NaN()}},
                         {"words", std::vector<std::string>{"x", "y"}},
                         {"caches", std::vector<Fields>{{{"name", "L1"}, {"bytes", 32768}}, {{"name", "L2"}}}},
                         {"none", std::vector<Fields>{}}};
  const std::string text = to_json(fields);
  const auto json = nlohmann::ordered_json::parse(text);
  EXPECT_EQ(json,
            nlohmann::ordered_json::parse(
                R"({"name":"a \"b\"\n","count":3,"large":18446744073709551615,"known":true,"seconds":0.1,"rate":null,
                          "alive":[3,2,1],"times":[0.5,null],"words":["x","y"],
                          "caches":[{"name":"L1","bytes":32768},{"name":"L2"}],"none":[]})"));
  EXPECT_EQ(text.back(), '\n');
  EXPECT_EQ(nlohmann::json::parse(to_json({})), nlohmann::json::object());
}

}  // namespace
}  // namespace sparsio
