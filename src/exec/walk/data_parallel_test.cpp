// data_parallel:kernel=NAME for every kernel. It asserts:
// - it is the engine of the kernel's name, or where that runs in depth tiled:kernel=NAME is: the same bits, cost and
//   trace, in every track, and no others;
// - a track that the kernel lacks, and a kernel that there is none of, are refused by name.
#include <gtest/gtest.h>

#include "base/random.hpp"
#include "exec/kernel/kernel.hpp"
#include "exec/shared/trace.hpp"
#include "net/layers_fixture.hpp"

namespace sparsio {
namespace {

/// The engine over `kernel` that has a name of its own.
std::string engine_of(const std::string& kernel) {
  return kernel == "twins" ? "twin_tiles" : kernel;
}

Layer random_layer(uint32_t sources, uint32_t targets, RandomStream& random) {
  Layer layer{sources, targets, {0}, {}, {}, std::vector<float>(targets, -0.1F)};
  for (uint32_t t = 0; t < targets; ++t) {
    for (uint32_t s = t / 8 % 3; s < sources; s += 3) {
      layer.source.push_back(s);
      layer.weight.push_back(static_cast<float>(random.uniform(0, 0.2)));
    }
    layer.begin.push_back(layer.source.size());
  }
  return layer;
}

struct Work {
  RandomStream random{31, 0};
  GivenLayers layers{{random_layer(70, 40, random), random_layer(40, 33, random), random_layer(33, 9, random)},
                     Activation::challenge};
  Inputs inputs{130, 70, std::vector<uint8_t>(130 * 9, 0x5A), {}, "generated"};
};

std::vector<AccessSpan> spans_of(const Engine& engine) {
  std::vector<AccessSpan> all;
  if (engine.opaque().empty())
    trace(engine, {}, InputValues::bits,
          [&](std::span<const AccessSpan> spans) { all.insert(all.end(), spans.begin(), spans.end()); });
  return all;
}

class OverKernel : public testing::TestWithParam<std::string> {};

TEST_P(OverKernel, IsTheEngineOfThatKernel) {
  Work work;
  const auto named = resolve<EngineKind>(engine_of(GetParam()), "test");
  const bool in_depth = Registry<KernelKind>::instance().find(GetParam(), "test").kind.in_depth;
  const auto over = resolve<EngineKind>((in_depth ? "tiled:kernel=" : "data_parallel:kernel=") + GetParam(), "test");
  EXPECT_EQ(kind_of(over).tracks, kind_of(named).tracks);
  EXPECT_EQ(kind_of(over).strip_vectors, kind_of(named).strip_vectors);
  for (const Track track : kind_of(named).tracks) {
    Plan plan;
    plan.layers = &work.layers;
    plan.threads = 2;
    plan.track = track;
    const auto a = named.kind().make(named.params);
    const auto b = over.kind().make(over.params);
    a->prepare(plan);
    b->prepare(plan);
    EXPECT_EQ(a->run(work.inputs, Observe::values, {}).values, b->run(work.inputs, Observe::values, {}).values);
    EXPECT_EQ(a->cost().bytes_streamed, b->cost().bytes_streamed);
    const auto of_a = spans_of(*a);
    const auto of_b = spans_of(*b);
    const auto is_same = [](const AccessSpan& x, const AccessSpan& y) {
      return x.address == y.address && x.bytes == y.bytes && x.access == y.access;
    };
    EXPECT_TRUE(std::equal(of_a.begin(), of_a.end(), of_b.begin(), of_b.end(), is_same));
  }
}

INSTANTIATE_TEST_SUITE_P(Registry, OverKernel, testing::ValuesIn(Registry<KernelKind>::instance().names()),
                         [](const auto& test) { return test.param; });

TEST(DataParallel, RefusesTracksAndKernelsThatThereAreNot) {
  EXPECT_EQ(kind_of(resolve<EngineKind>("data_parallel", "test")).tracks,
            (std::vector<Track>{Track::general, Track::value}));
  try {
    resolve<EngineKind>("data_parallel:kernel=twin", "here");
    FAIL() << "there is no kernel twin";
  } catch (const BadInput& error) {
    EXPECT_NE(std::string(error.what()).find("no kernel 'twin'"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("twins"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace sparsio
