#include <gtest/gtest.h>

#include "disk/atomic_file.hpp"
#include "disk/refusal_fixture.hpp"
#include "disk/temporary_folder_fixture.hpp"
#include "format/format.hpp"

namespace sparsio {
namespace {

const FormatKind& bits() {
  return Registry<FormatKind>::instance().find("bits", "test").kind;
}

Inputs read(const std::string& path, uint32_t width, const std::vector<NamedText>& given = {}) {
  return bits().read_inputs(path, width, Params(bits().options, given, "bits"));
}

Inputs random_inputs(uint64_t count, uint32_t width, uint64_t seed) {
  Inputs inputs{count, width, {}, {}, "test"};
  inputs.bits.assign(count * inputs.row_bytes(), 0);
  RandomStream random(seed, count);
  for (uint64_t i = 0; i < count; ++i)
    for (uint32_t n = 0; n < width; ++n)
      if (random.below(4) == 0) inputs.bits[i * inputs.row_bytes() + n / 8] |= static_cast<uint8_t>(128 >> (n % 8));
  return inputs;
}

TEST(Bits, RoundTripsInEveryPackingAndWidth) {
  const TemporaryFolder folder;
  for (const uint32_t width : {1U, 7U, 8U, 9U, 1024U})
    for (const std::string ending : {".bits", ".bits.gz", ".bits.xz"}) {
      const Inputs inputs = random_inputs(1000, width, width);
      const std::string path = folder / ("a" + ending);
      bits().write_inputs(inputs, path);
      const Inputs back = read(path, width);
      EXPECT_EQ(back.count, 1000U);
      EXPECT_EQ(back.bits, inputs.bits);
      EXPECT_EQ(back.origin, "file");
      const Inputs part = read(path, width, {{"count", "7"}});
      EXPECT_EQ(part.count, 7U);
      EXPECT_EQ(part.bits, first_rows(inputs, 7).bits);
    }
}

TEST(Bits, MostSignificantBitFirst) {
  const TemporaryFolder folder;
  const Inputs inputs = read(folder.put("a.bits", "\x81\x40"), 10);
  ASSERT_EQ(inputs.count, 1U);
  for (uint32_t n = 0; n < 10; ++n) EXPECT_EQ(inputs.at(0, n), n == 0 || n == 7 || n == 9 ? 1 : 0) << n;
}

TEST(Bits, RawBitsThatLookPackedAreRawBits) {
  const TemporaryFolder folder;
  EXPECT_EQ(read(folder.put("a.bits", "\x1f\x8b\x08\x01"), 16).count, 2U);
}

TEST(Bits, RefusesWithThePlace) {
  const TemporaryFolder folder;
  const std::string path = folder.put("a.bits", "\xff\xc0\xff\xc0");
  const auto message = [&](uint32_t width, const std::vector<NamedText>& given = {}) {
    return refusal([&] { read(path, width, given); });
  };
  EXPECT_EQ(message(0),
            path + ": a .bits file does not say how wide a row is; give its network, or --width N to sparsio convert");
  EXPECT_EQ(
      message(17),
      path +
          ": 4 bytes are no whole number of rows of 3 bytes (17 bits); give the width that the file was written with");
  EXPECT_EQ(
      message(9),
      path + ": input 1, byte 1: a bit beyond the 9 of a row is set; give the width that the file was written with");
  EXPECT_EQ(message(10, {{"count", "3"}}), path + ": 2 inputs, not 3; give count= up to that");
  EXPECT_EQ(message(10), "");
  EXPECT_EQ(message(17, {{"count", "1"}}), message(17));
  folder.put("a.bits", "");
  EXPECT_EQ(message(8), path + ": the file is empty; give packed input bits");
  EXPECT_NE(refusal([&] { read(folder / "none.bits", 8); }).find("none.bits: cannot be opened"), std::string::npos);
  Inputs floats{1, 2, {}, {0.5F, 1}, "test"};
  EXPECT_NE(refusal([&] { bits().write_inputs(floats, path); }).find("not all 0 or 1"), std::string::npos);
}

TEST(Bits, TruncationAtEveryByteIsRefused) {
  const TemporaryFolder folder;
  for (const std::string ending : {".bits.gz", ".bits.xz"}) {
    bits().write_inputs(random_inputs(20, 64, 5), folder / ("a" + ending));
    const std::string whole = slurp(folder / ("a" + ending));
    for (size_t size = 0; size < whole.size(); ++size) {
      const std::string path = folder.put("cut" + ending, whole.substr(0, size));
      EXPECT_EQ(refusal([&] { read(path, 64); }).find(path + ": "), 0U) << size;
    }
  }
}

TEST(Bits, MutantsAreReadOrRefused) {
  const TemporaryFolder folder;
  for (const std::string ending : {".bits", ".bits.gz", ".bits.xz"}) {
    bits().write_inputs(random_inputs(20, 60, 5), folder / ("a" + ending));
    const std::string good = slurp(folder / ("a" + ending));
    int refused = 0;
    for (uint64_t seed = 0; seed < 300; ++seed) {
      const std::string path = folder.put("m" + ending, mutant(good, seed));
      if (!refusal([&] { read(path, 60); }).empty()) ++refused;
    }
    EXPECT_GT(refused, 0) << ending;
  }
}

TEST(Bits, OfficialImages) {
  const std::string path = std::string(SPARSIO_OFFICIAL_DATA) + "/sparse-images-1024.bits.xz";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no official data at " << path;
  const Inputs inputs = read(path, 1024);
  EXPECT_EQ(inputs.count, 60000U);
  uint64_t set = 0;
  for (const uint8_t byte : inputs.bits) set += static_cast<uint64_t>(__builtin_popcount(byte));
  const double density = static_cast<double>(set) / (60000.0 * 1024);
  RecordProperty("mean_density", std::to_string(density));
  std::cout << "mean density of the official images: " << density << "\n";
  EXPECT_GT(density, 0.05);
  EXPECT_LT(density, 0.25);
}

}  // namespace
}  // namespace sparsio
