#include "driver/shared/execute.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "base/spec.hpp"
#include "format/shared/categories.hpp"

namespace sparsio {
namespace {

template <class Action>
double seconds_of(const Action& action) {
  const auto start = std::chrono::steady_clock::now();
  action();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  // Time of day is never looked at here; a monotonic clock that goes back all the same times nothing.
  if (seconds < 0) throw std::runtime_error("the machine's monotonic clock went backwards while something was timed");
  return seconds;
}

/// What a run leaves, with its seconds by this clock unless the run knows better.
template <class Run>
Outcome timed(const Run& run) {
  Outcome outcome;
  const double seconds = seconds_of([&] { outcome = run(); });
  if (std::isnan(outcome.seconds)) outcome.seconds = seconds;
  return outcome;
}

double unix_time() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::unique_ptr<Engine> make_engine(const std::string& spec, const Plan& plan, const std::string& place) {
  const auto kind = resolve<EngineKind>(spec, place);
  const auto& tracks = kind.kind().tracks;
  if (std::find(tracks.begin(), tracks.end(), plan.track) == tracks.end()) {
    std::string have;
    for (const Track track : tracks) have += fmt::format(" {}", track_name(track));
    throw Unsupported(fmt::format("engine {} has no track {}; it has:{}", kind.name(), track_name(plan.track), have));
  }
  return kind.kind().make(kind.params);
}

/// `reference` on the same plan, in the general track that it has.
std::unique_ptr<Engine> make_reference(Plan plan, const std::string& place) {
  plan.track = Track::general;
  plan.order = Order();
  auto reference = make_engine("reference", plan, place);
  reference->prepare(plan);
  return reference;
}

}  // namespace

Execution execute(const ExecutionRequest& request, const Inputs& inputs, const Deadline& deadline) {
  if (inputs.count == 0) throw BadInput(request.place, "there are no inputs", "give at least one");
  std::vector<uint32_t> published;
  if (!request.categories.empty()) published = read_categories(request.categories);

  Execution done;
  const auto make = [&](const std::string& spec, const Plan& plan) {
    auto engine = make_engine(spec, plan, request.place);
    return request.behind ? request.behind(spec, std::move(engine)) : std::move(engine);
  };
  done.engine = make(request.engine, request.plan);
  done.prepare_seconds = seconds_of([&] { done.engine->prepare(request.plan); });
  done.cost = done.engine->cost();
  done.simd = done.engine->simd();
  std::unique_ptr<Engine> baseline;
  if (!request.baseline.empty()) {
    Plan plan = request.plan;
    const auto kind = resolve<EngineKind>(request.baseline, request.place);
    if (std::find(kind.kind().tracks.begin(), kind.kind().tracks.end(), plan.track) == kind.kind().tracks.end())
      plan.track = Track::general;
    if (!kind.kind().orders.empty()) plan.order = Order();
    baseline = make(request.baseline, plan);
    baseline->prepare(plan);
  }

  for (uint64_t r = 0; r < request.warmup || !is_enough(done.seconds, request.repetition); ++r) {
    deadline.check();
    if (baseline) {
      const double seconds = timed([&] { return baseline->run(inputs, Observe::categories, deadline); }).seconds;
      if (r >= request.warmup) done.baseline_seconds.push_back(seconds);
    }
    deadline.check();
    const double began = unix_time();
    done.outcome = timed([&] { return done.engine->run(inputs, Observe::categories, deadline); });
    if (r < request.warmup) continue;
    done.seconds.push_back(done.outcome.seconds);
    done.began.push_back(began);
    if (!done.outcome.rank_seconds.empty()) done.rank_seconds.push_back(done.outcome.rank_seconds);
  }

  done.verdict = {"ok", "not verified", std::numeric_limits<double>::quiet_NaN(), 0};
  if (request.verify > 0)
    done.verdict = verify_values(*done.engine, *make_reference(request.plan, request.place), inputs, request.verify);
  if (!request.categories.empty()) {
    const std::string difference = compare_categories(done.outcome.categories, published);
    if (!difference.empty()) done.verdict.status = "incorrect";
    done.verdict.words += "; " + (difference.empty() ? std::string("categories as published") : difference);
  }
  if (request.alive == Alive::counted) done.alive = done.engine->run(inputs, Observe::alive, deadline).alive;
  return done;
}

}  // namespace sparsio
