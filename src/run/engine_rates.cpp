#include "run/engine_rates.hpp"

#include <algorithm>
#include <chrono>

#include "exec/engine.hpp"
#include "plugin/spec.hpp"
#include "run/workbench.hpp"

namespace sparsio {
namespace {

/// Three layers of connections, 25 thousand in all: 200 kB of them, values of a tile of 16 in L1 and of 128 in L2.
constexpr const char* small_network = "mlp:widths=256x4,density=0.125,seed=1";

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

const std::vector<uint32_t>& calibrated_tiles() {
  static const std::vector<uint32_t> tiles = {16, 48, 64, 128};
  return tiles;
}

std::vector<EngineRate> measure_engine_rates(double seconds) {
  Workbench workbench;
  const auto network = workbench.network(small_network, "calibrate");
  std::vector<EngineRate> rates;
  for (const auto& entry : Registry<EngineKind>::instance().entries()) {
    const auto& tracks = entry.kind.tracks;
    if (entry.name == "reference" || entry.name == "auto" ||
        std::find(tracks.begin(), tracks.end(), Track::general) == tracks.end())
      continue;
    for (const uint32_t tile : calibrated_tiles()) {
      Plan plan;
      plan.network = network->whole_if_small();
      plan.layers = network->layers();
      plan.tile = tile;
      const auto engine = entry.kind.make(Params(entry.kind.options, {}, entry.name));
      try {
        engine->prepare(plan);
        const auto batch =
            workbench.inputs("random:count=" + std::to_string(4 * tile), network->input_width(), "calibrate");
        const Inputs& inputs = *batch;
        engine->run(inputs, Observe::categories, {});
        double best = 0;
        for (const auto start = std::chrono::steady_clock::now(); best == 0 || seconds_since(start) < seconds;) {
          const auto begin = std::chrono::steady_clock::now();
          engine->run(inputs, Observe::categories, {});
          const double rate = static_cast<double>(engine->cost().flops * inputs.count) / seconds_since(begin);
          best = std::max(best, rate);
        }
        rates.push_back({entry.name, tile, best});
      } catch (const Unsupported&) {
      }
    }
  }
  return rates;
}

}  // namespace sparsio
