// data: every rank has the whole network and draws chunks of the inputs.
// No communication but the number of the next chunk and the list of categories at the end; the balance matters, because
// inputs die at different depths, and drawing keeps it.
#include <algorithm>
#include <chrono>

#include "driver/data/chunks.hpp"
#include "driver/driver.hpp"
#include "mpi/shared/launch.hpp"

namespace sparsio {
namespace {

using Clock = std::chrono::steady_clock;

double since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

double& seconds_of(const Worker& worker, std::vector<WorkerTime>& workers) {
  for (WorkerTime& one : workers)
    if (one.worker.thread == worker.thread) return one.seconds;
  return workers.emplace_back(WorkerTime{worker, 0}).seconds;
}

/// To `sum`, of this rank, comes the outcome of a chunk that begins at input `first`.
void add(const Outcome& chunk, uint64_t first, Outcome& sum) {
  for (const uint64_t category : chunk.categories) sum.categories.push_back(first + category);
  sum.executed_edges += chunk.executed_edges;
  if (chunk.waits) sum.waits = sum.waits.value_or(0) + *chunk.waits;
  sum.alive.resize(std::max(sum.alive.size(), chunk.alive.size()));
  for (size_t k = 0; k < chunk.alive.size(); ++k) sum.alive[k] += chunk.alive[k];
  sum.values.insert(sum.values.end(), chunk.values.begin(), chunk.values.end());
  for (const WorkerTime& time : chunk.workers) seconds_of(time.worker, sum.workers) += time.seconds;
}

/// The outcome is whole on rank 0; the other ranks have its sums and seconds, and neither categories nor values.
class DataParallel final : public Engine {
 public:
  DataParallel(Communicator& ranks, std::unique_ptr<Engine> local)
      : ranks_(ranks), local_(std::move(local)), next_chunk_(ranks.counter()) {}
  DataParallel(const DataParallel&) = delete;
  DataParallel& operator=(const DataParallel&) = delete;
  ~DataParallel() override { next_chunk_->close(); }  // in step: all ranks let go of it, be it for a failure

  void prepare(const Plan& plan) override {
    panel_ = plan.panel;
    threads_ = plan.threads;
    Plan mine = plan;
    mine.inputs = (plan.inputs + size() - 1) / size();
    together(ranks_, [&] { local_->prepare(mine); });
  }

  /// Inputs that are run again are known by where they lie.
  Outcome run(const Inputs& inputs, Observe observe, const Deadline& deadline) override {
    return observe == Observe::categories ? run_timed(inputs, deadline) : run_observed(inputs, observe, deadline);
  }

  EngineCost cost() const override { return local_->cost(); }
  void visit(AccessVisitor& visitor, const Worker& worker, PassInputs inputs) const override {
    local_->visit(visitor, worker, inputs);
  }
  std::string opaque() const override { return local_->opaque(); }
  std::string simd() const override { return local_->simd(); }
  std::string note() const override { return local_->note(); }
  std::string chosen() const override { return local_->chosen(); }

 private:
  uint64_t size() const { return static_cast<uint64_t>(ranks_.size()); }

  /// Seconds are those from a barrier until the categories of all stand on rank 0, the largest over the ranks;
  /// `workers` are what each rank computed, and what each of its threads did.
  Outcome run_timed(const Inputs& inputs, const Deadline& deadline) {
    cut(inputs);
    Outcome sum;
    // Who waited has slept: the first barrier wakes all, the second starts them together.
    ranks_.barrier();
    const int64_t first = next_chunk_->next(0);
    ranks_.barrier();
    const auto start = Clock::now();
    const auto draw = [&] { return static_cast<size_t>(next_chunk_->next() - first); };
    const auto failure = failure_of([&] {
      for (size_t k = draw(); k < chunks_.size(); k = draw())
        add(local_->run(chunks_[k], Observe::categories, deadline), begins_[k], sum);
    });
    const double computing = since(start);
    gather_categories(sum);
    sum.seconds = ranks_.max(since(start));
    agree(ranks_, failure);
    sum.executed_edges = ranks_.sum(sum.executed_edges);
    sum_waits(sum);
    sum.workers.push_back({{0, Worker::all}, computing});
    for (WorkerTime& time : sum.workers) time.worker.rank = static_cast<uint32_t>(ranks_.rank());
    sum.workers = ranks_.gather(sum.workers, 0);
    return sum;
  }

  Outcome run_observed(const Inputs& inputs, Observe observe, const Deadline& deadline) {
    const std::vector<uint64_t> begins = equal_chunks(inputs.count, size());
    const uint64_t begin = begins[static_cast<size_t>(ranks_.rank())];
    const uint64_t end = begins[static_cast<size_t>(ranks_.rank()) + 1];
    Outcome sum;
    together(ranks_, [&] {
      if (begin < end) add(local_->run(rows_of(inputs, begin, end - begin), observe, deadline), begin, sum);
      constexpr uint64_t most = uint64_t{1} << 30;
      if (sum.values.size() * sizeof(double) * size() > most)
        throw std::runtime_error("the values of so many inputs cannot be gathered; verify fewer");
    });
    gather_categories(sum);
    sum.executed_edges = ranks_.sum(sum.executed_edges);
    sum.alive.resize(static_cast<size_t>(ranks_.max(static_cast<double>(sum.alive.size()))));
    ranks_.sum(sum.alive);
    sum.values = ranks_.gather(sum.values, 0);  // equal chunks lie in the order of the ranks
    return sum;
  }

  /// A rank that had no chunk knows of none.
  void sum_waits(Outcome& sum) {
    const bool is_counted = ranks_.max(sum.waits ? 1.0 : 0.0) > 0;
    const uint64_t waits = ranks_.sum(sum.waits.value_or(0));
    if (is_counted) sum.waits = waits;
  }

  /// Before the clock: chunks are copies. Ranks may differ in panel and threads; the cut is rank 0's.
  void cut(const Inputs& inputs) {
    const auto mine = guided_chunks(inputs.count, size(), uint64_t{panel_} * threads_, panel_);
    const auto begins = ranks_.broadcast(mine, 0);
    const void* rows = inputs.is_packed() ? static_cast<const void*>(inputs.bits.data()) : inputs.values.data();
    together(ranks_, [&] {
      if (rows == rows_ && begins == begins_) return;
      chunks_.clear();
      for (size_t k = 0; k + 1 < begins.size(); ++k)
        chunks_.push_back(rows_of(inputs, begins[k], begins[k + 1] - begins[k]));
      begins_ = begins;
      rows_ = rows;
    });
  }

  void gather_categories(Outcome& sum) {
    sum.categories = ranks_.gather(sum.categories, 0);
    std::sort(sum.categories.begin(), sum.categories.end());
  }

  Communicator& ranks_;
  std::unique_ptr<Engine> local_;
  std::unique_ptr<Counter> next_chunk_;
  uint32_t panel_ = 1;
  unsigned threads_ = 1;
  const void* rows_ = nullptr;    // of the inputs that were cut
  std::vector<uint64_t> begins_;  // of each chunk, and the end
  std::vector<Inputs> chunks_;
};

std::unique_ptr<Engine> make(Communicator& ranks, const MakeEngine& local, const Params&) {
  std::unique_ptr<Engine> engine;
  together(ranks, [&] { engine = local(); });
  return std::make_unique<DataParallel>(ranks, std::move(engine));
}

const Register<DriverKind> registered{
    {"data parallel: each rank the whole network and a dynamic share of the inputs", {}, RanksTaken::several, make}};

}  // namespace
}  // namespace sparsio
