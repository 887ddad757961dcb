// one_pass_fixture: one pass of an engine as predicted, as replayed from its trace, and as callgrind counts it. For
// tests.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "base/child_process.hpp"
#include "base/spec.hpp"
#include "exec/engine.hpp"
#include "exec/machine/simd_limit.hpp"
#include "exec/shared/trace.hpp"
#include "io/lines/line_model.hpp"
#include "run/case_cache.hpp"
#include "run/one_pass.hpp"

namespace sparsio {

struct OnePassSetting {
  std::string network;
  Track track = Track::general;
  uint32_t panel = 48;
  std::string inputs = "images:count=48";
  std::string order = "by_target";
  uint64_t l2_bytes = 64 << 10;  // as Plan; no machine has it, nor does valgrind show it
};

struct OnePass {
  std::vector<LinePrediction> predicted;  // of each level
  Counts simulated;
  Counts callgrind;
};

inline Counts counts_of(const char* name, const MeterRequest& request) {
  const auto meter = resolve<MeterKind>(name, "test");
  try {
    return meter.kind().measure(request, meter.params);
  } catch (const Unsupported& reason) {
    return unavailable(name, request, reason.what());
  }
}

/// All three of one pass; nothing is counted if `is_worth_it` is not content with what is predicted of the first level.
/// Unsupported if the engine cannot execute the network.
inline OnePass one_pass(
    const std::string& engine_name, const OnePassSetting& setting, const std::vector<CacheGeometry>& levels,
    const std::function<bool(const LinePrediction&)>& is_worth_it = [](const LinePrediction&) { return true; }) {
  constexpr uint64_t memory_values = 100;
  Case one;
  one.set("network", setting.network, "test");
  one.set("inputs", setting.inputs, "test");
  one.set("engine", engine_name, "test");
  one.set("order", setting.order, "test");
  one.set("track", std::string(track_name(setting.track)), "test");
  one.set("panel", std::to_string(setting.panel), "test");
  CaseCache cache;
  const auto network = cache.network(setting.network, "test");
  const auto batch = cache.inputs(setting.inputs, network->input_width(), "test");
  Plan plan;
  plan.network = network->whole_if_small();
  plan.layers = network->layers();
  if (plan.network != nullptr)
    plan.order = *cache.order(setting.network, *plan.network, one.text("order"), memory_values, "test");
  plan.track = setting.track;
  plan.panel = setting.panel;
  plan.l2_bytes = setting.l2_bytes;
  const auto kind = resolve<EngineKind>(engine_name, "test");
  const auto engine = kind.kind().make(kind.params);
  engine->prepare(plan);
  if (!engine->chosen().empty()) one.set("engine", engine->chosen(), "test");
  const Inputs first = first_rows(*batch, std::min<uint64_t>(setting.panel, batch->count));
  const bool is_all_alive = engine->run(first, Observe::categories, {}).categories.size() == first.count;
  const PassInputs inputs{batch->held_as(), is_all_alive ? Life::all : Life::some};
  OnePass pass;
  for (const CacheGeometry& level : levels)
    pass.predicted.push_back(predict_lines([&](AccessVisitor& visitor) { engine->visit(visitor, {}, inputs); }, level));
  if (!is_worth_it(pass.predicted.front())) return pass;
  MeterRequest request;
  request.trace = [&](const TraceSink& sink) { trace(*engine, {}, inputs, sink); };
  request.levels = levels;
  request.command =
      one_pass_command(SPARSIO_PROGRAM, one, static_cast<uint64_t>(one.integer("panel")), memory_values, plan.l2_bytes);
  pass.simulated = counts_of("simulated", request);
  pass.callgrind = counts_of("callgrind", request);
  return pass;
}

/// Whether the engine's kernel is a library's, which has no trace.
inline bool is_foreign(const std::string& engine) {
  const std::set<std::string> foreign = {"dense", "eigen", "graphblas", "xnnpack"};
  return foreign.count(engine) > 0;
}

/// Valgrind has no AVX-512, so what is predicted and traced is the next instruction set's too.
class UnderCallgrind : public ::testing::Test {
 protected:
  void SetUp() override {
    if (find_program("valgrind").empty()) GTEST_SKIP() << "there is no valgrind on PATH";
    const std::vector<std::string> names = simd_names();
    if (std::find(names.begin(), names.end(), "AVX2") != names.end()) limit_simd("AVX2", "test");
  }
};

}  // namespace sparsio
