// Every input is in one chunk; chunks are whole panels and shrink.
#include "driver/data/chunks.hpp"

#include <gtest/gtest.h>

namespace sparsio {
namespace {

TEST(Chunks, GuidedOnesCoverTheBatchInWholePanels) {
  for (const uint64_t count : {0, 1, 47, 48, 1000, 60000})
    for (const uint64_t ranks : {1, 2, 3, 8, 1000})
      for (const uint64_t panel : {1, 48, 128}) {
        const auto begins = guided_chunks(count, ranks, 2 * panel, panel);
        ASSERT_EQ(begins.front(), 0);
        ASSERT_EQ(begins.back(), count);
        uint64_t last = UINT64_MAX;
        for (size_t k = 1; k < begins.size(); ++k) {
          const uint64_t chunk = begins[k] - begins[k - 1];
          ASSERT_GT(chunk, 0);
          ASSERT_LE(chunk, last);
          ASSERT_TRUE(chunk % panel == 0 || k + 1 == begins.size());
          ASSERT_TRUE(chunk >= 2 * panel || k + 1 == begins.size());
          last = chunk;
        }
        ASSERT_LE(begins.size(), 2 + 20 * ranks) << "few enough to draw";
      }
}

TEST(Chunks, EqualOnesDifferByOneAtMost) {
  EXPECT_EQ(equal_chunks(10, 4), (std::vector<uint64_t>{0, 3, 6, 8, 10}));
  EXPECT_EQ(equal_chunks(2, 4), (std::vector<uint64_t>{0, 1, 2, 2, 2}));
  EXPECT_EQ(equal_chunks(0, 1), (std::vector<uint64_t>{0, 0}));
}

}  // namespace
}  // namespace sparsio
