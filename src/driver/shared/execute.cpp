#include "driver/shared/execute.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iterator>
#include <limits>
#include <stdexcept>
#include <tuple>

#include "base/spec.hpp"
#include "driver/driver.hpp"
#include "driver/shared/accuracy.hpp"
#include "driver/shared/peak_memory.hpp"
#include "driver/shared/same_work.hpp"
#include "driver/shared/value_rows.hpp"
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
    forget_peak_memory();
    std::vector<uint64_t> published;
    together(ranks_, [&] {
      if (inputs_.count == 0) throw BadInput(request_.place, "there are no inputs", "give at least one");
      if (!is_first() || request_.categories.empty()) return;
      const auto listed = read_categories(request_.categories);
      published.assign(listed.begin(), listed.end());
    });
    if (ranks_.size() > 1) expect_same_work(request_.plan, inputs_, ranks_);
    prepare();
    repeat();
    constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
    done_.verdict = {"ok", "not verified", unknown, unknown, 0, 0};
    if (request_.verify > 0 || request_.labels || request_.outputs == Outputs::kept) look_at_values();
    if (!request_.categories.empty() && is_first())
      add(compare_categories(done_.outcome.categories, published, "published"), "categories as published");
    if (is_first()) add(unlike_, "");
    if (is_first() && done_.volume) add(miscounted_, "words and messages as the partition predicts");
    see_memory();
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
    predict_traffic();
    done_.engine = made(request_.engine, request_.plan);
    done_.prepare_seconds = seconds_of([&] { done_.engine->prepare(request_.plan); });
    done_.cost = done_.engine->cost();
    done_.simd = done_.engine->simd();
    if (request_.baseline.empty()) return;
    const Plan plan = baseline_plan(request_.plan, request_.baseline, request_.place);
    baseline_ = made(request_.baseline, plan);
    baseline_->prepare(plan);
  }

  /// Before anything is sent, so that no count can lead the prediction.
  void predict_traffic() {
    if (request_.plan.partition == nullptr) return;
    together(ranks_, [&] {
      if (!is_first()) return;
      const auto driver = resolve<DriverKind>(request_.driver, request_.place);
      const ExchangePlan exchange =
          driver.kind().exchange != nullptr ? driver.kind().exchange(driver.params) : ExchangePlan();
      done_.volume = volume_of(*request_.plan.layers, *request_.plan.partition, exchange);
    });
  }

  /// What the ranks of a run have sent, against the partition: in every run, the first difference.
  void check_traffic(const Outcome& outcome) {
    if (!is_first() || !done_.volume || !miscounted_.empty()) return;
    const LayerVolume& predicted = done_.volume->total;
    const uint64_t panels = (inputs_.count + done_.cost.panel - 1) / done_.cost.panel;
    const Traffic counted = outcome.traffic.value_or(Traffic());
    const std::tuple<const char*, uint64_t, uint64_t> counts[] = {
        {"words", counted.words, predicted.words * inputs_.count},
        {"words of the rank that sends most", counted.words_max, predicted.words_max * counted.inputs_max},
        {"messages", counted.messages, predicted.messages * panels}};
    for (const auto& [what, number, expected] : counts)
      if (number != expected && miscounted_.empty())
        miscounted_ = fmt::format("{} {} were counted, where the partition predicts {}", number, what, expected);
  }

  void see_memory() {
    const uint64_t bytes = peak_memory();
    done_.memory_max = ranks_.max(static_cast<double>(bytes));
    done_.memory_sum = static_cast<double>(ranks_.sum(bytes));
  }

  void repeat() {
    for (uint64_t r = 0; r < request_.warmup || !is_enough_for_all(); ++r) {
      Outcome beside;
      if (baseline_) beside = timed(*baseline_);
      const double began = unix_time();
      Outcome outcome = timed(*done_.engine);
      if (r > 0 && unlike_.empty())
        unlike_ = compare_categories(outcome.categories, done_.outcome.categories, "in the run before");
      check_traffic(outcome);
      done_.outcome = std::move(outcome);
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

  /// The whole batch once more, for its values: what they say of all inputs, and for `reference` those of some.
  void look_at_values() {
    const std::vector<uint64_t> numbers = spread_over(inputs_.count, request_.verify);
    std::vector<uint64_t> categories;
    std::vector<double> got;
    double threshold = 0;
    together(ranks_, [&] { threshold = prepare_to_look(); });
    const auto see = [&, next = size_t{0}](uint64_t input, std::span<const double> values) mutable {
      if (std::any_of(values.begin(), values.end(), [](double y) { return y != 0; })) categories.push_back(input + 1);
      if (request_.labels && class_of(values, threshold) == (*request_.labels)[input]) ++done_.right;
      if (request_.outputs == Outputs::kept) done_.outputs.insert(done_.outputs.end(), values.begin(), values.end());
      if (next == numbers.size() || numbers[next] != input) return;
      got.insert(got.end(), values.begin(), values.end());
      ++next;
    };
    show_values(*done_.engine, request_.plan, inputs_, deadline_, ranks_, see);
    if (request_.verify > 0) verify(numbers, got, categories);
  }

  /// What needs room, and what may fail, before values come. Returns the threshold of one output.
  double prepare_to_look() {
    if (!is_first()) return 0;
    const uint32_t outputs = outputs_of(request_.plan);
    if (request_.outputs == Outputs::kept) done_.outputs.reserve(inputs_.count * outputs);
    return request_.labels && outputs == 1 ? class_threshold(last_activation(request_.plan)) : 0;
  }

  /// `got` are the values of the inputs `numbers`; of all inputs, `categories` have a nonzero one.
  void verify(const std::vector<uint64_t>& numbers, const std::vector<double>& got,
              const std::vector<uint64_t>& categories) {
    together(ranks_, [&] {
      if (!is_first()) return;
      const auto reference = make_reference(request_.plan, request_.place);
      const Outcome want = reference->run(rows_of(inputs_, numbers), Observe::bounds, {});
      done_.verdict = verdict_on(got, want, numbers.size());
      add(categories_against(done_.outcome.categories, want, numbers), "");
      if (!is_excused(categories, *reference))
        add(compare_categories(done_.outcome.categories, categories, "alive by their values"), "");
      if (request_.plan.track == Track::general) add(miscounted(want.executed_edges / numbers.size()), "");
    });
  }

  /// Where a run for values sums in another order than a timed one, inputs on the verge of zero may differ; reference
  /// says which are. So many that nobody would look at them all are no verge.
  bool is_excused(const std::vector<uint64_t>& categories, Engine& reference) const {
    constexpr size_t most = 64;
    std::vector<uint64_t> numbers;
    std::set_symmetric_difference(categories.begin(), categories.end(), done_.outcome.categories.begin(),
                                  done_.outcome.categories.end(), std::back_inserter(numbers));
    if (numbers.empty()) return true;
    if (numbers.size() > most) return false;
    for (uint64_t& number : numbers) --number;
    const Outcome want = reference.run(rows_of(inputs_, numbers), Observe::bounds, {});
    return categories_against(categories, want, numbers).empty() &&
           categories_against(done_.outcome.categories, want, numbers).empty();
  }

  std::string miscounted(uint64_t connections) const {
    const uint64_t all = connections * inputs_.count;
    if (done_.outcome.executed_edges == all) return "";
    return fmt::format("{} executed connections were counted, where {} inputs have {} each",
                       done_.outcome.executed_edges, inputs_.count, connections);
  }

  /// A `difference` makes the verdict incorrect; without one it says `otherwise`.
  void add(const std::string& difference, const std::string& otherwise) {
    if (!difference.empty()) done_.verdict.status = "incorrect";
    const std::string& words = difference.empty() ? otherwise : difference;
    if (!words.empty()) done_.verdict.words += "; " + words;
  }

  const ExecutionRequest& request_;
  const Inputs& inputs_;
  const Deadline& deadline_;
  Communicator& ranks_;
  Execution done_;
  std::unique_ptr<Engine> baseline_;
  std::string unlike_;      // how the categories of one run differ from those of another
  std::string miscounted_;  // how what was sent differs from what the partition predicts
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
