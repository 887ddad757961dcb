// needs: mpi
// Ranks that send partial sums or covers, store and forward, and compute while values travel, on 1, 2, 3, 4 and 8
// ranks. Rank 0 asserts, on networks with odd widths, rows without connections and fewer rows than ranks, over every
// kernel:
//   - any route with values alone gives the bits of one engine where the kernel promises any rows; sums, covers and
//     overlap are equal to rounding, and the note says so;
//   - words, those of who sends most, and messages are what the plan predicts, edges are executed once;
//   - groups of ranks (`hybrid`) do the same, and overlap is told where there is any, and only there.
// And every rank that its first exchange has begun, and has not ended, when its own part is computed.
#include <gtest/gtest.h>

#include <cmath>

#include "driver/shared/model_fixture.hpp"
#include "driver/shared/model_parallel.hpp"
#include "exec/kernel/kernel.hpp"
#include "mpi/mpi/mpirun_fixture.hpp"
#include "mpi/mpi/rank_parts_fixture.hpp"
#include "mpi/shared/launch.hpp"

namespace sparsio {
namespace {

constexpr uint64_t count = 37;

void require(bool is_so, const std::string& what) {
  if (!is_so) throw std::logic_error(what);
}

struct Tried {
  std::string driver;
  std::string kernel;
  uint64_t seed;
  uint32_t panel;
  int parts;
  std::string words() const {
    return driver + ", " + kernel + ", seed " + std::to_string(seed) + ", panel " + std::to_string(panel);
  }
};

void check_traffic(const Traffic& traffic, const LayerVolume& predicted, const Tried& tried) {
  const uint64_t panels = (count + tried.panel - 1) / tried.panel;
  require(traffic.words == predicted.words * count, "words: " + tried.words());
  require(traffic.words_max == predicted.words_max * traffic.inputs_max, "words of one: " + tried.words());
  require(traffic.messages == predicted.messages * panels, "messages: " + tried.words());
}

void compare(Communicator& ranks, const Tried& tried) {
  const std::string spec = "data_parallel:kernel=" + tried.kernel;
  GivenLayers network = network_at_random(tried.seed);
  const Inputs inputs = inputs_at_random(tried.seed, count, network.widths().front());
  const Partition partition = partition_by(tried.seed % 2 == 0 ? "random" : "twins", network, tried.parts);
  const auto driver = resolve<DriverKind>(tried.driver, "test");
  const auto model = driver.kind().make(
      ranks, [&] { return engine_of(spec); }, driver.params);
  try {
    model->prepare(plan_of(network, tried.panel, &partition));
  } catch (const Unsupported&) {
    return;  // on all ranks; whom every build has is never refused
  }
  const Outcome got = model->run(inputs, Observe::values, {});
  const Outcome timed = model->run(inputs, Observe::categories, {});
  const Outcome again = model->run(inputs, Observe::categories, {});
  together(ranks, [&] {
    if (ranks.rank() > 0) return;
    const auto engine = engine_of(spec);
    engine->prepare(plan_of(network, tried.panel, nullptr));
    const Outcome want = engine->run(inputs, Observe::values, {});
    const ExchangePlan plan = driver.kind().exchange(driver.params);
    const bool overlaps = driver.params.text("overlap") == "on";
    const bool has_bits =
        promises(Registry<KernelKind>::instance().find(tried.kernel, "test").kind.bits, SameBits::any_rows) &&
        plan.sent == Sent::values && !overlaps;
    require(got.values.size() == want.values.size(), "number of values: " + tried.words());
    for (size_t k = 0; k < want.values.size(); ++k)
      require(has_bits && tried.seed % 3 != 2 ? got.values[k] == want.values[k]
                                              : std::abs(got.values[k] - want.values[k]) < 1e-4,
              "values: " + tried.words());
    require((model->note().find("the same bits") == 0) == has_bits, "note: " + model->note() + ": " + tried.words());
    const LayerVolume predicted = volume_of(network, partition, plan).total;
    check_traffic(*timed.traffic, predicted, tried);
    check_traffic(*again.traffic, predicted, tried);
    require(timed.executed_edges == want.executed_edges, "edges: " + tried.words());
    if (has_bits) require(timed.categories == want.categories, "categories: " + tried.words());
  });
}

const char* const ways[] = {"exchange=sums", "exchange=cover", "route=grid",
                            "route=stages",  "overlap=on",     "exchange=cover,overlap=on,route=stages"};

int ways_answer(Communicator& ranks) {
  for (const std::string way : ways)
    for (const std::string& kernel : Registry<KernelKind>::instance().names())
      for (uint64_t seed = 0; seed < 6; ++seed)
        compare(ranks, {"model:" + way, kernel, seed, seed % 2 == 0 ? 16U : 20U, ranks.size()});
  return 0;
}

int ways_of_groups(Communicator& ranks) {
  const int of_group = ranks.size() / 2;
  for (const std::string way : ways)
    for (uint64_t seed = 0; seed < 6; ++seed)
      compare(ranks, {"hybrid:model=" + std::to_string(of_group) + "," + way, "csr", seed, 16, of_group});
  return 0;
}

/// What happened, in this process: kernels of own parts know nothing of messages.
std::string& told() {
  static std::string events;
  return events;
}

/// The ranks, which tell when they begin and end to exchange.
class Telling final : public Communicator {
 public:
  explicit Telling(Communicator& ranks) : ranks_(ranks) {}
  int rank() const override { return ranks_.rank(); }
  int size() const override { return ranks_.size(); }
  void barrier() override { ranks_.barrier(); }
  double max(double value) override { return ranks_.max(value); }
  void sum(std::span<uint64_t> values) override { ranks_.sum(values); }
  std::string broadcast(std::string bytes, int from) override { return ranks_.broadcast(std::move(bytes), from); }
  std::vector<std::string> gather(const std::string& bytes, int to) override { return ranks_.gather(bytes, to); }
  void start(std::span<const Message> receives, std::span<const Message> sends) override {
    ranks_.start(receives, sends);
    told() += receives.empty() && sends.empty() ? "(" : "[";
  }
  void finish() override {
    ranks_.finish();
    told() += "]";
  }
  std::unique_ptr<Counter> counter() override { return ranks_.counter(); }
  std::unique_ptr<Communicator> part(int color) override { return ranks_.part(color); }
  std::unique_ptr<Communicator> node() override { return ranks_.node(); }
  uint64_t calls_of_watch() const override { return ranks_.calls_of_watch(); }
  [[noreturn]] void abort(const std::string& why) override { throw std::logic_error(why); }

