#include "run/case_times.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "statistics/median_interval.hpp"
#include "statistics/two_samples.hpp"

namespace sparsio {

namespace {

bool has_threads(const std::vector<WorkerTime>& workers) {
  return std::any_of(workers.begin(), workers.end(),
                     [](const auto& time) { return time.worker.thread != Worker::all; });
}

bool has_ranks(const std::vector<WorkerTime>& workers) {
  return std::any_of(workers.begin(), workers.end(),
                     [](const auto& time) { return time.worker.thread == Worker::all; });
}

/// Like a rate, a wrong answer has none.
void write_accuracy(const Execution& execution, uint64_t input_count, Record& record) {
  const bool is_right = execution.verdict.status == "ok";
  if (is_right) record.set("accuracy", static_cast<double>(execution.right) / static_cast<double>(input_count));
  record.set("accuracy_status",
             is_right ? fmt::format("{} of {} right", execution.right, input_count) : "the answer is incorrect");
}

void write_traffic(const Execution& execution, uint64_t input_count, Record& record) {
  record.set("memory_max", execution.memory_max);
  record.set("memory_sum", execution.memory_sum);
  if (!execution.outcome.traffic) return;
  const Traffic& traffic = *execution.outcome.traffic;
  const auto inputs = static_cast<double>(input_count);
  const double panels = std::ceil(inputs / execution.cost.panel);
  record.set("words", static_cast<double>(traffic.words) / inputs);
  record.set("words_max", static_cast<double>(traffic.words_max) / static_cast<double>(traffic.inputs_max));
  record.set("receive_max", static_cast<double>(traffic.receive_max) / static_cast<double>(traffic.inputs_max));
  record.set("messages", static_cast<double>(traffic.messages) / panels);
  record.set("pairs", static_cast<double>(traffic.pairs));
  record.set("exchange_seconds", traffic.seconds);
  if (execution.volume) record.set("imbalance", execution.volume->total.imbalance);
}

}  // namespace

CaseTimes keep_samples(const std::string& run, const EarlierRounds& earlier, const Execution& execution,
                       std::vector<Sample>& samples) {
  CaseTimes times;
  for (const Sample& sample : whole_samples(earlier.samples)) {
    times.seconds.push_back(sample.seconds);
    if (!std::isnan(sample.baseline_seconds)) times.baseline_seconds.push_back(sample.baseline_seconds);
  }
  // Beside the time of all workers together stands what each computed, so that the balance is there to see.
  for (size_t r = 0; r < execution.seconds.size(); ++r) {
    std::vector<WorkerTime> workers = execution.workers.empty() ? std::vector<WorkerTime>() : execution.workers[r];
    const int64_t together = has_threads(workers) ? all_threads : 0;
    Sample sample{run, static_cast<int64_t>(times.seconds.size()), has_ranks(workers) ? all_ranks : 0, together,
                  execution.seconds[r]};
    sample.round = static_cast<int64_t>(earlier.rounds);
    sample.began = execution.began[r];
    times.seconds.push_back(sample.seconds);
    if (!execution.baseline_seconds.empty()) {
      sample.baseline_seconds = execution.baseline_seconds[r];
      times.baseline_seconds.push_back(sample.baseline_seconds);
    }
    samples.push_back(sample);
    sample.baseline_seconds = std::numeric_limits<double>::quiet_NaN();
    const auto key = [](const WorkerTime& one) { return std::pair(one.worker.rank, one.worker.thread + 1); };  // all: 0
    std::sort(workers.begin(), workers.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
    for (const auto& [worker, seconds] : workers) {
      sample.rank = worker.rank;
      sample.thread = worker.thread == Worker::all ? together : worker.thread;
      sample.seconds = seconds;
      samples.push_back(sample);
    }
  }
  return times;
}

void write_times(const Case& one, const Execution& execution, const CaseTimes& times, uint64_t input_count,
                 Record& record) {
  const double confidence = one.real("confidence");
  const MedianInterval interval = median_interval(times.seconds, confidence);
  const double seconds = interval.median;
  const double edges = static_cast<double>(input_count) * static_cast<double>(execution.cost.connections);
  const auto executed = static_cast<double>(execution.outcome.executed_edges);
  record.set("network_connections", static_cast<double>(execution.cost.connections));
  record.set("prepare_seconds", execution.prepare_seconds);
  record.set("edges", edges);
  record.set("executed_edges", executed);
  record.set("category_count", static_cast<double>(execution.outcome.categories.size()));
  record.set("verified", execution.verdict.words);
  write_traffic(execution, input_count, record);
  record.set("max_relative_error", execution.verdict.max_relative_error);
  record.set("share_of_bound", execution.verdict.share_of_bound);
  record.set("tied_inputs", static_cast<double>(execution.verdict.tied));
  record.set("uncompared_inputs", static_cast<double>(execution.verdict.uncompared));
  if (!one.text("labels").empty()) write_accuracy(execution, input_count, record);
  record.set("simd", execution.simd);
  const std::string chosen = execution.engine->chosen();
  record.set("engine_used", chosen.empty() ? one.text("engine") : chosen);
  if (execution.cost.tiles > 0) {
    record.set("tiles", static_cast<double>(execution.cost.tiles));
    record.set("tile_edges", static_cast<double>(execution.cost.tile_edges));
  }
  if (execution.outcome.waits) record.set("waits", static_cast<double>(*execution.outcome.waits));
  record.set("note", execution.engine->note());
  record.set("timed_runs", static_cast<double>(times.seconds.size()));
  record.set("seconds", seconds);
  record.set("seconds_low", interval.low);
  record.set("seconds_high", interval.high);
  record.set("seconds_coverage", interval.coverage);
  record.set("seconds_interval", interval_words(interval, confidence));
  record.set("seconds_min", *std::min_element(times.seconds.begin(), times.seconds.end()));
  if (execution.verdict.status != "ok") {
    // A wrong answer has no rate.
    record.set("status", execution.verdict.status);
    record.set("error", execution.verdict.words);
    return;
  }
  record.set("nominal_rate", edges / seconds);
  record.set("executed_rate", executed / seconds);
  if (!times.baseline_seconds.empty()) {
    const RatioInterval speedup = median_ratio(times.seconds, times.baseline_seconds, confidence);
    record.set("baseline_seconds", median(times.baseline_seconds));
    record.set("speedup", speedup.ratio);
    record.set("speedup_low", speedup.low);
    record.set("speedup_high", speedup.high);
  }
}

}  // namespace sparsio
