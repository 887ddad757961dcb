#include "predict/engine_time.hpp"

#include <algorithm>
#include <cmath>

namespace sparsio {
namespace {

/// How much longer one of `threads` waits for memory than it would alone.
double crowding(unsigned threads, const Calibration& calibration) {
  if (threads == 1 || calibration.reads.empty()) return 1;
  const ReadRate& memory = calibration.reads.back();
  if (memory.one_thread <= 0 || memory.all_threads <= 0) return 1;
  return std::max(1.0, memory.one_thread / (memory.all_threads / threads));
}

/// What misses the last cache comes from memory.
std::string memory_lines(const Calibration& calibration) {
  const size_t levels = calibration.reads.size();
  return levels < 2 ? "" : line_amount(calibration.reads[levels - 2].level);
}

std::pair<double, std::string> sum(const PassWork& work, const EngineRate& rate, const std::string& slowed,
                                   double factor) {
  double seconds = 0;
  double most = -1;
  std::string limit;
  for (const auto& [name, cost] : rate.seconds_a) {
    const double part = amount(work, name) * cost * (name == slowed ? factor : 1);
    seconds += part;
    if (part > most) {
      most = part;
      limit = name;
    }
  }
  return {seconds, limit};
}

}  // namespace

std::pair<double, std::string> pass_seconds(const PassWork& work, const EngineRate& rate) {
  return sum(work, rate, "", 1);
}

std::pair<double, std::string> predicted_seconds(const PassWork& work, const EngineRate& rate, uint64_t passes,
                                                 unsigned threads, const Calibration& calibration) {
  auto [seconds, limit] = sum(work, rate, memory_lines(calibration), crowding(threads, calibration));
  const uint64_t rounds = (passes + threads - 1) / threads;  // of the thread that has most
  return {seconds * static_cast<double>(rounds), limit};
}

std::optional<EngineRate> rate_at(const Calibration& calibration, const std::string& engine, uint32_t panel) {
  const auto distance = [&](const EngineRate& rate) {
    return std::abs(std::log(static_cast<double>(rate.panel) / panel));
  };
  const EngineRate* nearest = nullptr;
  for (const EngineRate& rate : calibration.engines)
    if (rate.engine == engine && (nearest == nullptr || distance(rate) < distance(*nearest))) nearest = &rate;
  if (nearest == nullptr || distance(*nearest) > std::log(2.0) + 1e-9) return std::nullopt;
  EngineRate scaled = *nearest;
  for (auto& [name, seconds] : scaled.seconds_a)
    if (!name.ends_with("_line")) seconds *= static_cast<double>(panel) / nearest->panel;
  scaled.panel = panel;
  return scaled;
}

}  // namespace sparsio
