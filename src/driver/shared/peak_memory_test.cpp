// What is touched counts, also after it is given back, and is forgotten when that is asked for.
#include "driver/shared/peak_memory.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstring>

namespace sparsio {
namespace {

constexpr size_t bytes = size_t{1} << 27;

void touch_and_give_back() {
  void* const memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  std::memset(memory, 1, bytes);
  munmap(memory, bytes);
}

TEST(PeakMemory, IsOfWhatWasTouchedSinceItWasForgotten) {
  if (peak_memory() == 0) GTEST_SKIP() << "/proc/self/status has no VmHWM";
  forget_peak_memory();
  const uint64_t before = peak_memory();
  touch_and_give_back();
  EXPECT_GE(peak_memory(), before + bytes / 2);
  const uint64_t most = peak_memory();
  forget_peak_memory();
  const uint64_t after = peak_memory();
  if (after == most) GTEST_SKIP() << "the kernel does not forget the peak";
  EXPECT_LT(after, most - bytes / 2);
}

}  // namespace
}  // namespace sparsio
