#include "count/cache/interleave.hpp"

#include <algorithm>
#include <exception>
#include <memory>
#include <semaphore>
#include <thread>
#include <vector>

namespace sparsio {
namespace {

/// Thrown through the trace of a worker that another one's failure ends.
struct Stopped {};

/// Only who has the token looks at anything here.
class Round {
 public:
  Round(const Turns& turns, const WorkerTrace& trace, const TeamSink& sink)
      : turns_(turns), trace_(trace), sink_(sink), is_done_(turns.workers, 0) {
    for (uint32_t w = 0; w < turns.workers; ++w) token_.push_back(std::make_unique<std::binary_semaphore>(0));
  }

  void run() {
    std::vector<std::jthread> threads;
    try {
      for (uint32_t w = 0; w < turns_.workers; ++w) threads.emplace_back([this, w] { work(w); });
    } catch (...) {  // fewer threads than workers: those that are there see the failure and end
      failure_ = std::current_exception();
      for (size_t w = threads.size(); w < is_done_.size(); ++w) is_done_[w] = 1;
      if (threads.empty()) std::rethrow_exception(failure_);
    }
    token_.front()->release();
    threads.clear();
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  void work(uint32_t worker) {
    token_[worker]->acquire();
    try {
      if (!failure_) tell(worker);
    } catch (const Stopped&) {
    } catch (...) {
      failure_ = std::current_exception();
    }
    is_done_[worker] = 1;
    if (const uint32_t next = next_of(worker); next != worker) token_[next]->release();
  }

  void tell(uint32_t worker) {
    for (uint64_t late = uint64_t{worker} * turns_.lag; late > 0; --late) pass_on(worker);
    uint64_t left = turns_.quantum;
    for (uint32_t panel = 0; panel < turns_.panels; ++panel)
      trace_(worker, panel, [&](std::span<const AccessSpan> spans) {
        while (!spans.empty()) {
          if (left == 0) {
            pass_on(worker);
            left = turns_.quantum;
          }
          const auto now = static_cast<size_t>(std::min<uint64_t>(left, spans.size()));
          sink_(worker, panel, spans.first(now));
          spans = spans.subspan(now);
          left -= now;
        }
      });
  }

  void pass_on(uint32_t worker) {
    const uint32_t next = next_of(worker);
    if (next == worker) return;
    token_[next]->release();
    token_[worker]->acquire();
    if (failure_) throw Stopped();
  }

  /// The next one that is not at its end; `worker` itself where there is no other.
  uint32_t next_of(uint32_t worker) const {
    uint32_t next = worker;
    do next = (next + 1) % turns_.workers;
    while (next != worker && is_done_[next] != 0);
    return next;
  }

  const Turns& turns_;
  const WorkerTrace& trace_;
  const TeamSink& sink_;
  std::vector<std::unique_ptr<std::binary_semaphore>> token_;
  std::vector<char> is_done_;
  std::exception_ptr failure_;
};

}  // namespace

void interleave(const Turns& turns, const WorkerTrace& trace, const TeamSink& sink) {
  if (turns.workers > 1) {
    Round(turns, trace, sink).run();
    return;
  }
  for (uint32_t panel = 0; panel < turns.panels; ++panel)
    trace(0, panel, [&](std::span<const AccessSpan> spans) { sink(0, panel, spans); });
}

}  // namespace sparsio
