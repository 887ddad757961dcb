// needs: mpi
// Ranks that share the inputs of an engine: the answer of the engine alone, on any number of ranks, and what fails on
// one rank fails on all, in the same kind and words.
// The program is its own subject: started by mpirun with the name of a part, it is a rank that plays the part.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <functional>
#include <map>

#include "base/spec.hpp"
#include "driver/driver.hpp"
#include "mpi/mpi/mpirun_fixture.hpp"
#include "mpi/mpi/rank_parts_fixture.hpp"
#include "mpi/shared/launch.hpp"

namespace sparsio {
namespace {

constexpr uint64_t count = 203;
constexpr uint32_t width = 16;

void require(bool is_so, const std::string& what) {
  if (!is_so) throw std::logic_error(what);
}

/// Its answer is a plain function of each input, so that a lost, doubled or moved input shows; of `threads`, thread t
/// says that it took t + 1 seconds an input.
class Digits final : public Engine {
 public:
  void prepare(const Plan&) override { prepares(); }
  Outcome run(const Inputs& inputs, Observe observe, const Deadline&) override {
    runs(inputs, observe);
    Outcome outcome;
    outcome.executed_edges = 7 * inputs.count;
    if (observe == Observe::alive) outcome.alive.assign(3, 0);
    for (uint32_t t = threads; t-- > 0;)
      outcome.workers.push_back({{0, t}, static_cast<double>((t + 1) * inputs.count)});
    for (uint64_t i = 0; i < inputs.count; ++i) {
      const unsigned word = inputs.bits[2 * i] * 256U + inputs.bits[2 * i + 1];
      if (word % 3 == 0) outcome.categories.push_back(i + 1);
      for (size_t k = 0; k < outcome.alive.size(); ++k) outcome.alive[k] += word % (k + 2) == 0 ? 1 : 0;
      if (observe == Observe::values) outcome.values.insert(outcome.values.end(), {word / 7.0, 1.0 / (word + 1)});
    }
    return outcome;
  }
  EngineCost cost() const override { return {}; }
  void visit(AccessVisitor&, const Worker&, PassInputs) const override {}

