#include "driver/data/crew.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <span>

#include "base/spec.hpp"
#include "disk/digest.hpp"
#include "driver/data/chunks.hpp"
#include "mpi/shared/launch.hpp"
#include "record/provenance.hpp"

namespace sparsio {
namespace {

using Clock = std::chrono::steady_clock;

double since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

template <class Number>
std::string bytes_of(const std::vector<Number>& numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(Number)};
}

template <class Number>
std::vector<Number> numbers_of(const std::string& bytes) {
  std::vector<Number> numbers(bytes.size() / sizeof(Number));
  if (!bytes.empty()) std::memcpy(numbers.data(), bytes.data(), bytes.size());
  return numbers;
}

/// How a step failed here: the kind of refusal in the first letter, then its words; "" if it did not.
template <class Step>
std::string failure_of(const Step& step) {
  try {
    step();
  } catch (const Unsupported& reason) {
    return std::string("u") + reason.what();
  } catch (const TimeLimit& reason) {
    return std::string("t") + reason.what();
  } catch (const std::bad_alloc&) {
    return "eout of memory; start fewer ranks a node";
  } catch (const std::exception& reason) {
    return std::string("e") + reason.what();
  }
  return "";
}

/// Collective: did nobody fail? Rank 0 throws the first rank's failure; the others get false and wait for what it
/// decides.
bool all_succeeded(Communicator& ranks, const std::string& failure) {
  if (ranks.sum(failure.empty() ? 0 : 1) == 0) return true;
  const std::vector<std::string> failures = ranks.gather(failure, 0);
  for (size_t rank = 0; rank < failures.size(); ++rank) {
    if (failures[rank].empty()) continue;
    const std::string words = (rank == 0 ? "" : fmt::format("rank {}: ", rank)) + failures[rank].substr(1);
    if (failures[rank][0] == 'u') throw Unsupported(words);
    if (failures[rank][0] == 't') throw TimeLimit(words);
    throw std::runtime_error(words);
  }
  return false;
}

template <class Number>
std::string digest_of(std::span<const Number> numbers) {
  return digest({reinterpret_cast<const char*>(numbers.data()), numbers.size_bytes()});
}

std::string digest_of(const Inputs& inputs) {
  return fmt::format("{} x {}, {}", inputs.count, inputs.width,
                     inputs.is_packed() ? digest_of(std::span(inputs.bits)) : digest_of(std::span(inputs.values)));
}

std::string digest_of(const Network& network) {
  return digest(digest_of(network.in_begin()) + digest_of(network.source()) + digest_of(network.weight()) +
                digest_of(network.bias()));
}

std::string program() {
  std::string words;
  for (const auto& [name, value] : build_facts())
    if (name == "program.version" || name == "git.revision") words += (words.empty() ? "" : ", ") + value;
  return words;
}

/// Ranks that compute different things would give one answer that is nobody's. Collective; throws on all.
void expect_same_work(const CrewWork& work, Communicator& ranks) {
  expect_same(ranks, program(), "program", "start the same sparsio on every node");
  if (work.request.plan.network != nullptr)
    expect_same(ranks, digest_of(*work.request.plan.network), "content of the network",
                "give every node the same file");
  expect_same(ranks, digest_of(work.inputs), "inputs", "give every node the same file");
}

/// What every rank does, rank 0 too. All functions but those that are const are collective.
class Hand {
 public:
  Hand(const CrewWork& work, Communicator& ranks) : work_(work), ranks_(ranks) {
    expect_same_work(work, ranks);
    pile_ = ranks.counter();
  }

  /// Keeps the engine that `make` gives, prepared, as number `which`.
  template <class Make>
  void prepare(size_t which, const Make& make, const Plan& plan) {
    if (engines_.size() <= which) engines_.resize(which + 1);
    all_succeeded(ranks_, failure_of([&] {
                    engines_[which] = make();
                    engines_[which]->prepare(plan);
                  }));
  }

