#include "predict/calibration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/spec.hpp"
#include "base/utc_time.hpp"
#include "count/shared/calibration_kernel.hpp"
#include "exec/machine/peak.hpp"
#include "exec/walk/panel_kernels.hpp"
#include "predict/engine_rates.hpp"
#include "predict/kept_specs.hpp"
#include "record/provenance.hpp"
#include "topo/caches.hpp"

namespace sparsio {
namespace {

constexpr uint64_t memory_bytes = uint64_t{256} << 20;  // of the array that stands for memory

/// A meter that other builds have, because they have its library.
bool is_left_out(const std::string& source) {
  return (source == "papi" || source == "callgrind") && Registry<MeterKind>::instance().look_up(source) == nullptr;
}

KernelCount count_kernel(const CalibrationKernel& kernel, const CacheGeometry& level, const CalibrationRequest& request,
                         const Machine& machine) {
  const uint64_t lines = known_region_lines(level);
  const uint32_t line_bytes = level.line_bytes;
  MeterRequest asked;
  asked.trace = [&](const TraceSink& sink) { trace_known_pass(kernel, lines, line_bytes, sink); };
  asked.region = [&] { return known_pass(kernel, lines, line_bytes); };
  asked.levels = {level};
  asked.machine_levels = geometries(machine);
  asked.command = request.program;
  if (!asked.command.empty())
    asked.command.insert(asked.command.end(), {"calibrate_pass", "--kernel", kernel.name, "--lines",
                                               std::to_string(lines), "--line_bytes", std::to_string(line_bytes)});
  if (is_left_out(request.source))
    return {level.name,
            kernel.name,
            static_cast<double>(known_misses(kernel, lines)),
            KernelCount::unknown,
            KernelCount::unknown,
            KernelCount::unknown,
            "unavailable: not in this build"};
  const auto meter = resolve<MeterKind>(request.source, "--source");
  const Counts counts = meter.kind().measure(asked, meter.params);
  KernelCount count{level.name, kernel.name, static_cast<double>(known_misses(kernel, lines))};
  count.status = counts.status;
  if (counts.levels.empty()) return count;
  count.misses = counts.levels.front().misses;
  count.demand_misses = counts.levels.front().demand_misses;
  if (kernel.access == Access::store) count.write_backs = counts.levels.front().write_backs;
  return count;
}

}  // namespace

void measure_rates(double seconds, const Machine& machine, Calibration& calibration) {
  const auto threads = static_cast<unsigned>(std::max<size_t>(1, machine.threads.size()));
  const LoadWatch watch;
  calibration.threads = threads;
  calibration.fma_one_thread = fma_peak(1, seconds).per_second;
  calibration.fma_all_threads = fma_peak(threads, seconds).per_second;
  std::vector<CacheGeometry> from = geometries(machine);
  from.push_back({"memory", memory_bytes, 64, 0});
  for (const CacheGeometry& level : from) {
    // Half of a cache leaves room for what else is in it; a level further out is not served by the one before.
    const bool is_memory = level.name == "memory";
    const uint64_t bytes = is_memory ? level.bytes : level.bytes / 2 / 4096 * 4096;
    calibration.reads.push_back({level.name, level.bytes, read_peak(1, bytes, seconds).per_second,
                                 read_peak(threads, is_memory ? bytes : bytes * threads, seconds).per_second});
  }
  calibration.simd = simd_name();
  calibration.engines = measure_engine_rates(seconds, geometries(machine), calibration_networks());
  calibration.load = watch.seen();
}

double ratio_of(double counted, double known) {
  return known > 0 ? counted / known : KernelCount::unknown;
}

LevelTrust judge_level(const std::string& level, uint64_t bytes, const std::vector<KernelCount>& kernels) {
  LevelTrust trust{level, bytes};
  size_t counted = 0;
  size_t written = 0;
  bool are_writes_right = true;
  double farthest = 0;
  std::string worst;
  for (const KernelCount& one : kernels) {
    if (one.level != level) continue;
    const double ratio = ratio_of(one.misses, one.known);
    if (std::isnan(ratio)) {
      trust.reason = one.status.starts_with("unavailable") ? one.status : "unavailable: " + one.status;
      return trust;
    }
    ++counted;
    const double off = std::abs(ratio - 1);
    if (worst.empty() || off > farthest) worst = fmt::format("{} counts {:.3g} of what is known", one.kernel, ratio);
    farthest = std::max(farthest, off);
    const double back = ratio_of(one.write_backs, one.known);
    if (std::isnan(back)) continue;
    ++written;
    are_writes_right = are_writes_right && std::abs(back - 1) <= Calibration::trusted_within;
  }
  trust.has_trusted_write_backs = written > 0 && are_writes_right;
  trust.is_trusted = counted > 0 && farthest <= Calibration::trusted_within;
  if (counted == 0)
    trust.reason = "unavailable: no kernel was counted";
  else if (trust.is_trusted)
    trust.reason = fmt::format("misses within {:.2g} % in {} kernels", 100 * farthest, counted);
  else
    trust.reason = worst;
  return trust;
}

Calibration calibrate(const CalibrationRequest& request, const Machine& machine) {
  const std::vector<NamedText> facts = provenance({});
  Calibration calibration;
  calibration.source =
      is_left_out(request.source) ? request.source : resolve<MeterKind>(request.source, "--source").name();
  calibration.host = fact_named("host.name", facts);
  calibration.cpu = machine.cpu_model.empty() ? fact_named("host.cpu", facts) : machine.cpu_model;
  calibration.made = utc_time();
  calibration.threads = static_cast<uint32_t>(std::max<size_t>(1, machine.threads.size()));
  for (const CacheGeometry& level : request.levels) {
    for (const CalibrationKernel& kernel : calibration_kernels()) {
      const auto& asked = request.kernels;
      if (!asked.empty() && std::find(asked.begin(), asked.end(), kernel.name) == asked.end()) continue;
      calibration.kernels.push_back(count_kernel(kernel, level, request, machine));
      // What is not there for one kernel is not there for the next.
      if (calibration.kernels.back().status.starts_with("unavailable")) break;
    }
    calibration.levels.push_back(judge_level(level.name, level.bytes, calibration.kernels));
  }
  if (request.seconds > 0) {
    measure_rates(request.seconds, machine, calibration);
    calibration.specs = measure_specs({.seconds = 2 * request.seconds});
  }
  return calibration;
}

UsableCalibration usable_calibration(const std::string& path) {
  try {
    auto kept = read_calibration(path);
    if (!kept || kept->engines.empty()) return {std::nullopt, "not calibrated"};
    if (kept->simd != simd_name()) return {std::nullopt, fmt::format("calibrated for {} only", kept->simd)};
    return {std::move(kept), ""};
  } catch (const BadInput&) {
    return {std::nullopt, "the calibration cannot be read"};
  }
}

}  // namespace sparsio
