// Labels of a case, from a file and from inputs that know theirs: the accuracy is what a dumb argmax of the engine's
// own outputs says, be they right or wrong as long as nobody looks; a wrong answer that was seen has none; where there
// is no accuracy its reason stands beside it; labels that are not the inputs' are an error of the row, in one line.
#include "run/labels.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/spec.hpp"
#include "disk/refusal_fixture.hpp"
#include "disk/temporary_folder_fixture.hpp"
#include "exec/engine.hpp"
#include "gen/generator.hpp"
#include "run/check.hpp"
#include "run/run_case.hpp"
#include "run/schema.hpp"

namespace sparsio {
namespace {

constexpr uint32_t classes = 5;

std::vector<uint32_t> some_labels(uint64_t count) {
  std::vector<uint32_t> labels;
  for (uint64_t i = 0; i < count; ++i) labels.push_back(static_cast<uint32_t>(i * i % classes));
  return labels;
}

Inputs some_inputs(const Params& params, uint32_t width) {
  RandomStream random(1, 2);
  Inputs inputs{params.count("count"), width, {}, {}, "generated"};
  for (uint64_t k = 0; k < inputs.count * width; ++k) inputs.values.push_back(static_cast<float>(random.uniform()));
  return inputs;
}

const Register<InputKind> known{
    {"inputs that know their classes", {{"count", Type::integer, "60", "rows"}}, some_inputs, [](const Params& params) {
       return some_labels(params.count("count"));
     }}};

/// csr, but what it says of class k it says of class k + 1.
class OneClassOn final : public Engine {
 public:
  void prepare(const Plan& plan) override { engine_->prepare(plan); }
  Outcome run(const Inputs& inputs, Observe observe, const Deadline& deadline) override {
    Outcome outcome = engine_->run(inputs, observe, deadline);
    for (auto row = outcome.values.begin(); row != outcome.values.end(); row += classes)
      std::rotate(row, row + classes - 1, row + classes);
    return outcome;
  }
  EngineCost cost() const override { return engine_->cost(); }
  void visit(AccessVisitor& visitor, const Worker& worker, PassInputs inputs) const override {
    engine_->visit(visitor, worker, inputs);
  }

