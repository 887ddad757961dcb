// The driver `model` on one rank, which needs no MPI: over every kernel the values of the engine data_parallel over
// that kernel (the same bits where the kernel promises any rows, else to rounding), its categories, alive counts and
// edges. What it does not do is refused, in its own words.
#include <gtest/gtest.h>

#include <cmath>

#include "driver/shared/model_fixture.hpp"
#include "exec/kernel/kernel.hpp"

namespace sparsio {
namespace {

Communicator& alone() {
  static const auto one = Registry<CommunicatorKind>::instance().find("alone", "test").kind.join();
  return *one;
}

bool can_run_here(const std::string& engine, const Plan& plan) {
  try {
    engine_of(engine)->prepare(plan);
  } catch (const Unsupported&) {
    return false;
  }
  return true;
}

TEST(ModelAlone, IsTheEngineOverTheSameKernel) {
  size_t kernels = 0;
  for (const std::string& name : Registry<KernelKind>::instance().names()) {
    const std::string spec = "data_parallel:kernel=" + name;
    const bool has_bits = promises(Registry<KernelKind>::instance().find(name, "test").kind.bits, SameBits::any_rows);
    bool is_run = false;
    for (uint64_t seed = 0; seed < 8; ++seed)
      for (const uint32_t panel : {1U, 16U, 20U}) {
        GivenLayers network = network_at_random(seed);
        const Inputs inputs = inputs_at_random(seed, 37, network.widths().front());
        const Partition all = partition_by("contiguous", network, 1);
        if (!can_run_here(spec, plan_of(network, panel, nullptr))) continue;
        is_run = true;
        const auto engine = engine_of(spec);
        engine->prepare(plan_of(network, panel, nullptr));
        const auto model = model_of(alone(), spec);
        model->prepare(plan_of(network, panel, &all));
        const Outcome want = engine->run(inputs, Observe::values, {});
        const Outcome got = model->run(inputs, Observe::values, {});
        ASSERT_EQ(got.values.size(), want.values.size());
        for (size_t k = 0; k < want.values.size(); ++k) {
          const double off = has_bits && seed % 3 != 2 ? 0 : 1e-4;
          ASSERT_NEAR(got.values[k], want.values[k], off) << name << ", seed " << seed;
        }
        ASSERT_EQ(got.executed_edges, want.executed_edges) << name;
        ASSERT_EQ(got.traffic->words, 0U);
        if (!has_bits) continue;
        ASSERT_EQ(model->run(inputs, Observe::categories, {}).categories, want.categories) << name << ", seed " << seed;
        ASSERT_EQ(model->run(inputs, Observe::alive, {}).alive, engine->run(inputs, Observe::alive, {}).alive) << name;
      }
    kernels += is_run ? 1 : 0;
  }
  EXPECT_GE(kernels, 3U);
}

std::string refusal(const std::string& engine, const Plan& plan) {
  try {
    model_of(alone(), engine)->prepare(plan);
  } catch (const Unsupported& reason) {
    return reason.what();
  }
  return "";
}

TEST(ModelAlone, RefusesWhatItDoesNotDo) {
  GivenLayers network = network_at_random(0);
  const Partition one = partition_by("contiguous", network, 1);
  const Partition two = partition_by("contiguous", network, 2);
  const Plan plan = plan_of(network, 16, &one);
  EXPECT_EQ(refusal("csr", plan), "");
  EXPECT_NE(refusal("reference", plan).find("walks over none"), std::string::npos);
  EXPECT_NE(refusal("csr", plan_of(network, 16, nullptr)).find("needs a partition"), std::string::npos);
  EXPECT_NE(refusal("csr", plan_of(network, 16, &two)).find("has 2 parts, and there are 1 ranks"), std::string::npos);
  Plan other = plan;
  other.threads = 2;
  EXPECT_NE(refusal("csr", other).find("give threads = 1"), std::string::npos);
  other = plan;
  other.track = Track::value;
  EXPECT_NE(refusal("csr", other).find("has no track value"), std::string::npos);
}

}  // namespace
}  // namespace sparsio
