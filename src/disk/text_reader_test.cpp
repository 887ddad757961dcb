#include "disk/text_reader.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "disk/atomic_file.hpp"
#include "disk/refusal_fixture.hpp"
#include "disk/temporary_folder_fixture.hpp"

namespace sparsio {
namespace {

std::vector<std::string> lines_of(const std::string& path) {
  TextReader text(path);
  std::vector<std::string> lines;
  std::string_view line;
  while (text.next(line)) {
    lines.emplace_back(line);
    EXPECT_EQ(text.line_number(), lines.size());
  }
  return lines;
}

/// The dumb form: getline.
std::vector<std::string> lines_in(const std::string& bytes) {
  std::vector<std::string> lines;
  std::istringstream stream(bytes);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

TEST(TextReader, GivesTheLinesThatGetlineGives) {
  const TemporaryFolder folder;
  RandomStream random(1, 1);
  for (int round = 0; round < 30; ++round) {
    std::string bytes;
    const uint64_t longest = round % 3 == 0 ? 4 : round % 3 == 1 ? 3000 : 400'000;
    const size_t size = random.below(round % 3 == 2 ? 3'000'000 : 600'000);
    while (bytes.size() < size) bytes += std::string(random.below(longest), static_cast<char>('a' + round % 26)) + "\n";
    if (round % 2) bytes += "no end";
    for (const std::string name : {"a.txt", "a.txt.gz"}) {
      write_file(folder / name, bytes);
      ASSERT_EQ(lines_of(folder / name), lines_in(bytes)) << round;
      if (longest > 3000) break;
    }
  }
}

TEST(TextReader, TakesCrlfAndAMissingLastEnd) {
  const TemporaryFolder folder;
  const std::vector<std::string> expected{"a", "", "b"};
  EXPECT_EQ(lines_of(folder.put("a", "a\r\n\r\nb\r\n")), expected);
  EXPECT_EQ(lines_of(folder.put("a", "a\n\nb")), expected);
  EXPECT_EQ(lines_of(folder.put("a", "a\r\n\r\nb")), expected);
  EXPECT_TRUE(lines_of(folder.put("a", "")).empty());
}

TEST(TextReader, RefusesWhatIsNotText) {
  const TemporaryFolder folder;
  const auto message = [&](const std::string& bytes) { return refusal([&] { lines_of(folder.put("a", bytes)); }); };
  const std::string path = folder / "a";
  EXPECT_EQ(message("a\nb\r\n"), path + ":2: the line ends in CRLF, the ones before in LF; use one kind of line end");
  EXPECT_EQ(message("a\r\nb\nc"), path + ":2: the line ends in LF, the ones before in CRLF; use one kind of line end");
  EXPECT_EQ(message(std::string("a\nb\nc\0d\n", 8)).find(path + ":3: there is a NUL byte"), 0U);
  EXPECT_EQ(message("a\n" + std::string(TextReader::longest_line, 'x') + "\nb"), "");
  EXPECT_EQ(
      message("a\n" + std::string(TextReader::longest_line + 1, 'x') + "\nb").find(path + ":2: the line is longer"),
      0U);
  EXPECT_EQ(message("a\n" + std::string(9'000'000, 'x')).find(path + ":2: the line is longer than 1048576 bytes"), 0U);
}

TEST(TextReader, NulBytesAreFoundWhereverBlocksEnd) {
  const TemporaryFolder folder;
  std::string bytes;
  while (bytes.size() < 600'000) bytes += "0123456789abcde\n";
  for (const size_t at : {size_t{0}, size_t{262'143}, size_t{262'144}, size_t{262'150}, bytes.size() - 1}) {
    std::string bad = bytes;
    bad[at] = '\0';
    const std::string message = refusal([&] { lines_of(folder.put("a", bad)); });
    EXPECT_EQ(message.find(line_place(folder / "a", at / 16 + 1) + ": there is a NUL byte"), 0U) << message;
  }
}

TEST(TextReader, QuotesOnlyWhatCanBeShown) {
  EXPECT_EQ(printable("a b"), "'a b'");
  EXPECT_EQ(printable("\x1f\xff\t"), "'\\x1f\\xff\\x09'");
  EXPECT_EQ(printable(std::string(50, 'x')), "'" + std::string(40, 'x') + "...'");
}

}  // namespace
}  // namespace sparsio
