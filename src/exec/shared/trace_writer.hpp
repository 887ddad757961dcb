// trace_writer: lays an engine's buffers out at synthetic addresses and passes spans on in batches.
#pragma once

#include <vector>

#include "net/access.hpp"

namespace sparsio {

class TraceWriter {
 public:
  explicit TraceWriter(const TraceSink& sink) : sink_(sink) { batch_.reserve(capacity); }
  TraceWriter(const TraceWriter&) = delete;
  TraceWriter& operator=(const TraceWriter&) = delete;
  ~TraceWriter() { flush(); }

  /// The address of a new buffer, on a page of its own.
  uint64_t buffer(uint64_t bytes) {
    const uint64_t address = end_;
    end_ += (bytes + page - 1) / page * page;
    return address;
  }
  void load(uint64_t address, uint32_t bytes) { add({address, bytes, Access::load}); }
  void store(uint64_t address, uint32_t bytes) { add({address, bytes, Access::store}); }

 private:
  static constexpr size_t capacity = 4096;
  static constexpr uint64_t page = 4096;

  void add(AccessSpan span) {
    batch_.push_back(span);
    if (batch_.size() == capacity) flush();
  }
  void flush() {
    if (!batch_.empty()) sink_(batch_);
    batch_.clear();
  }

  const TraceSink& sink_;
  std::vector<AccessSpan> batch_;
  uint64_t end_ = page;
};

}  // namespace sparsio
