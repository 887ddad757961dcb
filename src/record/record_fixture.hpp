// record_fixture: what the tests of this folder share. A schema with every type, random records over it that do not
// shun what breaks formats (NaN, infinities, -0, denormals, quotes, newlines, long and not quite valid texts), a
// folder.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <bit>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/random.hpp"
#include "record/record.hpp"
#include "record/results.hpp"

namespace sparsio {

inline const Schema& test_schema() {
  static const Schema schema = {{"run", Type::text, 32, "", "run id"},
                                {"status", Type::text, 11, "", "how it ended"},
                                {"error", Type::text, 60, "", "why, if not well"},
                                {"reads", Type::integer, 0, "words", "words read"},
                                {"seconds", Type::real, 0, "seconds", "median time, \"run\" only"},
                                {"letter", Type::text, 1, "", "the narrowest text"},
                                {"ratio", Type::real, 0, "", "total over the lower bound"}};
  return schema;
}

inline double random_real(RandomStream& random) {
  constexpr double special[] = {std::numeric_limits<double>::quiet_NaN(),
                                std::numeric_limits<double>::infinity(),
                                -std::numeric_limits<double>::infinity(),
                                -0.0,
                                std::numeric_limits<double>::denorm_min(),
                                std::numeric_limits<double>::max(),
                                0.1};
  if (random.below(2) == 0) return special[random.below(std::size(special))];
  const auto real = std::bit_cast<double>(random.next());
  return real != real ? 1.5 : real;  // NaN is one value for us, whatever its payload
}

inline int64_t random_integer(RandomStream& random) {
  constexpr int64_t special[] = {0, -1, INT64_MAX, INT64_MIN, (int64_t{1} << 53) + 1};
  return random.below(2) == 0 ? special[random.below(std::size(special))] : static_cast<int64_t>(random.next());
}

inline std::string random_text(RandomStream& random) {
  constexpr std::string_view pieces[] = {"a",  "Z",  "7", " ",  ",",    "\"",   "\n",   "\r\n",
                                         "\t", "\\", "é", "漢", "🙂", "\x80", "\xc3", "nan"};
  std::string text;
  for (uint64_t k = random.below(40); k > 0; --k) text += pieces[random.below(std::size(pieces))];
  return text;
}

inline std::string random_run(RandomStream& random) {
  std::string run;
  for (int k = 0; k < 32; ++k) run += "0123456789abcdef"[random.below(16)];
  return run;
}

inline Record random_record(RandomStream& random) {
  Record record(test_schema());
  for (const Column& column : test_schema()) {
    if (column.type == Type::integer) record.set(column.name, random_integer(random));
    if (column.type == Type::real) record.set(column.name, random_real(random));
    if (column.type == Type::text) record.set(column.name, random_text(random));
  }
  record.set("run", random_run(random));
  return record;
}

inline std::vector<Sample> random_samples(RandomStream& random, const std::string& run) {
  std::vector<Sample> samples;
  for (uint64_t k = random.below(4); k > 0; --k)
    samples.push_back({run, static_cast<int64_t>(k), static_cast<int64_t>(random.below(9)), random_integer(random),
                       random.uniform(), random_integer(random), random_real(random),
                       random.below(2) == 0 ? std::numeric_limits<double>::quiet_NaN() : random.uniform()});
  return samples;
}

/// Equal bit for bit, where a NaN equals a NaN.
inline bool same(double a, double b) {
  return (a != a && b != b) || std::bit_cast<uint64_t>(a) == std::bit_cast<uint64_t>(b);
}

inline bool same(const Record& a, const Record& b) {
  if (a.cells().size() != b.cells().size()) return false;
  for (size_t column = 0; column < a.cells().size(); ++column) {
    const auto* left = std::get_if<double>(&a.cells()[column]);
    const auto* right = std::get_if<double>(&b.cells()[column]);
    const bool equal =
        left != nullptr && right != nullptr ? same(*left, *right) : a.cells()[column] == b.cells()[column];
    if (!equal) return false;
  }
  return true;
}

/// A folder of its own for each test, gone after it; in memory where the system has such a folder, because the tests
/// force thousands of writes to disk.
class RecordFolder : public testing::Test {
 protected:
  RecordFolder() {
    const bool is_fast = access("/dev/shm", W_OK) == 0;
    std::string name = (is_fast ? "/dev/shm" : testing::TempDir()) + std::string("/sparsio_record_XXXXXX");
    folder_ = mkdtemp(name.data());
  }
  ~RecordFolder() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  static std::string bytes_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static void write_bytes(const std::string& path, std::string_view bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  }
  size_t files() const {
    return static_cast<size_t>(
        std::distance(std::filesystem::directory_iterator(folder_), std::filesystem::directory_iterator()));
  }

 private:
  std::filesystem::path folder_;
};

/// What the BadInput says that `action` throws; empty if it throws none.
template <class Action>
std::string refusal(Action action) {
  try {
    action();
  } catch (const BadInput& error) {
    return error.what();
  }
  return {};
}

}  // namespace sparsio