  /// The first `count` inputs. The outcome is whole on rank 0.
  Outcome run(size_t which, Observe observe, uint64_t count) {
    if (observe == Observe::categories) cut(count);
    const std::vector<uint64_t> begins = observe == Observe::categories ? begins_ : equal_shares(count, size());
    Outcome sum;
    // Who waited for an order has slept: the first barrier wakes all, the second starts them together.
    ranks_.barrier();
    ranks_.barrier();
    const auto start = Clock::now();
    const std::string failure = failure_of([&] {
      if (observe == Observe::categories) {
        for (uint64_t share = draw(); share + 1 < begins.size(); share = draw())
          add(engines_[which]->run(pieces_[share], observe, work_.deadline), begins[share], sum);
      } else {
        const auto rank = static_cast<size_t>(ranks_.rank());
        const Inputs piece = rows_of(work_.inputs, begins[rank], begins[rank + 1] - begins[rank]);
        if (piece.count > 0) add(engines_[which]->run(piece, observe, {}), begins[rank], sum);
        constexpr uint64_t most = uint64_t{1} << 30;
        if (sum.values.size() * sizeof(double) * size() > most)
          throw std::runtime_error("the values of so many inputs cannot be gathered; verify fewer");
      }
    });
    const double computing = since(start);
    std::vector<uint64_t> categories;
    for (const std::string& part : ranks_.gather(bytes_of(sum.categories), 0)) {
      const auto more = numbers_of<uint64_t>(part);
      categories.insert(categories.end(), more.begin(), more.end());
    }
    std::sort(categories.begin(), categories.end());
    sum.seconds = ranks_.max(since(start));
    // Every rank drew one share too many, the one that told it to stop.
    if (observe == Observe::categories) drawn_ += begins.size() - 1 + size();
    if (!all_succeeded(ranks_, failure)) return sum;

    sum.categories = std::move(categories);
    sum.executed_edges = ranks_.sum(sum.executed_edges);
    for (const std::string& one : ranks_.gather(bytes_of(std::vector<double>{computing}), 0))
      sum.rank_seconds.push_back(numbers_of<double>(one).front());
    gather_the_rest(sum);
    return sum;
  }

  /// Of what the ranks share; nothing can be run afterwards.
  void let_go() { pile_->close(); }

  const Engine& engine(size_t which) const { return *engines_[which]; }

 private:
  size_t size() const { return static_cast<size_t>(ranks_.size()); }
  uint64_t draw() { return static_cast<uint64_t>(pile_->next()) - drawn_; }

  /// Before the clock: pieces are copies.
  void cut(uint64_t count) {
    if (!begins_.empty() && begins_.back() == count) return;
    const Plan& plan = work_.request.plan;
    begins_ = guided_shares(count, size(), uint64_t{plan.panel} * plan.threads, plan.panel);
    begins_ = equal_on_all(begins_);
    pieces_.clear();
    for (size_t k = 0; k + 1 < begins_.size(); ++k)
      pieces_.push_back(rows_of(work_.inputs, begins_[k], begins_[k + 1] - begins_[k]));
  }

  /// Ranks may have different numbers of threads; the cut is rank 0's.
  std::vector<uint64_t> equal_on_all(const std::vector<uint64_t>& numbers) {
    return numbers_of<uint64_t>(ranks_.broadcast(bytes_of(numbers), 0));
  }

  static void add(const Outcome& part, uint64_t first, Outcome& sum) {
    for (const uint64_t category : part.categories) sum.categories.push_back(first + category);
    sum.executed_edges += part.executed_edges;
    sum.alive.resize(std::max(sum.alive.size(), part.alive.size()));
    for (size_t k = 0; k < part.alive.size(); ++k) sum.alive[k] += part.alive[k];
    sum.values.insert(sum.values.end(), part.values.begin(), part.values.end());
  }

  void gather_the_rest(Outcome& sum) {
    const auto alive = ranks_.gather(bytes_of(sum.alive), 0);
    const auto values = ranks_.gather(bytes_of(sum.values), 0);
    if (ranks_.rank() > 0) return;
    sum.alive.clear();
    for (const std::string& part : alive) {
      const auto more = numbers_of<uint64_t>(part);
      sum.alive.resize(std::max(sum.alive.size(), more.size()));
      for (size_t k = 0; k < more.size(); ++k) sum.alive[k] += more[k];
    }
    sum.values.clear();
    for (const std::string& part : values) {  // equal shares lie in the order of the ranks
      const auto more = numbers_of<double>(part);
      sum.values.insert(sum.values.end(), more.begin(), more.end());
    }
  }

