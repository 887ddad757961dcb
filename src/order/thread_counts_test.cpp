// Same inputs, same bits on any number of threads: every engine in every track it has, on 1, 2, 3 and 8 threads, in
// panels that do and do not divide the batch. Oracle: the same engine on one thread. `auto` is not asked: it chooses by
// a measurement, so which engine it becomes, and with it the order of summation, may differ from run to run; its note
// says.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/spec.hpp"
#include "exec/engine.hpp"
#include "gen/generator.hpp"
#include "order/order_kind.hpp"

namespace sparsio {
namespace {

NetworkSource made(const std::string& spec) {
  const auto resolved = resolve<NetworkKind>(spec, "test");
  return resolved.kind().make(resolved.params);
}

Outcome outcome(const Registry<EngineKind>::Entry& entry, Plan plan, const Inputs& inputs, unsigned threads,
                Observe observe) {
  plan.threads = threads;
  const auto engine = entry.kind.make(Params(entry.kind.options, {}, entry.name));
  engine->prepare(plan);
  return engine->run(inputs, observe, {});
}

TEST(ThreadCounts, EveryEngineGivesTheSameBitsOnAnyNumberOfThreads) {
  uint64_t compared = 0;
  for (const std::string spec : {"mlp:widths=40x4,density=0.3", "radix_net:neurons=64,layers=5",
                                 "random_dag:neurons=60,density=0.2", "star:leaves=33", "dense:widths=33-17-9"}) {
    NetworkSource source = made(spec);
    NetworkSource again = made(spec);
    const Network network = flatten(again);
    auto* layers = std::get_if<std::unique_ptr<LayerSource>>(&source);
    const auto random = resolve<InputKind>("random:count=21,density=0.4,values=reals", "test");
    const Inputs inputs = random.kind().make(random.params, static_cast<uint32_t>(network.input_ids().size()));
    for (const auto& entry : Registry<EngineKind>::instance().entries()) {
      if (entry.name == "auto") continue;
      for (const Track track : entry.kind.tracks)
        for (const uint32_t panel : {5U, 48U}) {
          Plan plan;
          plan.network = &network;
          plan.layers = layers != nullptr ? layers->get() : nullptr;
          plan.panel = panel;
          plan.track = track;
          try {
            for (const Observe observe : {Observe::categories, Observe::alive, Observe::values}) {
              if (observe == Observe::alive && plan.layers == nullptr) continue;
              const Outcome one = outcome(entry, plan, inputs, 1, observe);
              for (const unsigned threads : {2U, 3U, 8U}) {
                const Outcome many = outcome(entry, plan, inputs, threads, observe);
                const std::string where = fmt::format("{} {} panel {} threads {}", spec, entry.name, panel, threads);
                EXPECT_EQ(many.categories, one.categories) << where;
                EXPECT_EQ(many.executed_edges, one.executed_edges) << where;
                EXPECT_EQ(many.alive, one.alive) << where;
                EXPECT_EQ(many.values, one.values) << where;
                ++compared;
              }
            }
          } catch (const Unsupported&) {
          }
        }
    }
  }
  EXPECT_GT(compared, 100U);
}

}  // namespace
}  // namespace sparsio
