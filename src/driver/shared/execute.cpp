#include "driver/shared/execute.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "base/spec.hpp"
#include "driver/driver.hpp"
#include "driver/shared/same_work.hpp"
#include "format/shared/categories.hpp"
#include "mpi/shared/launch.hpp"

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

double unix_time() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

bool has_track(const EngineKind& kind, Track track) {
  return std::find(kind.tracks.begin(), kind.tracks.end(), track) != kind.tracks.end();
}

std::unique_ptr<Engine> make_engine(const std::string& spec, const Plan& plan, const std::string& place) {
  const auto kind = resolve<EngineKind>(spec, place);
  const EngineKind given = kind_of(kind);
  if (!has_track(given, plan.track)) {
    std::string have;
    for (const Track track : given.tracks) have += fmt::format(" {}", track_name(track));
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

/// The same case for an engine that may lack the track or the order.
Plan baseline_plan(Plan plan, const std::string& spec, const std::string& place) {
  const auto kind = resolve<EngineKind>(spec, place);
  if (!has_track(kind_of(kind), plan.track)) plan.track = Track::general;
  if (!kind.kind().orders.empty()) plan.order = Order();
  return plan;
}

/// The steps of all ranks.
class Executor {
 public:
  Executor(const ExecutionRequest& request, const Inputs& inputs, const Deadline& deadline, Communicator& ranks)
      : request_(request), inputs_(inputs), deadline_(deadline), ranks_(ranks) {}

  Execution run() {
    std::vector<uint32_t> published;
    together(ranks_, [&] {
      if (inputs_.count == 0) throw BadInput(request_.place, "there are no inputs", "give at least one");
      if (is_first() && !request_.categories.empty()) published = read_categories(request_.categories);
    });
    if (ranks_.size() > 1) expect_same_work(request_.plan, inputs_, ranks_);
    prepare();
    repeat();
    done_.verdict = {"ok", "not verified", std::numeric_limits<double>::quiet_NaN(), 0};
    if (request_.verify > 0) verify();
    if (!request_.categories.empty() && is_first()) compare_with(published);
    if (request_.alive == Alive::counted) done_.alive = done_.engine->run(inputs_, Observe::alive, deadline_).alive;
    return std::move(done_);
  }

 private:
  bool is_first() const { return ranks_.rank() == 0; }

  std::unique_ptr<Engine> made(const std::string& spec, const Plan& plan) const {
    const auto driver = resolve<DriverKind>(request_.driver, request_.place);
    if (plan.partition != nullptr && !driver.kind().takes_partition)
      throw Unsupported(fmt::format("driver {} takes no partition: each of its ranks has all rows", driver.name()));
    return driver.kind().make(
        ranks_, [&] { return make_engine(spec, plan, request_.place); }, driver.params);
  }

  void prepare() {
    done_.engine = made(request_.engine, request_.plan);
    done_.prepare_seconds = seconds_of([&] { done_.engine->prepare(request_.plan); });
    done_.cost = done_.engine->cost();
    done_.simd = done_.engine->simd();
    if (request_.baseline.empty()) return;
    const Plan plan = baseline_plan(request_.plan, request_.baseline, request_.place);
    baseline_ = made(request_.baseline, plan);
    baseline_->prepare(plan);
  }

  void repeat() {
    for (uint64_t r = 0; r < request_.warmup || !is_enough_for_all(); ++r) {
      Outcome beside;
      if (baseline_) beside = timed(*baseline_);
      const double began = unix_time();
      done_.outcome = timed(*done_.engine);
      if (r < request_.warmup) continue;
      if (baseline_) done_.baseline_seconds.push_back(beside.seconds);
      done_.seconds.push_back(done_.outcome.seconds);
      done_.began.push_back(began);
      if (!done_.outcome.workers.empty()) done_.workers.push_back(done_.outcome.workers);
    }
  }

  /// Ranks repeat equally often.
  bool is_enough_for_all() const { return ranks_.broadcast(is_enough(done_.seconds, request_.repetition), 0); }

  /// What a run leaves, with its seconds by this clock unless the run knows better.
  Outcome timed(Engine& engine) const {
    together(ranks_, [&] { deadline_.check(); });
    Outcome outcome;
    const double seconds = seconds_of([&] { outcome = engine.run(inputs_, Observe::categories, deadline_); });
    if (std::isnan(outcome.seconds)) outcome.seconds = seconds;
    return outcome;
  }

  void verify() {
    const Inputs sample = first_rows(inputs_, std::min(request_.verify, inputs_.count));
    const Outcome got = done_.engine->run(sample, Observe::values, {});
    together(ranks_, [&] {
      if (!is_first()) return;
      const auto reference = make_reference(request_.plan, request_.place);
      done_.verdict = verdict_on(got, reference->run(sample, Observe::values, {}), sample.count);
    });
  }

  void compare_with(const std::vector<uint32_t>& published) {
    const std::string difference = compare_categories(done_.outcome.categories, published);
    if (!difference.empty()) done_.verdict.status = "incorrect";
    done_.verdict.words += "; " + (difference.empty() ? std::string("categories as published") : difference);
  }

  const ExecutionRequest& request_;
  const Inputs& inputs_;
  const Deadline& deadline_;
  Communicator& ranks_;
  Execution done_;
  std::unique_ptr<Engine> baseline_;
};

}  // namespace

Execution execute(const ExecutionRequest& request, const Inputs& inputs, const Deadline& deadline,
                  Communicator& ranks) {
  return Executor(request, inputs, deadline, ranks).run();
}

Execution execute(const ExecutionRequest& request, const Inputs& inputs, const Deadline& deadline) {
  static const auto alone = Registry<CommunicatorKind>::instance().find("alone", request.place).kind.join();
  return execute(request, inputs, deadline, *alone);
}

}  // namespace sparsio
