// Engines made wrong on purpose are found out, each in its own way; what the drivers are asked for and do not do is
// refused before anything runs.
#include "driver/shared/execute.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/spec.hpp"
#include "driver/driver.hpp"
#include "gen/generator.hpp"
#include "net/layers_fixture.hpp"

namespace sparsio {
namespace {

/// csr, but for one fault.
class Wrong final : public Engine {
 public:
  explicit Wrong(std::string fault) : fault_(std::move(fault)) {
    const auto csr = resolve<EngineKind>("csr", "test");
    engine_ = csr.kind().make(csr.params);
  }
  void prepare(const Plan& plan) override { engine_->prepare(plan); }
  Outcome run(const Inputs& inputs, Observe observe, const Deadline& deadline) override {
    Outcome outcome = engine_->run(inputs, observe, deadline);
    std::vector<uint64_t>& categories = outcome.categories;
    const bool is_timed = observe == Observe::categories;
    runs_ += is_timed ? 1 : 0;
    if (fault_ == "right on 16 inputs only") {
      for (size_t k = outcome.values.size() / inputs.count * 16; k < outcome.values.size(); ++k) outcome.values[k] = 1;
      if (inputs.count > 16) all_from(17, inputs.count, categories);
    }
    if (fault_ == "no categories when timed" && is_timed) categories.clear();
    if (fault_ == "other categories when timed" && is_timed && !categories.empty()) categories.pop_back();
    if (fault_ == "one more category when timed" && is_timed) categories.insert(categories.begin() + 3, 4);  // dead
    if (fault_ == "constant") {
      for (double& y : outcome.values) y = 1;
      all_from(1, inputs.count, categories);
    }
    if (fault_ == "dead") {
      for (double& y : outcome.values) y = 0;
      categories.clear();
    }
    if (fault_ == "3 v + 7")
      for (double& y : outcome.values) y = 3 * y + 7;
    if (fault_ == "a thousandth off")
      for (double& y : outcome.values) y *= 1.001;
    if (fault_ == "half counted") outcome.executed_edges /= 2;
    if (fault_ == "flickers" && runs_ == 3) categories.clear();
    return outcome;
  }
  EngineCost cost() const override {
    EngineCost cost = engine_->cost();
    if (fault_ == "half counted") cost.connections /= 2;
    return cost;
  }
  void visit(AccessVisitor& visitor, const Worker& worker, PassInputs inputs) const override {
    engine_->visit(visitor, worker, inputs);
  }

 private:
  /// Input `first` and all after it.
  static void all_from(uint64_t first, uint64_t count, std::vector<uint64_t>& categories) {
    categories.erase(std::lower_bound(categories.begin(), categories.end(), first), categories.end());
    for (uint64_t i = first; i <= count; ++i) categories.push_back(i);
  }

