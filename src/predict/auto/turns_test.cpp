// Turns of engines that do nothing but take processor time: the slower one is found slower, and who is far behind gets
// no more turns than it takes to see that.
#include "predict/auto/turns.hpp"

#include <gtest/gtest.h>
#include <time.h>

namespace sparsio {
namespace {

class Spinning final : public Engine {
 public:
  Spinning(double seconds, int& runs) : seconds_(seconds), runs_(runs) {}
  void prepare(const Plan&) override {}
  Outcome run(const Inputs&, Observe, const Deadline&) override {
    ++runs_;
    for (const double end = now() + seconds_; now() < end;) {
    }
    return {};
  }
  EngineCost cost() const override { return {}; }
  void visit(AccessVisitor&, const Worker&, PassInputs) const override {}

 private:
  static double now() {
    timespec at{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
    return static_cast<double>(at.tv_sec) + 1e-9 * static_cast<double>(at.tv_nsec);
  }
  double seconds_;
  int& runs_;
};

std::vector<int> runs_of(const std::vector<double>& seconds, std::vector<Candidate>& candidates) {
  std::vector<int> runs(seconds.size());
  for (size_t k = 0; k < seconds.size(); ++k)
    candidates.push_back({"spinning", 16, std::make_unique<Spinning>(seconds[k], runs[k])});
  take_turns(candidates, {}, 1);
  return runs;
}

TEST(Turns, WhoIsFarBehindGetsNoMoreOfThem) {
  std::vector<Candidate> candidates;
  const std::vector<int> runs = runs_of({2e-3, 2e-3, 2e-2}, candidates);
  EXPECT_EQ(runs[2], 4);
  EXPECT_GT(runs[0], 8);
  EXPECT_EQ(runs[0], runs[1]);
  for (size_t k = 0; k < 2; ++k) EXPECT_LT(candidates[k].seconds, candidates[2].seconds);
}

TEST(Turns, NobodyRunsAlone) {
  std::vector<Candidate> candidates;
  EXPECT_EQ(runs_of({1e-3}, candidates)[0], 0);
}

TEST(Turns, EndAsSoonAsOneIsAhead) {
  std::vector<Candidate> candidates;
  EXPECT_EQ(runs_of({2e-3, 2e-2}, candidates), (std::vector<int>{4, 4}));
}

}  // namespace
}  // namespace sparsio
