// alone: one process is all ranks there are.
#include <stdexcept>

#include "mpi/communicator.hpp"

namespace sparsio {
namespace {

class AloneCounter final : public Counter {
 public:
  int64_t next(int64_t amount) override {
    const int64_t before = value_;
    value_ += amount;
    return before;
  }

 private:
  int64_t value_ = 0;
};

class Alone final : public Communicator {
 public:
  int rank() const override { return 0; }
  int size() const override { return 1; }
  void barrier() override {}
  double max(double value) override { return value; }
  void sum(std::span<uint64_t>) override {}
  std::string broadcast(std::string bytes, int) override { return bytes; }
  std::vector<std::string> gather(const std::string& bytes, int) override { return {bytes}; }
  void start(std::span<const Message> receives, std::span<const Message> sends) override {
    if (!receives.empty() || !sends.empty()) throw std::logic_error("one process has nobody to send to");
  }
  void finish() override {}
  std::unique_ptr<Counter> counter() override { return std::make_unique<AloneCounter>(); }
  std::unique_ptr<Communicator> part(int color) override { return color < 0 ? nullptr : std::make_unique<Alone>(); }
  std::unique_ptr<Communicator> node() override { return std::make_unique<Alone>(); }
  uint64_t calls_of_watch() const override { return 0; }
  void abort(const std::string& why) override { throw BadInput("", why); }
};

std::unique_ptr<Communicator> join() {
  return std::make_unique<Alone>();
}

const Register<CommunicatorKind> registered{{"one process, no ranks", {}, join}};

}  // namespace
}  // namespace sparsio
