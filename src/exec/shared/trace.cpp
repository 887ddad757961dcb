#include "exec/shared/trace.hpp"

#include <vector>

namespace sparsio {
namespace {

/// Gives the addresses away in batches.
class Trace final : public AddressedVisitor<Trace> {
 public:
  Trace(const AddressPlace& place, const TraceSink& sink) : AddressedVisitor(place), sink_(sink) {
    batch_.reserve(capacity);
  }
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

/// Where nobody listens: for the addresses alone.
class Extent final : public AddressedVisitor<Extent> {
 public:
  void touch(uint64_t, uint64_t, Access, Content) {}
};

}  // namespace

void trace(const Engine& engine, const Worker& worker, PassInputs inputs, const AddressPlace& place,
           const TraceSink& sink) {
  if (const std::string reason = engine.opaque(); !reason.empty()) throw Unsupported(reason);
  Trace listener(place, sink);
  engine.visit(listener, worker, inputs);
}

void trace(const Engine& engine, const Worker& worker, PassInputs inputs, const TraceSink& sink) {
  trace(engine, worker, inputs, AddressPlace(), sink);
}

uint64_t trace_reach(const Engine& engine, const Worker& worker, PassInputs inputs) {
  constexpr uint64_t page = 4096;
  Extent extent;
  engine.visit(extent, worker, inputs);
  return ((extent.end() + page - 1) / page | 1) * page;
}

}  // namespace sparsio
