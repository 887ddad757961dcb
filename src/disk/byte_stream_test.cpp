#include "disk/byte_stream.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "disk/atomic_file.hpp"
#include "disk/refusal_fixture.hpp"
#include "disk/temporary_folder_fixture.hpp"

namespace sparsio {
namespace {

std::string read_all(ByteStream& stream, size_t block) {
  std::string all;
  std::vector<char> bytes(block);
  while (const size_t got = stream.read(bytes.data(), bytes.size())) all.append(bytes.data(), got);
  return all;
}

/// Half of it repeats, half does not: both sides of a packer.
std::string sample(size_t size) {
  std::string bytes;
  RandomStream random(3, size);
  while (bytes.size() < size)
    bytes += random.below(2) ? "1\t2\t6.250000e-02\n" : std::string(1, static_cast<char>(random.below(256)));
  bytes.resize(size);
  return bytes;
}

TEST(ByteStream, RoundTripsThroughEveryPacking) {
  const TemporaryFolder folder;
  for (const std::string ending : {"", ".gz", ".xz"})
    for (const size_t size : {0, 1, 1000, 700'000}) {
      const std::string path = folder / ("file" + ending);
      const std::string bytes = sample(size);
      write_file(path, bytes);
      for (const size_t block : {1 << 18, 4096 + 1})
        EXPECT_EQ(read_all(*open_bytes(path), block), bytes) << path << " " << size;
      if (size == 1000) {
        EXPECT_EQ(read_all(*open_bytes(path), 1), bytes);
      }
    }
  EXPECT_EQ(folder.entries(), 3U);
}

TEST(ByteStream, PackedFilesAreTheSameBytesEachTime) {
  const TemporaryFolder folder;
  for (const std::string ending : {".gz", ".xz"}) {
    write_file(folder / ("a" + ending), sample(10'000));
    write_file(folder / ("b" + ending), sample(10'000));
    EXPECT_EQ(slurp(folder / ("a" + ending)), slurp(folder / ("b" + ending)));
  }
}

TEST(ByteStream, SeveralMembersAreOneStream) {
  const TemporaryFolder folder;
  for (const std::string ending : {".gz", ".xz"}) {
    write_file(folder / ("a" + ending), "first ");
    write_file(folder / ("b" + ending), "second");
    const std::string both = folder.put("c" + ending, slurp(folder / ("a" + ending)) + slurp(folder / ("b" + ending)));
    EXPECT_EQ(read_all(*open_bytes(both), 100), "first second");
  }
}

TEST(ByteStream, TextIsKnownByItsFirstBytesAndBitsAreNot) {
  const TemporaryFolder folder;
  for (const std::string ending : {".gz", ".xz"}) {
    write_file(folder / ("a" + ending), "text");
    const std::string plain_name = folder.put("a.tsv", slurp(folder / ("a" + ending)));
    EXPECT_EQ(read_all(*open_text(plain_name), 100), "text");
    EXPECT_EQ(read_all(*open_bytes(plain_name), 100), slurp(plain_name));
  }
}

TEST(ByteStream, TruncationAtEveryByteIsAnErrorThatNamesTheFile) {
  const TemporaryFolder folder;
  for (const std::string ending : {".gz", ".xz"}) {
    write_file(folder / ("a" + ending), sample(600));
    const std::string whole = slurp(folder / ("a" + ending));
    for (size_t size = 0; size < whole.size(); ++size) {
      const std::string path = folder.put("cut" + ending, whole.substr(0, size));
      const std::string message = refusal([&] { read_all(*open_bytes(path), 64); });
      EXPECT_EQ(message.find(path + ": the "), 0U) << size << " of " << whole.size() << ": " << message;
      EXPECT_NE(message.find("truncated"), std::string::npos) << size << ": " << message;
    }
  }
}

TEST(ByteStream, RefusesWhatIsNotPackedOrCorrupt) {
  const TemporaryFolder folder;
  const auto message = [&](const std::string& name, const std::string& bytes) {
    return refusal([&] { read_all(*open_bytes(folder.put(name, bytes)), 4096); });
  };
  EXPECT_NE(message("a.gz", "1\t2\t3\n plain text").find("the gzip data are corrupt (incorrect header check)"),
            std::string::npos);
  EXPECT_NE(message("a.xz", "1\t2\t3\n plain text").find("the data are not xz data"), std::string::npos);
  for (const std::string ending : {".gz", ".xz"}) {
    write_file(folder / ("good" + ending), sample(600));
    const std::string good = slurp(folder / ("good" + ending));
    EXPECT_NE(message("tail" + ending, good + "tail of other bytes"), "");
    std::string flipped = good;
    flipped[good.size() / 2] = static_cast<char>(~flipped[good.size() / 2]);
    EXPECT_NE(message("flipped" + ending, flipped), "");
  }
  write_file(folder / "b.gz", "x");
  EXPECT_NE(message("b.gz", slurp(folder / "b.gz") + "tail").find("after the gzip data"), std::string::npos);
}

TEST(ByteStream, RefusesWhatIsNoFile) {
  const TemporaryFolder folder;
  EXPECT_EQ(refusal([&] { open_bytes(folder / "none"); }).find(folder / "none: cannot be opened: No such file"), 0U);
  EXPECT_EQ(refusal([&] { open_bytes(folder.path()); }), folder.path() + ": is a folder; give a file");
  EXPECT_NE(refusal([&] { open_bytes("/dev/zero"); }).find("not a regular file"), std::string::npos);
}

}  // namespace
}  // namespace sparsio
