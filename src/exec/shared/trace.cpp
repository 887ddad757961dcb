#include "exec/shared/trace.hpp"

#include <vector>

#include "net/addressed_visitor.hpp"

namespace sparsio {
namespace {

/// Gives the addresses away in batches.
class Trace final : public AddressedVisitor<Trace> {
 public:
  explicit Trace(const TraceSink& sink) : sink_(sink) { batch_.reserve(capacity); }
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;
  ~Trace() override { flush(); }

  void touch(uint64_t address, uint64_t bytes, Access access, Content content) {
    batch_.push_back({address, static_cast<uint32_t>(bytes), access, content});
    if (batch_.size() == capacity) flush();
  }

 private:
  static constexpr size_t capacity = 4096;

  void flush() {
    if (!batch_.empty()) sink_(batch_);
    batch_.clear();
  }

  const TraceSink& sink_;
  std::vector<AccessSpan> batch_;
};

}  // namespace

void trace(const Engine& engine, const Worker& worker, PassInputs inputs, const TraceSink& sink) {
  if (const std::string reason = engine.opaque(); !reason.empty()) throw Unsupported(reason);
  Trace listener(sink);
  engine.visit(listener, worker, inputs);
}

}  // namespace sparsio
