// The walk over a batch, with a kernel that lets six inputs die in every layer. It asserts that the walk drops exactly
// those, that columns which wait at one layer after another do so in one buffer, that each of several threads says how
// long it worked, and that what a kernel throws comes out.
#include "exec/walk/panel_run.hpp"

#include <gtest/gtest.h>

#include "exec/shared/allocations_fixture.hpp"
#include "exec/walk/panel_kernels.hpp"

namespace sparsio {
namespace {

constexpr uint32_t width = 64;
constexpr uint32_t depth = 7;
constexpr uint32_t panel = 48;
constexpr size_t buffer_bytes = size_t{width} * row_stride(panel) * sizeof(float);

/// Values are numbers of inputs, from 1 on; those up to `least` die.
class Deadly : public RowKernel {
 public:
  explicit Deadly(float least) : least_(least) {}
  void forward(const float* x, float* y, uint32_t stride, uint32_t) const override {
    for (uint32_t k = 0; k < width * stride; ++k) y[k] = x[k] > least_ ? x[k] : 0.0F;
  }
  void visit(AccessVisitor&) const override {}
  uint64_t bytes(uint32_t) const override { return 0; }

 private:
  float least_;
};

class Failing final : public Deadly {
 public:
  using Deadly::Deadly;
  void forward(const float*, float*, uint32_t, uint32_t) const override { throw std::runtime_error("no kernel"); }
};

/// Layer l lets the inputs up to 6 (l + 1) of a panel die.
template <class Kernel>
PanelJob dying_job() {
  PanelJob job;
  job.widths.assign(depth + 1, width);
  job.connections.assign(depth, width);
  job.activations.assign(depth, Activation::relu);
  job.panel = panel;
  job.track = Track::value;
  for (uint32_t l = 0; l < depth; ++l) job.kernel.push_back(std::make_unique<Kernel>(6.0F * static_cast<float>(l + 1)));
  return job;
}

Inputs numbers() {
  Inputs inputs{panel, width, {}, {}, "generated"};
  for (uint32_t i = 0; i < panel; ++i) inputs.values.insert(inputs.values.end(), width, static_cast<float>(i + 1));
  return inputs;
}

TEST(PanelRun, DropsTheDeadAndKeepsOneBufferForThoseThatWait) {
  SKIP_WHERE_ALLOCATIONS_ARE_UNSEEN();
  const PanelJob job = dying_job<Deadly>();
  const Inputs inputs = numbers();
  Outcome outcome;
  uint64_t buffers = 0;
  {
    const AllocationsUnderTest allocations(AllocationsUnderTest::none, buffer_bytes);
    outcome = run_panels(job, inputs, Observe::categories, {});
    buffers = allocations.large_requests();
  }
  EXPECT_EQ(outcome.categories, (std::vector<uint64_t>{43, 44, 45, 46, 47, 48}));
  EXPECT_EQ(outcome.executed_edges, uint64_t{width} * (48 + 42 + 36 + 30 + 24 + 18 + 12));
  EXPECT_EQ(buffers, 2U + 1U);  // layers take turns in two
}

TEST(PanelRun, SaysHowLongEachThreadWorked) {
  PanelJob job = dying_job<Deadly>();
  EXPECT_TRUE(run_panels(job, numbers(), Observe::categories, {}).workers.empty());
  job.threads = 2;
  const std::vector<WorkerTime> workers = run_panels(job, numbers(), Observe::categories, {}).workers;
  ASSERT_EQ(workers.size(), 2U);
  EXPECT_EQ(workers[0].worker.thread + workers[1].worker.thread, 1U);
  for (const WorkerTime& time : workers) {
    EXPECT_EQ(time.worker.rank, 0U);
    EXPECT_GE(time.seconds, 0);
  }
  EXPECT_TRUE(run_panels(job, numbers(), Observe::values, {}).workers.empty());  // is never timed
}

TEST(PanelRun, ThrowsWhatAKernelThrows) {
  PanelJob job = dying_job<Failing>();
  job.threads = 2;
  EXPECT_THROW(run_panels(job, numbers(), Observe::categories, {}), std::runtime_error);
}

}  // namespace
}  // namespace sparsio