 private:
  std::unique_ptr<Engine> engine_ = resolve<EngineKind>("csr", "test").kind().make({});
};

const Register<EngineKind> wrong{
    {"csr that is one class off",
     {},
     [](const Params&) -> std::unique_ptr<Engine> { return std::make_unique<OneClassOn>(); },
     {"by_target"},
     {Track::general}}};

CaseResult run_with(const std::vector<std::pair<std::string, std::string>>& changes) {
  Case one;
  one.place = "test";
  one.set("network", "mlp:widths=30x3-5,density=0.5,seed=3,activation=relu,last=identity", "test");
  one.set("inputs", "labels_test", "test");
  one.set("engine", "csr", "test");
  one.set("memory", "20", "test");
  one.set("panel", "16", "test");
  one.set("threads", "1", "test");
  one.set("repetitions", "1", "test");
  for (const auto& [key, value] : changes) one.set(key, value, "test");
  CaseCache cache;
  const auto alone = Registry<CommunicatorKind>::instance().find("alone", "test").kind.join();
  CaseQuestions questions;
  questions.outputs = Outputs::kept;
  return run_case(one, "test", {"", "", ""}, cache, *alone, {}, questions);
}

uint64_t right_by_hand(const std::vector<float>& outputs, const std::vector<uint32_t>& labels) {
  uint64_t right = 0;
  for (size_t i = 0; i < labels.size(); ++i) {
    const float* row = outputs.data() + i * classes;
    uint32_t best = 0;
    for (uint32_t o = 1; o < classes; ++o)
      if (row[o] > row[best]) best = o;
    if (best == labels[i]) ++right;
  }
  return right;
}

TEST(Labels, OfAFileAndOfInputsGiveOneAccuracy) {
  const TemporaryFolder folder;
  const std::string file = folder.put("labels.txt", fmt::format("{}\n", fmt::join(some_labels(60), "\n")));
  const CaseResult of_file = run_with({{"labels", file}});
  const CaseResult of_inputs = run_with({{"labels", "labels_test:count=60"}});
  ASSERT_EQ(of_file.record.text("status"), "ok") << of_file.record.text("error");
  const uint64_t right = right_by_hand(of_file.outputs, some_labels(60));
  EXPECT_GT(right, 0U);
  EXPECT_LT(right, 60U);
  for (const CaseResult* result : {&of_file, &of_inputs}) {
    EXPECT_EQ(result->record.real("accuracy"), static_cast<double>(right) / 60);
    EXPECT_EQ(result->record.text("accuracy_status"), fmt::format("{} of 60 right", right));
    EXPECT_EQ(result->outputs.size(), 60U * classes);
  }
}

TEST(Labels, AnEngineMadeWrongIsMeasuredByWhatItSaysAndHasNoAccuracyOnceItIsSeen) {
  const CaseResult csr = run_with({{"labels", "labels_test"}});
  const CaseResult unseen = run_with({{"labels", "labels_test"}, {"engine", "labels_test"}, {"verify", "0"}});
  EXPECT_EQ(unseen.record.text("status"), "ok");
  EXPECT_NE(unseen.outputs, csr.outputs);
  EXPECT_EQ(unseen.record.real("accuracy"), static_cast<double>(right_by_hand(unseen.outputs, some_labels(60))) / 60);
  EXPECT_NE(unseen.record.real("accuracy"), csr.record.real("accuracy"));
  const CaseResult seen = run_with({{"labels", "labels_test"}, {"engine", "labels_test"}});
  EXPECT_EQ(seen.record.text("status"), "incorrect");
  EXPECT_TRUE(std::isnan(seen.record.real("accuracy")));
  EXPECT_EQ(seen.record.text("accuracy_status"), "the answer is incorrect");
}

TEST(Labels, WhereThereAreNoneTheReasonStandsThere) {
  const Record none = run_with({}).record;
  EXPECT_EQ(none.text("status"), "ok") << none.text("error");
  EXPECT_TRUE(std::isnan(none.real("accuracy")));
  EXPECT_EQ(none.text("accuracy_status"), "no labels are given");
  const Record model = run_with({{"labels", "labels_test"}, {"engine", "none"}}).record;
  EXPECT_EQ(model.text("status"), "ok") << model.text("error");
  EXPECT_TRUE(std::isnan(model.real("accuracy")));
  EXPECT_EQ(model.text("accuracy_status"), "nothing was executed");
}

TEST(Labels, ThatAreNotTheInputsAreAnErrorOfTheRow) {
  const TemporaryFolder folder;
  const auto error = [&](const std::string& labels) {
    const Record record = run_with({{"labels", labels}}).record;
    EXPECT_EQ(record.text("status"), "error") << labels;
    EXPECT_TRUE(std::isnan(record.real("accuracy")));
    EXPECT_TRUE(std::isnan(record.real("seconds"))) << "nothing was to be timed";
    return record.text("error");
  };
  EXPECT_EQ(error("labels_test:count=59"), "test: 59 labels for 60 inputs; give one label an input, in their order");
  EXPECT_EQ(error("labels_test:count=61"), "test: 61 labels for 60 inputs; give one label an input, in their order");
  std::vector<uint32_t> labels = some_labels(60);
  labels[41] = 5;
  EXPECT_EQ(error(folder.put("five.txt", fmt::format("{}\n", fmt::join(labels, "\n")))),
            "test: the label of input 42 is 5, and 5 outputs say classes 0 to 4; give classes from 0 on");
  const std::string text = error(folder.put("words.txt", "0\none\n"));
  EXPECT_TRUE(text.starts_with(folder / "words.txt:2: ")) << text;
}

TEST(Labels, OfNobodyAreRefusedBeforeAnythingRuns) {
  const TemporaryFolder folder;
  const auto refused = [](const std::string& value) {
    return refusal([&] { check_value(Role::labels, value, "--labels"); });
  };
  EXPECT_EQ(refused("labels_test"), "");
  EXPECT_EQ(check_value(Role::labels, "labels_test:count=007", "--labels"), "labels_test:count=7");
  EXPECT_EQ(refused(folder.put("labels.txt", "0\n")), "");
  EXPECT_EQ(refused(folder / "none.txt"), "--labels: no file '" + folder / "none.txt" + "'; give a path that exists");
  EXPECT_EQ(refused(folder.path()), "--labels: '" + folder.path() + "' is a folder; give a file");
  EXPECT_TRUE(
      refused("images").starts_with("--labels: inputs images have no labels; give a .npy or .txt file, or one "
                                    "of: "))
      << refused("images");
  EXPECT_TRUE(refused("lables_test")
                  .starts_with("--labels: no inputs 'lables_test' with labels and no file of that "
                               "name; did you mean 'labels_test'?"))
      << refused("lables_test");
  EXPECT_NE(refused("labels_test:rows=3").find("labels_test"), std::string::npos);
}

}  // namespace
}  // namespace sparsio
