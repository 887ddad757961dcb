// line_point: a pass of an engine, predicted by the line model and replayed by the simulated cache.
#pragma once

#include <string>

#include "base/spec.hpp"
#include "count/meter.hpp"
#include "exec/engine.hpp"
#include "exec/shared/trace.hpp"
#include "io/lines/line_model.hpp"
#include "order/order_kind.hpp"

namespace sparsio {

struct LinePoint {
  LinePrediction predicted;
  LevelCount simulated;
};

/// Prepared for one panel of the network. Unsupported where it cannot execute it.
inline std::unique_ptr<Engine> prepared_engine(const Network& network, LayerSource* layers,
                                               const std::string& engine_name, const std::string& order_name,
                                               uint32_t panel, const CacheGeometry& cache) {
  const auto order = resolve<OrderKind>(order_name, "test");
  const auto kind = resolve<EngineKind>(engine_name, "test");
  Plan plan;
  plan.network = &network;
  plan.layers = layers;
  plan.order = order.kind().make(network, cache.bytes / (4 * panel), order.params);
  plan.panel = panel;
  auto engine = kind.kind().make(kind.params);
  engine->prepare(plan);
  return engine;
}

inline LinePoint line_point(const Engine& engine, PassInputs inputs, const CacheGeometry& cache) {
  const auto meter = resolve<MeterKind>("simulated", "test");
  const MeterRequest request{[&](const TraceSink& sink) { trace(engine, {}, inputs, sink); }, nullptr, {cache}};
  return {predict_lines([&](AccessVisitor& visitor) { engine.visit(visitor, {}, inputs); }, cache),
          meter.kind().measure(request, meter.params).levels.front()};
}

}  // namespace sparsio