  CrewWork work_;
  Communicator& ranks_;
  std::unique_ptr<Counter> pile_;
  uint64_t drawn_ = 0;  // from the pile, in the runs before
  std::vector<uint64_t> begins_;
  std::vector<Inputs> pieces_;
  std::vector<std::unique_ptr<Engine>> engines_;
};

/// What rank 0 tells the others to do, as it travels.
struct Task {
  enum Verb : uint32_t { prepare, run, dismiss };
  Verb verb = dismiss;
  uint32_t which = 0;      // engine
  Track track{};           // prepare
  uint32_t by_target = 0;  // prepare: the plan's order does not hold
  Observe observe{};       // run
  uint64_t count = 0;      // run: inputs
};

void tell(Communicator& ranks, const Task& task, const std::string& spec = "") {
  ranks.broadcast(std::string(reinterpret_cast<const char*>(&task), sizeof task) + spec, 0);
}

/// Rank 0. Dismisses the others at its end.
class Captain {
 public:
  Captain(const CrewWork& work, Communicator& ranks) : ranks_(ranks), hand_(work, ranks) {}
  Captain(const Captain&) = delete;
  Captain& operator=(const Captain&) = delete;
  ~Captain() {
    tell(ranks_, {});
    hand_.let_go();  // as the others do once dismissed, though a failure may unwind here
  }

  uint32_t next_engine() { return engines_++; }

  void prepare(uint32_t which, const std::string& spec, std::unique_ptr<Engine>& engine, const Plan& plan) {
    tell(ranks_, {Task::prepare, which, plan.track, plan.order.is_by_target() ? 1U : 0U, {}, 0}, spec);
    hand_.prepare(
        which, [&] { return std::move(engine); }, plan);
  }

  Outcome run(uint32_t which, Observe observe, uint64_t count) {
    tell(ranks_, {Task::run, which, {}, 0, observe, count});
    return hand_.run(which, observe, count);
  }

  const Engine& engine(uint32_t which) const { return hand_.engine(which); }

 private:
  Communicator& ranks_;
  Hand hand_;
  uint32_t engines_ = 0;
};

/// The engine in rank 0's hands.
class CrewEngine final : public Engine {
 public:
  CrewEngine(std::shared_ptr<Captain> captain, std::string spec, std::unique_ptr<Engine> engine)
      : captain_(std::move(captain)),
        spec_(std::move(spec)),
        engine_(std::move(engine)),
        which_(captain_->next_engine()) {}

  void prepare(const Plan& plan) override { captain_->prepare(which_, spec_, engine_, plan); }
  Outcome run(const Inputs& inputs, Observe observe, const Deadline&) override {
    return captain_->run(which_, observe, inputs.count);
  }
  EngineCost cost() const override { return captain_->engine(which_).cost(); }
  void trace(const TraceSink& sink) const override { captain_->engine(which_).trace(sink); }
  std::string simd() const override { return captain_->engine(which_).simd(); }
  std::string note() const override { return captain_->engine(which_).note(); }
  std::string chosen() const override { return captain_->engine(which_).chosen(); }

 private:
  std::shared_ptr<Captain> captain_;
  std::string spec_;
  std::unique_ptr<Engine> engine_;  // until it is prepared
  uint32_t which_;
};

}  // namespace

ExecutionRequest with_crew(const CrewWork& work, Communicator& ranks) {
  ExecutionRequest request = work.request;
  request.behind = [captain = std::make_shared<Captain>(work, ranks)](const std::string& spec,
                                                                      std::unique_ptr<Engine> engine) {
    return std::make_unique<CrewEngine>(captain, spec, std::move(engine));
  };
  return request;
}

namespace {

/// Does what rank 0 asks; false once it dismisses.
bool follow(const CrewWork& work, Communicator& ranks, Hand& hand) {
  const std::string order = ranks.broadcast("", 0);
  Task task;
  std::memcpy(&task, order.data(), sizeof task);
  if (task.verb == Task::dismiss) return false;
  if (task.verb == Task::run) {
    hand.run(task.which, task.observe, task.count);
    return true;
  }
  Plan plan = work.request.plan;
  plan.track = task.track;
  if (task.by_target != 0) plan.order = Order();
  const auto make = [&] {
    const auto kind = resolve<EngineKind>(order.substr(sizeof task), work.request.place);
    return kind.kind().make(kind.params);
  };
  hand.prepare(task.which, make, plan);
  return true;
}

}  // namespace

void serve(const CrewWork& work, Communicator& ranks) {
  Hand hand(work, ranks);
  try {
    while (follow(work, ranks, hand)) continue;
    hand.let_go();
  } catch (const std::exception& reason) {
    ranks.abort(reason.what());  // what the engines throw is reported; after anything else nobody knows the next step
  }
}

}  // namespace sparsio