  std::string fault_;
  std::unique_ptr<Engine> engine_;
  int runs_ = 0;
};

const Register<EngineKind> wrong{
    {"csr made wrong",
     {{"fault", Type::text, "none", "which"}},
     [](const Params& params) -> std::unique_ptr<Engine> { return std::make_unique<Wrong>(params.text("fault")); },
     {"by_target"},
     {Track::general}}};

Verdict verdict_of(const std::string& fault, const std::string& driver) {
  const auto network = resolve<NetworkKind>("radix_net:neurons=64,layers=6", "test");
  auto source = network.kind().make(network.params);
  const auto kind = resolve<InputKind>("random:count=200,neurons=64,density=0.5", "test");
  Inputs inputs = kind.kind().make(kind.params, 64);
  for (uint64_t i = 3; i < 200; i += 7)
    std::fill_n(&inputs.bits[i * inputs.row_bytes()], inputs.row_bytes(), uint8_t{0});
  ExecutionRequest request;
  request.driver = driver;
  request.engine = "execute_test:fault=" + fault;
  request.plan.layers = std::get<std::unique_ptr<LayerSource>>(source).get();
  request.plan.panel = 16;
  request.plan.threads = 2;
  request.repetition.least = 3;
  request.place = "test";
  return execute(request, inputs, {}).verdict;
}

TEST(Execute, FindsOutEnginesMadeWrongOnPurpose) {
  for (const char* driver : {"single", "data"}) {
    const Verdict right = verdict_of("none", driver);
    EXPECT_EQ(right.status, "ok") << right.words;
    for (const char* fault : {"right on 16 inputs only", "no categories when timed", "other categories when timed",
                              "one more category when timed", "constant", "dead", "3 v + 7", "a thousandth off",
                              "half counted", "flickers"}) {
      const Verdict verdict = verdict_of(fault, driver);
      EXPECT_EQ(verdict.status, "incorrect") << fault << ", driver " << driver << ": " << verdict.words;
    }
  }
}

/// csr that says it has sent what nobody asked it to.
class Talkative final : public Engine {
 public:
  Talkative(std::unique_ptr<Engine> engine, Traffic traffic) : engine_(std::move(engine)), traffic_(traffic) {}
  void prepare(const Plan& plan) override { engine_->prepare(plan); }
  Outcome run(const Inputs& inputs, Observe observe, const Deadline& deadline) override {
    Outcome outcome = engine_->run(inputs, observe, deadline);
    outcome.traffic = traffic_;
    return outcome;
  }
  EngineCost cost() const override { return engine_->cost(); }
  void visit(AccessVisitor& visitor, const Worker& worker, PassInputs inputs) const override {
    engine_->visit(visitor, worker, inputs);
  }

 private:
  std::unique_ptr<Engine> engine_;
  Traffic traffic_;
};

const Register<DriverKind> talkative{
    {.summary = "one rank that says it has sent so much",
     .options = {{"words", Type::integer, "0", "an input"}, {"messages", Type::integer, "0", "a panel"}},
     .ranks = RanksTaken::one,
     .make = [](Communicator&, const MakeEngine& local, const Params& params) -> std::unique_ptr<Engine> {
       Traffic traffic;
       traffic.words = params.count("words");
       traffic.messages = params.count("messages");
       traffic.inputs_max = 1;
       return std::make_unique<Talkative>(local(), traffic);
     },
     .takes_partition = true}};

TEST(Execute, FindsOutWordsAndMessagesThatNobodyPredicted) {
  GivenLayers layers({{1, 1, {0, 1}, {0}, {1.0F}, {0.0F}}}, Activation::relu);
  const Inputs inputs{1, 1, {0x80}, {}, "generated"};
  const Partition whole{1, {{0}, {0}}};
  ExecutionRequest request;
  request.engine = "csr";
  request.plan.layers = &layers;
  request.plan.partition = &whole;
  request.verify = 1;
  request.place = "test";
  for (const auto& [options, status] :
       {std::pair("words=0", "ok"), {"words=1", "incorrect"}, {"messages=1", "incorrect"}}) {
    request.driver = std::string("execute_test:") + options;
    const Verdict verdict = execute(request, inputs, {}).verdict;
    EXPECT_EQ(verdict.status, status) << options << ": " << verdict.words;
    EXPECT_NE(verdict.words.find(options == std::string("words=0") ? "as the partition predicts" : "1 "),
              std::string::npos)
        << verdict.words;
  }
}

TEST(Execute, RefusesAPartitionThatTheDriverDoesNotTake) {
  GivenLayers layers({{1, 1, {0, 1}, {0}, {1.0F}, {0.0F}}}, Activation::relu);
  const Inputs inputs{1, 1, {0x80}, {}, "generated"};
  const Partition halves{2, {{0}, {1}}};
  ExecutionRequest request;
  request.driver = "single";
  request.engine = "csr";
  request.plan.layers = &layers;
  request.verify = 1;
  request.place = "test";
  EXPECT_EQ(execute(request, inputs, {}).verdict.status, "ok");
  request.plan.partition = &halves;
  try {
    execute(request, inputs, {});
    FAIL() << "a partition was taken and not looked at";
  } catch (const Unsupported& reason) {
    EXPECT_EQ(std::string(reason.what()), "driver single takes no partition: each of its ranks has all rows");
  }
}

}  // namespace
}  // namespace sparsio
