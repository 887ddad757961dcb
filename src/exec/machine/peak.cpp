#include "exec/machine/peak.hpp"

#include <omp.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <memory>

#include "exec/shared/aligned.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "exec/machine/peak.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace sparsio {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// Twelve independent chains, enough for two multiply-adds a cycle of up to six cycles. Returns how many were done.
uint64_t MultiplyAdd(uint64_t rounds, float* result) {
  const hn::ScalableTag<float> f;
  constexpr size_t chains = 12;
  const auto factor = hn::Set(f, 0.999F);
  const auto term = hn::Set(f, 0.001F);
  hn::Vec<decltype(f)> sum[chains];
#pragma GCC unroll 12
  for (size_t c = 0; c < chains; ++c) sum[c] = hn::Set(f, static_cast<float>(c));
  for (uint64_t r = 0; r < rounds; ++r)
#pragma GCC unroll 12
    for (size_t c = 0; c < chains; ++c) sum[c] = hn::MulAdd(sum[c], factor, term);
  auto all = sum[0];
#pragma GCC unroll 12
  for (size_t c = 1; c < chains; ++c) all = hn::Add(all, sum[c]);
  *result = hn::GetLane(hn::SumOfLanes(f, all));
  return rounds * chains * hn::Lanes(f);
}

void Read(const float* from, uint64_t floats, float* result) {
  const hn::ScalableTag<float> f;
  const size_t lanes = hn::Lanes(f);
  constexpr size_t chains = 8;
  hn::Vec<decltype(f)> most[chains];
#pragma GCC unroll 8
  for (size_t c = 0; c < chains; ++c) most[c] = hn::Zero(f);
  for (uint64_t i = 0; i + chains * lanes <= floats; i += chains * lanes)
#pragma GCC unroll 8
    for (size_t c = 0; c < chains; ++c) most[c] = hn::Max(most[c], hn::LoadU(f, from + i + c * lanes));
  auto all = most[0];
#pragma GCC unroll 8
  for (size_t c = 1; c < chains; ++c) all = hn::Max(all, most[c]);
  *result = hn::GetLane(hn::MaxOfLanes(f, all));
}

}  // namespace HWY_NAMESPACE
}  // namespace sparsio
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sparsio {

HWY_EXPORT(MultiplyAdd);
HWY_EXPORT(Read);

namespace {

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// `work(thread)` again and again on every thread until the time is over; it returns the amount it has done.
template <class Work>
PeakRate measure(unsigned threads, double seconds, const Work& work) {
  double amount = 0;
  const double cpu = cpu_seconds();
  const auto start = std::chrono::steady_clock::now();
  const auto elapsed = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); };
#pragma omp parallel num_threads(threads) reduction(+ : amount)
  {
    const auto thread = static_cast<unsigned>(omp_get_thread_num());
    do amount += work(thread);  // once, though a busy machine starts the thread too late
    while (elapsed() < seconds);
  }
  return {amount / elapsed(), amount / (cpu_seconds() - cpu)};
}

/// What the kernels compute must not be optimised away.
void keep(float result) {
  volatile float kept = result;
  static_cast<void>(kept);
}

struct LinesDelete {
  uint64_t floats;
  void operator()(float* lines) const { AlignedAllocator<float>().deallocate(lines, floats); }
};

/// A page of memory is where the thread that first writes it runs: each writes the part that it will read. (Were the
/// caller to write all, a machine of two sockets would show what one of them has.)
void fill_parts(float* array, unsigned threads, uint64_t part) {
#pragma omp parallel num_threads(threads)
  {
    const auto team = static_cast<unsigned>(omp_get_num_threads());
    for (auto p = static_cast<unsigned>(omp_get_thread_num()); p < threads; p += team)
      std::fill_n(array + p * part, part, 1.0F);
  }
}

/// The best of as many windows as there is time for, after one that warms.
template <class Window>
PeakRate best_of(double seconds, double window_seconds, const Window& window) {
  PeakRate best;
  static_cast<void>(window(window_seconds));
  for (double left = seconds; left > 0; left -= window_seconds) best = better_of(best, window(window_seconds));
  return best;
}

}  // namespace

PeakRate better_of(const PeakRate& a, const PeakRate& b) {
  return {std::max(a.per_second, b.per_second), std::max(a.per_cpu_second, b.per_cpu_second)};
}

PeakRate fma_peak(unsigned threads, double seconds) {
  const auto work = [](unsigned) {
    float result = 0;
    const auto amount = static_cast<double>(HWY_DYNAMIC_DISPATCH(MultiplyAdd)(10000, &result));
    keep(result);
    return amount;
  };
  return best_of(seconds, 0.01, [&](double window) { return measure(threads, window, work); });
}

PeakRate read_peak(unsigned threads, uint64_t bytes, double seconds) {
  const uint64_t part = bytes / 4 / threads;
  const std::unique_ptr<float[], LinesDelete> array(AlignedAllocator<float>().allocate(part * threads),
                                                    {part * threads});
  fill_parts(array.get(), threads, part);
  // A pass at most 4 MiB long, so that the clock is looked at often; then on from there.
  const uint64_t piece = std::min<uint64_t>(part, 1U << 20);
  std::vector<uint64_t> at(threads * 8, 0);  // a cache line a thread
  const auto work = [&](unsigned thread) {
    uint64_t& begin = at[thread * 8];
    if (begin + piece > part) begin = 0;
    float result = 0;
    HWY_DYNAMIC_DISPATCH(Read)(array.get() + thread * part + begin, piece, &result);
    keep(result);
    begin += piece;
    return 4.0 * static_cast<double>(piece);
  };
  return best_of(seconds, 0.02, [&](double window) { return measure(threads, window, work); });
}

}  // namespace sparsio
#endif
