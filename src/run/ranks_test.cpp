// needs: mpi
// A case whose engine fails on one rank only is one clear row, and all ranks go on to the next case.
// The program is its own subject: started by mpirun with the word `rank`, it is a rank.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

#include "base/spec.hpp"
#include "exec/engine.hpp"
#include "mpi/mpi/mpirun_fixture.hpp"
#include "mpi/shared/launch.hpp"
#include "run/run_case.hpp"

namespace sparsio {
namespace {

int this_rank = 0;

/// csr, but for one step of one rank.
class FailsOnce final : public Engine {
 public:
  explicit FailsOnce(std::string step) : step_(std::move(step)) {
    const auto csr = resolve<EngineKind>("csr", "test");
    engine_ = csr.kind().make(csr.params);
  }
  void prepare(const Plan& plan) override {
    if (step_ == "prepare" && this_rank == 1) throw Unsupported("no room on this node");
    engine_->prepare(plan);
  }
  Outcome run(const Inputs& inputs, Observe observe, const Deadline& deadline) override {
    // Of 64 inputs on two ranks one draws a chunk of 16, then smaller ones are drawn.
    if (step_ == "run" && observe == Observe::categories && inputs.count == 16) throw std::runtime_error("lost a file");
    if (step_ == "verify" && observe == Observe::values && this_rank == 1) throw std::bad_alloc();
    return engine_->run(inputs, observe, deadline);
  }
  EngineCost cost() const override { return engine_->cost(); }
  void visit(AccessVisitor& visitor, const Worker& worker, PassInputs inputs) const override {
    engine_->visit(visitor, worker, inputs);
  }

 private:
  std::string step_;
  std::unique_ptr<Engine> engine_;
};

std::unique_ptr<Engine> make(const Params& params) {
  return std::make_unique<FailsOnce>(params.text("step"));
}

const Register<EngineKind> registered{{"csr that fails in a step on one rank",
                                       {{"step", Type::text, "none", "which"}},
                                       make,
                                       {"by_target"},
                                       {Track::general}}};

Case case_that_fails_in(const std::string& step) {
  Case one;
  one.place = "test";
  const std::pair<const char*, std::string> keys[] = {{"network", "mlp:widths=64x4,density=0.2,seed=3"},
                                                      {"inputs", "images:neurons=64,count=64"},
                                                      {"engine", "ranks_test:step=" + step},
                                                      {"memory", "20"},
                                                      {"panel", "1"},
                                                      {"threads", "1"},
                                                      {"ranks", "2"},
                                                      {"driver", "data"}};
  for (const auto& [key, value] : keys) one.set(key, value, "test");
  return one;
}

int rank(Communicator& ranks) {
  this_rank = ranks.rank();
  CaseCache cache;
  for (const char* step : {"none", "prepare", "run", "verify", "none"}) {
    const CaseResult result = run_case(case_that_fails_in(step), "test", {"", "", ""}, cache, ranks);
    if (ranks.rank() == 0)
      std::printf("%s: %s: %s.\n", step, result.record.text("status").c_str(), result.record.text("error").c_str());
  }
  return 0;
}

TEST(Ranks, AFailureOfOneIsARowAndAllGoOn) {
  if (!has_mpirun()) GTEST_SKIP() << "there is no mpirun on PATH; install openmpi-bin";
  const std::string self = std::filesystem::read_symlink("/proc/self/exe");
  const Told told = run_line(mpirun(2) + self + " rank");
  EXPECT_EQ(told.code, 0) << told.text;
  const auto ok = told.text.find("none: ok: .");
  const auto prepare = told.text.find("prepare: unsupported: rank 1: no room on this node.");
  const auto run =
      std::min(told.text.find("run: error: rank 0: lost a file."), told.text.find("run: error: rank 1: lost a file."));
  const auto verify = told.text.find("verify: error: rank 1: out of memory; start fewer ranks a node.");
  const auto again = told.text.rfind("none: ok: .");
  EXPECT_TRUE(ok < prepare && prepare < run && run < verify && verify < again && again != std::string::npos)
      << told.text;
}

}  // namespace
}  // namespace sparsio

int main(int argc, char** argv) {
  if (argc == 2 && std::string(argv[1]) == "rank") return sparsio::as_ranks(sparsio::rank);
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
