#include "topo/byte_size.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace sparsio {
namespace {

TEST(ByteSize, UnitsAreWhatTheySay) {
  EXPECT_EQ(parse_byte_size("32768B", "test"), 32768U);
  EXPECT_EQ(parse_byte_size("512KiB", "test"), 512U * 1024);
  EXPECT_EQ(parse_byte_size("2MiB", "test"), 2U << 20);
  EXPECT_EQ(parse_byte_size("1GiB", "test"), 1U << 30);
  EXPECT_EQ(parse_byte_size("500kB", "test"), 500000U);
  EXPECT_EQ(parse_byte_size("2MB", "test"), 2000000U);
  EXPECT_EQ(parse_byte_size("1.5KiB", "test"), 1536U);
  EXPECT_EQ(parse_byte_size("9007199254740993B", "test"), 9007199254740993U);
}

TEST(ByteSize, WhatIsNoSizeIsRefused) {
  for (const char* text : {"", "B", "12", "2 MiB", "2KB", "2mib", "2M", "-1B", "0.3B", "1.2.3MiB", "nanB", "9999999TiB",
                           "99999999999999999999999B", "2MiBx"})
    EXPECT_THROW(parse_byte_size(text, "test"), BadInput) << text;
}

TEST(ByteSize, TextReadsBack) {
  EXPECT_EQ(byte_size_text(0), "0 B");
  EXPECT_EQ(byte_size_text(1000), "1000 B");
  EXPECT_EQ(byte_size_text(16U << 20), "16 MiB");
  EXPECT_EQ(byte_size_text(1441792), "1.375 MiB");
  EXPECT_EQ(byte_size_text(uint64_t{240} << 20), "240 MiB");
  EXPECT_EQ(byte_size_text(100 * 1024), "100 KiB");
}

}  // namespace
}  // namespace sparsio
