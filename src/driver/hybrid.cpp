// hybrid: groups of ranks, each a model in parallel (driver/shared/model_parallel), among which the inputs are divided.
// A grid P_d x P_m: rank r is number r % P_m of group r / P_m. All connections of all inputs are executed, so equal
// shares of whole panels are equal work, and nobody asks for more of it. What a group sends is what the partition
// predicts for its inputs.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "driver/driver.hpp"
#include "driver/shared/model_parallel.hpp"
#include "mpi/shared/launch.hpp"

namespace sparsio {
namespace {

using Clock = std::chrono::steady_clock;

/// The outcome is whole on rank 0.
class Hybrid final : public Engine {
 public:
  Hybrid(Communicator& ranks, int ranks_of_group, std::unique_ptr<Engine> local, const ModelOptions& options)
      : ranks_(ranks),
        of_group_(ranks_of_group),
        group_(ranks.part(ranks.rank() / of_group_)),
        firsts_(ranks.part(ranks.rank() % of_group_ == 0 ? 0 : -1)),
        model_(model_parallel(*group_, std::move(local), options)) {}

  void prepare(const Plan& plan) override {
    panel_ = plan.panel;
    together(ranks_, [&] { model_->prepare(plan); });
  }

  Outcome run(const Inputs& inputs, Observe observe, const Deadline& deadline) override {
    const uint64_t first = begin_of(group(), inputs.count);
    together(ranks_, [&] { take_share(inputs, first, begin_of(group() + 1, inputs.count) - first, observe); });
    ranks_.barrier();
    ranks_.barrier();
    Outcome outcome;
    const auto failure = failure_of([&] { outcome = model_->run(share_, observe, deadline); });
    agree(ranks_, failure);
    const auto start = Clock::now();
    for (uint64_t& number : outcome.categories) number += first;
    outcome.categories = of_all(outcome.categories);
    outcome.seconds = ranks_.max(outcome.seconds + std::chrono::duration<double>(Clock::now() - start).count());
    for (WorkerTime& time : outcome.workers) time.worker.rank += static_cast<uint32_t>(group() * of_group_);
    outcome.workers = of_all(outcome.workers);
    outcome.values = of_all(outcome.values);
    outcome.alive.resize(static_cast<size_t>(ranks_.max(static_cast<double>(outcome.alive.size()))));
    ranks_.sum(outcome.alive);
    outcome.executed_edges = once_a_group(outcome.executed_edges);
    outcome.traffic = of_all(*outcome.traffic);
    return outcome;
  }

  EngineCost cost() const override { return model_->cost(); }
  void visit(AccessVisitor& visitor, const Worker& worker, PassInputs inputs) const override {
    model_->visit(visitor, worker, inputs);
  }
  std::string opaque() const override { return model_->opaque(); }
  std::string simd() const override { return model_->simd(); }
  std::string note() const override { return model_->note(); }

 private:
  int group() const { return ranks_.rank() / of_group_; }

  /// Whole panels, but the last.
  uint64_t begin_of(int group, uint64_t inputs) const {
    const auto groups = static_cast<uint64_t>(ranks_.size() / of_group_);
    const uint64_t panels = (inputs + panel_ - 1) / panel_;
    return std::min(inputs, panels * static_cast<uint64_t>(group) / groups * panel_);
  }

  /// Before the clock: it is a copy. Inputs that are timed again are known by where they lie.
  void take_share(const Inputs& inputs, uint64_t first, uint64_t count, Observe observe) {
    const void* rows = inputs.is_packed() ? static_cast<const void*>(inputs.bits.data()) : inputs.values.data();
    if (observe == Observe::categories && rows == rows_ && inputs.count == all_inputs_) return;
    share_ = rows_of(inputs, first, count);
    rows_ = observe == Observe::categories ? rows : nullptr;
    all_inputs_ = inputs.count;
  }

  /// What the first ranks of the groups have, one after the other, on rank 0.
  template <class Type>
  std::vector<Type> of_all(const std::vector<Type>& of_group) {
    return firsts_ ? firsts_->gather(of_group, 0) : std::vector<Type>();
  }
  uint64_t once_a_group(uint64_t number) { return ranks_.sum(firsts_ ? number : 0); }

  Traffic of_all(const Traffic& of_group) {
    const auto most = [&](uint64_t number) { return static_cast<uint64_t>(ranks_.max(static_cast<double>(number))); };
    Traffic all;
    all.words = once_a_group(of_group.words);
    all.words_max = most(of_group.words_max);
    all.receive_max = most(of_group.receive_max);
    all.messages = once_a_group(of_group.messages);
    all.pairs = once_a_group(of_group.pairs);
    all.inputs_max = most(of_group.inputs_max);
    all.seconds = ranks_.max(of_group.seconds);
    return all;
  }

  Communicator& ranks_;
  int of_group_;
  std::unique_ptr<Communicator> group_;
  std::unique_ptr<Communicator> firsts_;  // of the groups; null on other ranks
  std::unique_ptr<Engine> model_;
  uint32_t panel_ = 1;
  const void* rows_ = nullptr;  // of the inputs whose share is share_
  uint64_t all_inputs_ = 0;
  Inputs share_;
};

uint32_t parts(int, const Params& params) {
  return static_cast<uint32_t>(params.count("model"));
}

std::unique_ptr<Engine> make(Communicator& ranks, const MakeEngine& local, const Params& params) {
  const auto of_group = static_cast<int>(params.count("model"));
  std::unique_ptr<Engine> engine;
  together(ranks, [&] {
    if (ranks.size() % of_group != 0)
      throw Unsupported(fmt::format("{} ranks are no groups of {}; start a multiple of them", ranks.size(), of_group));
    engine = local();
  });
  return std::make_unique<Hybrid>(ranks, of_group, std::move(engine), model_options(params));
}

const Register<DriverKind> registered{
    {.summary = "groups of ranks, each a model in parallel, among which the inputs are divided",
     .options = with_exchange(
         {{"model", Type::integer, "2", "ranks of a group, among which rows are divided", between(1, 1e6), 4}}),
     .ranks = RanksTaken::several,
     .make = make,
     .takes_partition = true,
     .parts = parts,
     .exchange = exchange_of}};

}  // namespace
}  // namespace sparsio
