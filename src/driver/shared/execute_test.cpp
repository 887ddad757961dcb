// What the drivers are asked for and do not do is refused before anything runs.
#include "driver/shared/execute.hpp"

#include <gtest/gtest.h>

#include "net/layers_fixture.hpp"

namespace sparsio {
namespace {

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
