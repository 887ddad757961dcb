#include "count/shared/calibration_kernel.hpp"

#include <bit>
#include <memory>
#include <new>

#include "base/error.hpp"
#include "base/nearest.hpp"

namespace sparsio {
namespace {

constexpr uint64_t walks = 2;
constexpr uint64_t page_bytes = 4096;

/// The lines of a walk in their sequence. `lines` is a power of two.
class Walk {
 public:
  Walk(CalibrationKernel::Sequence sequence, uint64_t lines)
      : sequence_(sequence), mask_(lines - 1), shift_((std::bit_width(lines) + 1) / 2) {}

  uint64_t count() const { return sequence_ == CalibrationKernel::Sequence::strided ? (mask_ + 1) / 2 : mask_ + 1; }
  uint64_t line(uint64_t k) const {
    switch (sequence_) {
      case CalibrationKernel::Sequence::stream:
        return k;
      case CalibrationKernel::Sequence::strided:
        return 2 * k;
      case CalibrationKernel::Sequence::gather:
        break;
    }
    // Odd factors and a shift to the right are each undone by another of their kind, so no line comes twice.
    uint64_t x = (k * 0x9e3779b97f4a7c15U) & mask_;
    x ^= x >> shift_;
    x = (x * 0xbf58476d1ce4e5b9U) & mask_;
    x ^= x >> shift_;
    return x;
  }

 private:
  CalibrationKernel::Sequence sequence_;
  uint64_t mask_;
  int shift_;
};

struct Freed {
  void operator()(unsigned char* bytes) const { ::operator delete[](bytes, std::align_val_t{page_bytes}); }
};

}  // namespace

const std::vector<CalibrationKernel>& calibration_kernels() {
  using Sequence = CalibrationKernel::Sequence;
  static const std::vector<CalibrationKernel> kernels = {
      {"stream_read", Sequence::stream, Access::load},     {"strided_read", Sequence::strided, Access::load},
      {"gather_read", Sequence::gather, Access::load},     {"stream_write", Sequence::stream, Access::store},
      {"strided_write", Sequence::strided, Access::store}, {"gather_write", Sequence::gather, Access::store}};
  return kernels;
}

const CalibrationKernel& find_known_kernel(const std::string& name, const std::string& place) {
  std::vector<std::string> names;
  for (const CalibrationKernel& kernel : calibration_kernels()) {
    if (kernel.name == name) return kernel;
    names.push_back(kernel.name);
  }
  throw BadInput(place, "no kernel '" + name + "'", suggest(name, names));
}

uint64_t known_region_lines(const CacheGeometry& cache) {
  return std::bit_ceil(8 * std::max<uint64_t>(1, cache.bytes / cache.line_bytes));
}

uint64_t known_misses(const CalibrationKernel& kernel, uint64_t region_lines) {
  return walks * Walk(kernel.sequence, region_lines).count();
}

Pass known_pass(const CalibrationKernel& kernel, uint64_t region_lines, uint32_t line_bytes) {
  const uint64_t bytes = region_lines * line_bytes;
  const std::shared_ptr<unsigned char> region(
      static_cast<unsigned char*>(::operator new[](bytes, std::align_val_t{page_bytes})), Freed());
  for (uint64_t at = 0; at < bytes; at += page_bytes) region.get()[at] = 1;  // pages are given out now, not in the pass
  return [=] {
    const Walk walk(kernel.sequence, region_lines);
    const uint64_t count = walk.count();
    for (uint64_t w = 0; w < walks; ++w) {
      if (kernel.access == Access::load)
        for (uint64_t k = 0; k < count; ++k)
          static_cast<void>(*const_cast<const volatile unsigned char*>(region.get() + walk.line(k) * line_bytes));
      else
        for (uint64_t k = 0; k < count; ++k)
          *const_cast<volatile unsigned char*>(region.get() + walk.line(k) * line_bytes) =
              static_cast<unsigned char>(w);
    }
  };
}

void trace_known_pass(const CalibrationKernel& kernel, uint64_t region_lines, uint32_t line_bytes,
                      const TraceSink& sink) {
  constexpr size_t batch = 4096;
  const Walk walk(kernel.sequence, region_lines);
  std::vector<AccessSpan> spans;
  for (uint64_t w = 0; w < walks; ++w)
    for (uint64_t k = 0; k < walk.count(); ++k) {
      spans.push_back({walk.line(k) * line_bytes, 1, kernel.access});
      if (spans.size() < batch) continue;
      sink(spans);
      spans.clear();
    }
  sink(spans);
}

}  // namespace sparsio