 private:
  Communicator& ranks_;
};

/// A kernel of csr that tells when it computes: k, and of sums over own values alone o.
class TellingKernel final : public RowKernel {
 public:
  TellingKernel(std::unique_ptr<RowKernel> kernel, char name) : kernel_(std::move(kernel)), name_(name) {}
  void forward(const float* x, float* y, uint32_t stride, uint32_t columns) const override {
    told() += name_;
    kernel_->forward(x, y, stride, columns);
  }
  void visit(AccessVisitor& visitor) const override { kernel_->visit(visitor); }
  uint64_t bytes(uint32_t columns) const override { return kernel_->bytes(columns); }

 private:
  std::unique_ptr<RowKernel> kernel_;
  char name_;
};

const KernelKind& csr() {
  return Registry<KernelKind>::instance().find("csr", "test").kind;
}

class TellingMaker final : public KernelMaker {
 public:
  TellingMaker(const Plan& plan, const Params& params) : maker_(csr().make(plan, params)) {}
  std::unique_ptr<RowKernel> make(const Layer& layer, const LayerRows& rows) override {
    const char name = layer.activation.kind == ActivationKind::identity ? 'o' : 'k';
    return std::make_unique<TellingKernel>(maker_->make(layer, rows), name);
  }
  uint64_t index_bytes() const override { return maker_->index_bytes(); }

 private:
  std::unique_ptr<KernelMaker> maker_;
};

/// Says what the kernel is, and runs nothing.
class TellingEngine final : public Engine {
 public:
  TellingEngine() : kind_(csr()), choice_{kind_, Params(kind_.options, {}, "test")} {
    kind_.make = [](const Plan& plan, const Params& params) -> std::unique_ptr<KernelMaker> {
      return std::make_unique<TellingMaker>(plan, params);
    };
  }
  void prepare(const Plan&) override {}
  Outcome run(const Inputs&, Observe, const Deadline&) override { return {}; }
  EngineCost cost() const override { return {}; }
  void visit(AccessVisitor&, const Worker&, PassInputs) const override {}
  const KernelChoice* kernel() const override { return &choice_; }

 private:
  KernelKind kind_;
  KernelChoice choice_;
};

std::string events_of(Communicator& ranks, Overlap overlap) {
  Telling telling(ranks);
  GivenLayers network = network_at_random(9, 40);
  const Partition partition = partition_by("random", network, ranks.size());
  const auto model = model_parallel(telling, std::make_unique<TellingEngine>(), {{}, overlap});
  model->prepare(plan_of(network, 16, &partition));
  const Inputs inputs = inputs_at_random(9, 16, network.widths().front());
  told().clear();
  model->run(inputs, Observe::values, {});
  return told();
}

int own_part_meanwhile(Communicator& ranks) {
  const std::string with = events_of(ranks, Overlap::on);
  const std::string without = events_of(ranks, Overlap::off);
  require(with.find("[o]k") != std::string::npos, "own part between start and finish: " + with);
  require(with.find("]o") == std::string::npos && with.find("ko") == std::string::npos, "no other own part: " + with);
  require(without.find('o') == std::string::npos, "without overlap there is none: " + without);
  return 0;
}

const RegisterPart answer{"ways_answer", ways_answer};
const RegisterPart of_groups{"ways_of_groups", ways_of_groups};
const RegisterPart meanwhile{"own_part_meanwhile", own_part_meanwhile};

class ExchangeModelRanks : public testing::Test {
 protected:
  void SetUp() override {
    if (!has_mpirun()) GTEST_SKIP() << "there is no mpirun on PATH; install openmpi-bin";
  }
  static void play(const std::string& part, int ranks) {
    const std::string self = std::filesystem::read_symlink("/proc/self/exe");
    const Told told = run_line(mpirun(ranks) + self + " " + part);
    EXPECT_EQ(told.code, 0) << ranks << " ranks: " << told.text;
  }
};

TEST_F(ExchangeModelRanks, EveryWayToSendGivesTheAnswerOfTheEngineAlone) {
  for (const int ranks : {1, 2, 3, 4, 8}) play("ways_answer", ranks);
}

TEST_F(ExchangeModelRanks, GroupsGoTheSameWays) {
  for (const int ranks : {2, 4, 8}) play("ways_of_groups", ranks);
}

TEST_F(ExchangeModelRanks, TheOwnPartIsComputedWhileValuesTravel) {
  for (const int ranks : {2, 3}) play("own_part_meanwhile", ranks);
}

}  // namespace
}  // namespace sparsio
