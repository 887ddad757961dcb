// Every registered engine, in every track it declares, on generated networks. It asserts:
//   - values equal those of `reference` (double precision) to 1e-5, on odd sizes, panels and batches;
//   - executed edges are all of them in the general track, and never more.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/spec.hpp"
#include "driver/shared/verify.hpp"
#include "exec/engine.hpp"
#include "gen/generator.hpp"
#include "run/open.hpp"

namespace sparsio {
namespace {

struct Subject {
  explicit Subject(const std::string& spec) : source(open_network(spec, "test")), whole(flatten(source)) {
    if (auto* stream = std::get_if<std::unique_ptr<LayerSource>>(&source)) layers = stream->get();
  }
  Plan plan(uint32_t panel, unsigned threads, Track track) const {
    Plan plan;
    plan.network = &whole;
    plan.layers = layers;
    plan.panel = panel;
    plan.threads = threads;
    plan.track = track;
    return plan;
  }
  NetworkSource source;
  Network whole;
  LayerSource* layers = nullptr;
};

/// Prepared, or null if this engine cannot run this network (a general DAG, a bias that keeps dead inputs alive).
std::unique_ptr<Engine> prepared(const EngineKind& kind, const Plan& plan) {
  auto engine = kind.make(Params(kind.options, {}, "test"));
  try {
    engine->prepare(plan);
  } catch (const Unsupported&) {
    return nullptr;
  }
  return engine;
}

const char* const networks[] = {"radix_net:neurons=64,layers=9", "radix_net:neurons=256,layers=20",
                                "mlp:widths=37-61-5-40,density=0.3", "mlp:widths=90x4,density=0.05,seed=3",
                                "compact_growth:memory=20,in_degree=7,steps=150"};

TEST(Engines, AgreeWithReferenceInEveryTrackTheyDeclare) {
  int checked = 0;
  for (const char* spec : networks) {
    const Subject subject(spec);
    const auto width = static_cast<uint32_t>(subject.whole.input_ids().size());
    const Inputs inputs = open_inputs("images:count=101", width, "test");
    const auto reference =
        prepared(Registry<EngineKind>::instance().find("reference", "").kind, subject.plan(1, 2, Track::general));
    for (const auto& entry : Registry<EngineKind>::instance().entries()) {
      for (const Track track : entry.kind.tracks) {
        for (const uint32_t panel : {1U, 7U, 16U, 48U, 100U}) {
          const auto engine = prepared(entry.kind, subject.plan(panel, 2, track));
          if (engine == nullptr) continue;
          const uint64_t edges = inputs.count * subject.whole.connections();
          const Outcome outcome = engine->run(inputs, Observe::categories, {});
          EXPECT_LE(outcome.executed_edges, edges) << entry.name;
          EXPECT_TRUE(track != Track::general || outcome.executed_edges == edges) << entry.name;
          const Verdict verdict = verify_values(*engine, *reference, inputs, inputs.count);
          EXPECT_EQ(verdict.status, "ok")
              << entry.name << ' ' << track_name(track) << " panel " << panel << ' ' << spec << ": " << verdict.words;
          ++checked;
        }
      }
    }
  }
  EXPECT_GT(checked, 60);
}

TEST(Engines, StopAtTheTimeLimit) {
  const Subject subject("radix_net:neurons=256,layers=20");
  const Inputs inputs = open_inputs("images:count=2000", 256, "test");
  for (const auto& entry : Registry<EngineKind>::instance().entries()) {
    const auto engine = prepared(entry.kind, subject.plan(16, 2, Track::general));
    if (engine == nullptr) continue;
    EXPECT_THROW(engine->run(inputs, Observe::categories, Deadline(1e-9)), TimeLimit) << entry.name;
  }
}

TEST(Engines, RefuseInputsOfAnotherWidth) {
  const Subject subject("radix_net:neurons=64,layers=3");
  const Inputs inputs = open_inputs("images:neurons=65,count=3", 0, "test");
  for (const auto& entry : Registry<EngineKind>::instance().entries()) {
    const auto engine = prepared(entry.kind, subject.plan(16, 1, Track::general));
    if (engine == nullptr) continue;
    EXPECT_THROW(engine->run(inputs, Observe::categories, {}), Unsupported) << entry.name;
  }
}

}  // namespace
}  // namespace sparsio
