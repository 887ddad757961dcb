// needs: mpi
// Ranks that compute together: the answer of one engine alone, on 1, 2, 3, 4 and 8 ranks and on any partition. Rank 0
// asserts, over every kernel, on networks with odd widths, rows without connections and fewer rows than ranks:
//   - values have the same bits where the kernel promises any rows, and are equal to rounding elsewhere; with the bits
//   go
//     categories and alive counts;
//   - words and messages are the partition's prediction for as many inputs and panels;
// and all ranks that what fails on one, or is late there, is thrown on all, and over with in the next run.
#include <gtest/gtest.h>

#include <cmath>

#include "driver/shared/model_fixture.hpp"
#include "exec/kernel/kernel.hpp"
#include "mpi/mpi/mpirun_fixture.hpp"
#include "mpi/mpi/rank_parts_fixture.hpp"
#include "mpi/shared/launch.hpp"
#include "part/shared/volume.hpp"

namespace sparsio {
namespace {

constexpr uint64_t count = 37;

void require(bool is_so, const std::string& what) {
  if (!is_so) throw std::logic_error(what);
}

struct Tried {
  std::string kernel;
  uint64_t seed;
  uint32_t panel;
  std::string words() const { return kernel + ", seed " + std::to_string(seed) + ", panel " + std::to_string(panel); }
};

void check_values(const Outcome& got, const Outcome& want, bool has_bits, const std::string& what) {
  require(got.values.size() == want.values.size(), "number of values: " + what);
  for (size_t k = 0; k < want.values.size(); ++k)
    require(has_bits ? got.values[k] == want.values[k] : std::abs(got.values[k] - want.values[k]) < 1e-4,
            "values: " + what);
}

void check_traffic(const Traffic& traffic, const Volume& volume, const Tried& tried) {
  const uint64_t panels = (count + tried.panel - 1) / tried.panel;
  require(traffic.words == volume.total.words * count, "words: " + tried.words());
  require(traffic.words_max == volume.total.words_max * traffic.inputs_max,
          "words of the one that sends most: " + tried.words());
  require(traffic.messages == volume.total.messages * panels, "messages: " + tried.words());
  require((traffic.pairs == 0) == (traffic.words == 0) && (traffic.receive_max == 0) == (traffic.words == 0), "pairs");
}

void compare(Communicator& ranks, const Tried& tried, const std::string& partitioner) {
  const std::string spec = "data_parallel:kernel=" + tried.kernel;
  GivenLayers network = network_at_random(tried.seed);
  const Inputs inputs = inputs_at_random(tried.seed, count, network.widths().front());
  const Partition partition = partition_by(partitioner, network, ranks.size());
  const auto model = model_of(ranks, spec);
  try {
    model->prepare(plan_of(network, tried.panel, &partition));
  } catch (const Unsupported&) {
    return;  // on all ranks; whom every build has is never refused
  }
  const Outcome got = model->run(inputs, Observe::values, {});
  const Outcome alive = model->run(inputs, Observe::alive, {});
  const Outcome timed = model->run(inputs, Observe::categories, {});
  together(ranks, [&] {
    if (ranks.rank() > 0) return;
    const auto engine = engine_of(spec);
    engine->prepare(plan_of(network, tried.panel, nullptr));
    const Outcome want = engine->run(inputs, Observe::values, {});
    const bool has_bits =
        promises(Registry<KernelKind>::instance().find(tried.kernel, "test").kind.bits, SameBits::any_rows);
    check_values(got, want, has_bits && tried.seed % 3 != 2, tried.words());
    check_traffic(*timed.traffic, volume_of(network, partition), tried);
    require(timed.executed_edges == want.executed_edges, "edges: " + tried.words());
    require(timed.workers.size() == static_cast<size_t>(ranks.size()), "a time a rank");
    if (!has_bits) return;
    require(timed.categories == want.categories, "categories: " + tried.words());
    require(alive.alive == engine->run(inputs, Observe::alive, {}).alive, "alive: " + tried.words());
  });
}

int model_answers(Communicator& ranks) {
  for (const std::string& kernel : Registry<KernelKind>::instance().names())
    for (uint64_t seed = 0; seed < 6; ++seed)
      for (const uint32_t panel : {1U, 16U, 20U})
        compare(ranks, {kernel, seed, panel}, seed % 2 == 0 ? "random" : "twins");
  return 0;
}

/// Groups of two ranks share the inputs: the same answer, and for each input the same words.
int hybrid_answers(Communicator& ranks) {
  const auto driver = resolve<DriverKind>("hybrid:model=2", "test");
  for (uint64_t seed = 0; seed < 6; ++seed)
    for (const uint32_t panel : {1U, 16U, 20U}) {
      const Tried tried{"csr", seed, panel};
      GivenLayers network = network_at_random(seed);
      const Inputs inputs = inputs_at_random(seed, count, network.widths().front());
      const Partition partition = partition_by("random", network, 2);
      const auto hybrid = driver.kind().make(
          ranks, [] { return engine_of("csr"); }, driver.params);
      hybrid->prepare(plan_of(network, panel, &partition));
      const Outcome got = hybrid->run(inputs, Observe::values, {});
      const Outcome alive = hybrid->run(inputs, Observe::alive, {});
      const Outcome timed = hybrid->run(inputs, Observe::categories, {});
      together(ranks, [&] {
        if (ranks.rank() > 0) return;
        const auto engine = engine_of("csr");
        engine->prepare(plan_of(network, panel, nullptr));
        const Outcome want = engine->run(inputs, Observe::values, {});
        check_values(got, want, seed % 3 != 2, "hybrid, " + tried.words());
        require(timed.categories == want.categories, "categories: hybrid, " + tried.words());
        require(timed.executed_edges == want.executed_edges, "edges: hybrid, " + tried.words());
        require(alive.alive == engine->run(inputs, Observe::alive, {}).alive, "alive: hybrid, " + tried.words());
        require(timed.workers.size() == static_cast<size_t>(ranks.size()), "a time a rank");
        check_traffic(*timed.traffic, volume_of(network, partition), tried);
      });
    }
  return 0;
}

/// What all ranks catch, in the same words.
std::string caught_by_all(Communicator& ranks, const std::function<void()>& step) {
  std::string caught = "nothing";
  try {
    step();
  } catch (const TimeLimit& reason) {
    caught = std::string("TimeLimit: ") + reason.what();
  } catch (const Unsupported& reason) {
    caught = std::string("Unsupported: ") + reason.what();
  }
  for (const std::string& of_rank : ranks.gather(caught, 0))
    require(of_rank == caught, "'" + of_rank + "' and '" + caught + "'");
  return caught;
}

int model_fails(Communicator& ranks) {
  GivenLayers network = network_at_random(3);
  const Partition partition = partition_by("random", network, ranks.size());
  const Inputs inputs = inputs_at_random(3, count, network.widths().front());
  const int last = ranks.size() - 1;
  const auto model = model_of(ranks, "csr");
  const Partition wrong = partition_by("random", network, ranks.size() + (ranks.rank() == last ? 1 : 0));
  require(caught_by_all(ranks, [&] { model->prepare(plan_of(network, 1, &wrong)); }).starts_with("Unsupported: rank "),
          "a partition that is wrong on one rank");
  model->prepare(plan_of(network, 1, &partition));
  const Deadline late(ranks.rank() == last ? 1e-9 : 100.0);
  require(caught_by_all(ranks, [&] { model->run(inputs, Observe::categories, late); }).starts_with("TimeLimit: rank "),
          "late on one rank");
  require(caught_by_all(ranks, [&] { model->run(inputs, Observe::categories, {}); }) == "nothing", "the run after");
  return 0;
}

const RegisterPart answers{"model_answers", model_answers};
const RegisterPart of_groups{"hybrid_answers", hybrid_answers};
const RegisterPart fails{"model_fails", model_fails};

class ModelRanks : public testing::Test {
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

TEST_F(ModelRanks, AnyNumberOfRanksGivesTheAnswerOfTheEngineAlone) {
  for (const int ranks : {1, 2, 3, 4, 8}) play("model_answers", ranks);
}

TEST_F(ModelRanks, GroupsThatShareTheInputsGiveTheSameAnswer) {
  for (const int ranks : {2, 4, 8}) play("hybrid_answers", ranks);
}

TEST_F(ModelRanks, WhatFailsOnOneRankIsThrownOnAll) {
  for (const int ranks : {2, 3}) play("model_fails", ranks);
}

}  // namespace
}  // namespace sparsio
