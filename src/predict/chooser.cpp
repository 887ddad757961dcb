#include "predict/chooser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/spec.hpp"
#include "driver/shared/execute.hpp"
#include "predict/engine_rates.hpp"
#include "predict/engine_time.hpp"
#include "topo/caches.hpp"

namespace sparsio {
namespace {

constexpr double confidence = 0.95;

class Chooser {
 public:
  Chooser(const ChoiceRequest& request, const Calibration& calibration, const Machine& machine, CaseCache& cache)
      : request_(request), calibration_(calibration), cache_(cache), levels_(geometries(machine)) {
    threads_ = static_cast<unsigned>(std::max<size_t>(1, machine.threads.size()));
    network_ = cache.network(request.network, "--network");
    inputs_ = cache.inputs(request.inputs, network_->input_width(), "--inputs");
  }

  std::vector<Choice> run() {
    for (const EngineRate& rate : calibration_.engines) {
      const auto* const entry = Registry<EngineKind>::instance().look_up(rate.engine);
      if (entry == nullptr || (rate.panel > inputs_->count && rate.panel != calibrated_panels().front())) continue;
      for (const std::string& order : entry->kind.orders.empty() ? request_.orders : entry->kind.orders)
        predict(rate, order);
    }
    if (choices_.empty()) throw Unsupported("no calibrated engine executes this network");
    std::stable_sort(choices_.begin(), choices_.end(),
                     [](const Choice& a, const Choice& b) { return a.predicted_seconds < b.predicted_seconds; });
    for (const size_t k : to_be_measured(choices_, request_.measured)) measure(choices_[k]);
    return std::move(choices_);
  }

 private:
  Plan plan_for(const std::string& order, uint32_t panel, unsigned threads) {
    Plan plan;
    plan.network = network_->whole_if_small();
    plan.layers = network_->layers();
    if (plan.network != nullptr)
      plan.order = *cache_.order(request_.network, *plan.network, order, request_.memory, "--orders");
    plan.panel = panel;
    plan.threads = threads;
    plan.inputs = inputs_->count;
    return plan;
  }

  void predict(const EngineRate& rate, const std::string& order) {
    const auto kind = resolve<EngineKind>(rate.engine, "choose");
    PassWork work;
    try {
      const auto engine = kind.kind().make(kind.params);
      const Plan plan = plan_for(order, rate.panel, 1);
      engine->prepare(plan);
      work = work_of(*engine, plan, inputs_->held_as(), levels_);
    } catch (const Unsupported&) {
      return;
    }
    Choice choice;
    choice.engine = rate.engine;
    choice.order = order;
    choice.panel = rate.panel;
    choice.work = work;
    const uint64_t passes = (inputs_->count + rate.panel - 1) / rate.panel;
    for (const unsigned threads : threads_ > 1 ? std::vector<unsigned>{1, threads_} : std::vector<unsigned>{1}) {
      choice.threads = threads;
      std::tie(choice.predicted_seconds, choice.limit) = predicted_seconds(work, rate, passes, threads, calibration_);
      choices_.push_back(choice);
    }
  }

  void measure(Choice& choice) {
    ExecutionRequest asked;
    asked.engine = choice.engine;
    asked.plan = plan_for(choice.order, choice.panel, choice.threads);
    asked.repetition.least = request_.repetitions;
    asked.place = "choose";
    try {
      const Execution done = execute(asked, *inputs_, {});
      choice.measured = median_interval(done.seconds, confidence);
      choice.status = done.verdict.status;
    } catch (const Unsupported& reason) {
      choice.status = reason.what();
    }
  }

  const ChoiceRequest& request_;
  const Calibration& calibration_;
  CaseCache& cache_;
  std::vector<CacheGeometry> levels_;
  unsigned threads_ = 1;
  std::shared_ptr<NetworkAtHand> network_;
  std::shared_ptr<const Inputs> inputs_;
  std::vector<Choice> choices_;
};

}  // namespace

Hindsight hindsight(const std::vector<Choice>& choices) {
  Hindsight seen;
  for (const Choice& choice : choices) {
    if (choice.status != "ok") continue;
    if (seen.first == nullptr) seen.first = &choice;
    if (seen.fastest == nullptr || choice.measured.median < seen.fastest->measured.median) seen.fastest = &choice;
  }
  if (seen.first == nullptr) return seen;
  seen.regret = seen.first->measured.median / seen.fastest->measured.median;
  seen.is_tied = seen.first == seen.fastest || seen.first->measured.low <= seen.fastest->measured.high;
  return seen;
}

std::vector<size_t> to_be_measured(const std::vector<Choice>& choices, uint64_t count) {
  std::vector<size_t> chosen;
  std::vector<std::string> engines;
  for (size_t k = 0; k < choices.size() && chosen.size() < std::min(count, different_engines); ++k) {
    if (std::find(engines.begin(), engines.end(), choices[k].engine) != engines.end()) continue;
    engines.push_back(choices[k].engine);
    chosen.push_back(k);
  }
  for (size_t k = 0; k < choices.size() && chosen.size() < count; ++k)
    if (std::find(chosen.begin(), chosen.end(), k) == chosen.end()) chosen.push_back(k);
  return chosen;
}

std::vector<std::string> surprises(const std::vector<Choice>& choices) {
  std::vector<std::string> list;
  for (const Choice& choice : choices) {
    const double ratio = choice.measured.median / choice.predicted_seconds;
    if (choice.status != "ok" || (ratio <= far_off && ratio >= 1 / far_off)) continue;
    list.push_back(fmt::format("{} {} panel {} threads {}: measured {:.3g} s, predicted {:.3g} s, {:.2g} times as long",
                               choice.engine, choice.order, choice.panel, choice.threads, choice.measured.median,
                               choice.predicted_seconds, ratio));
  }
  return list;
}

std::vector<Choice> choose(const ChoiceRequest& request, const Calibration& calibration, const Machine& machine,
                           CaseCache& cache) {
  return Chooser(request, calibration, machine, cache).run();
}

}  // namespace sparsio