  uint32_t threads = 0;
  std::function<void()> prepares = [] {};
  std::function<void(const Inputs&, Observe)> runs = [](const Inputs&, Observe) {};
};

Inputs numbered_inputs() {
  Inputs inputs{count, width, {}, {}, "generated"};
  for (uint32_t i = 0; i < count; ++i) {
    inputs.bits.push_back(static_cast<uint8_t>(i * i * 31 / 256));
    inputs.bits.push_back(static_cast<uint8_t>(i * i * 31));
  }
  return inputs;
}

std::unique_ptr<Engine> shared_by(Communicator& ranks, Digits** local = nullptr) {
  const auto driver = resolve<DriverKind>("data", "test");
  const MakeEngine make = [&] {
    auto engine = std::make_unique<Digits>();
    if (local != nullptr) *local = engine.get();
    return engine;
  };
  return driver.kind().make(ranks, make, driver.params);
}

Plan plan_of_panel(uint32_t panel) {
  Plan plan;
  plan.panel = panel;
  return plan;
}

int answers(Communicator& ranks) {
  for (const uint32_t panel : {1U, 7U, 300U}) {
    const auto engine = shared_by(ranks);
    engine->prepare(plan_of_panel(panel));
    const Inputs all = numbered_inputs();
    for (const uint64_t rows : {count, uint64_t{1}, uint64_t{100}, count}) {
      const Inputs inputs = first_rows(all, rows);
      for (const Observe observe : {Observe::categories, Observe::alive, Observe::values, Observe::categories}) {
        const Outcome alone = Digits().run(inputs, observe, {});
        const Outcome shared = engine->run(inputs, observe, {});
        require(shared.executed_edges == alone.executed_edges, "executed edges, on all ranks");
        require(shared.alive == alone.alive, "alive, on all ranks");
        if (ranks.rank() > 0) continue;
        require(shared.categories == alone.categories, "categories");
        require(shared.values == alone.values, "values, to the last bit");
        if (observe != Observe::categories) continue;
        require(shared.workers.size() == static_cast<size_t>(ranks.size()), "what each rank computed");
        for (size_t rank = 0; rank < shared.workers.size(); ++rank) {
          require(shared.workers[rank].worker.rank == rank, "whose time it is");
          require(shared.workers[rank].seconds <= shared.seconds, "is part of the time");
        }
      }
    }
  }
  return 0;
}

void require_all_times(const std::vector<WorkerTime>& workers, size_t ranks, uint64_t rows) {
  std::map<std::pair<uint32_t, uint32_t>, double> seconds;
  for (const auto& [worker, took] : workers)
    require(seconds.emplace(std::pair(worker.rank, worker.thread), took).second, "a worker has one time");
  std::array<double, 3> of_thread{};
  size_t as_a_whole = 0;
  for (const auto& [worker, took] : seconds) {
    require(worker.first < ranks, "a rank that there is");
    if (worker.second == Worker::all) {
      ++as_a_whole;
      continue;
    }
    of_thread.at(worker.second) += took;
    require(took == (worker.second + 1) * seconds.at({worker.first, 0}), "threads of one rank had the same chunks");
  }
  require(as_a_whole == ranks, "each rank as a whole");
  for (size_t t = 0; t < of_thread.size(); ++t)
    require(of_thread[t] == static_cast<double>((t + 1) * rows), "all chunks, once");
}

/// Whose time it is goes with it to rank 0; a thread's is summed over the chunks that its rank drew.
int workers(Communicator& ranks) {
  Digits* local = nullptr;
  const auto engine = shared_by(ranks, &local);
  local->threads = 3;
  engine->prepare(plan_of_panel(7));
  for (const uint64_t rows : {count, uint64_t{1}, count}) {
    const Outcome shared = engine->run(first_rows(numbered_inputs(), rows), Observe::categories, {});
    together(ranks, [&] {
      if (ranks.rank() == 0) require_all_times(shared.workers, static_cast<size_t>(ranks.size()), rows);
    });
  }
  return 0;
}

/// What all ranks catch in the same kind and words, as "kind: words"; "" if they caught nothing or not the same.
std::string caught_by_all(Communicator& ranks, const std::function<void()>& step) {
  std::string caught = "nothing";
  try {
    step();
  } catch (const Unsupported& reason) {
    caught = std::string("Unsupported: ") + reason.what();
  } catch (const TimeLimit& reason) {
    caught = std::string("TimeLimit: ") + reason.what();
  } catch (const std::exception& reason) {
    caught = std::string("exception: ") + reason.what();
  }
  const auto all = ranks.gather(caught, 0);
  for (const std::string& of_rank : all) require(of_rank == caught, "'" + of_rank + "' and '" + caught + "'");
  return caught;
}

struct Failure {
  std::function<void()> thrown;
  std::string caught;
};

int fails(Communicator& ranks) {
  const int last = ranks.size() - 1;
  const std::string who = "rank " + std::to_string(last) + ": ";
  const Failure failures[] = {
      {[] { throw Unsupported("no such engine here"); }, "Unsupported: " + who + "no such engine here"},
      {[] { throw TimeLimit("too late"); }, "TimeLimit: " + who + "too late"},
      {[] { throw std::bad_alloc(); }, "exception: " + who + "out of memory; start fewer ranks a node"},
      {[] { throw BadInput("here", "wrong"); }, "exception: " + who + "here: wrong"}};
  const Inputs inputs = numbered_inputs();
  for (const auto& [thrown, words] : failures) {
    const auto thrown_on_last = [&, fail = thrown] {
      if (ranks.rank() == last) fail();
    };
    Digits* local = nullptr;
    const auto engine = shared_by(ranks, &local);
    local->prepares = thrown_on_last;
    require(caught_by_all(ranks, [&] { engine->prepare(plan_of_panel(1)); }) == words, "prepare: " + words);
    local->prepares = [] {};
    engine->prepare(plan_of_panel(1));
    local->runs = [&](const Inputs&, Observe) { thrown_on_last(); };
    require(caught_by_all(ranks, [&] { engine->run(inputs, Observe::values, {}); }) == words, "values: " + words);
    // Whoever draws the largest chunk fails, in the middle of what is timed.
    local->runs = [&, fail = thrown](const Inputs& chunk, Observe) {
      if (chunk.count >= count / (2 * static_cast<uint64_t>(ranks.size()))) fail();
    };
    const std::string caught = caught_by_all(ranks, [&] { engine->run(inputs, Observe::categories, {}); });
    require(caught.substr(0, caught.find(':')) == words.substr(0, words.find(':')), "run: " + caught);
    require(caught.find(": rank ") != std::string::npos, caught);
    // A failure is over with: the next run begins anew.
    local->runs = [](const Inputs&, Observe) {};
    const Outcome shared = engine->run(inputs, Observe::categories, {});
    require(shared.executed_edges == 7 * count, "the run after a failure");
  }
  return 0;
}

const std::map<std::string, RankPart> parts = {{"answers", answers}, {"workers", workers}, {"fails", fails}};

class DataTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!has_mpirun()) GTEST_SKIP() << "there is no mpirun on PATH; install openmpi-bin";
  }
  static Told play(const std::string& part, int ranks, const std::string& environment = "") {
    const std::string self = std::filesystem::read_symlink("/proc/self/exe");
    return run_line(environment + " " + mpirun(ranks) + self + " " + part);
  }
};

TEST_F(DataTest, AnyNumberOfRanksGivesTheAnswerOfTheEngineAlone) {
  for (const int ranks : {1, 2, 3, 4}) {
    const Told told = play("answers", ranks);
    EXPECT_EQ(told.code, 0) << ranks << " ranks: " << told.text;
  }
  const Told told = play("answers", 3, "env SPARSIO_NODE_RANKS=2");
  EXPECT_EQ(told.code, 0) << "over two nodes: " << told.text;
}

TEST_F(DataTest, EachRankAndEachOfItsThreadsSaysHowLongItWorked) {
  for (const int ranks : {1, 2, 3}) {
    const Told told = play("workers", ranks);
    EXPECT_EQ(told.code, 0) << ranks << " ranks: " << told.text;
  }
}

TEST_F(DataTest, WhatFailsOnOneRankIsThrownOnAll) {
  for (const int ranks : {2, 3}) {
    const Told told = play("fails", ranks);
    EXPECT_EQ(told.code, 0) << ranks << " ranks: " << told.text;
  }
}

}  // namespace
}  // namespace sparsio

int main(int argc, char** argv) {
  for (const auto& parts : {sparsio::parts, sparsio::rank_parts()})
    if (argc == 2 && parts.count(argv[1]) > 0) return sparsio::as_ranks(parts.at(argv[1]));
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
