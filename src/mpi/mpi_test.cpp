// needs: mpi
// What the ranks do together, against arithmetic; and that they end when one of them does.
// The program is its own subject: started by mpirun with the name of a part, it is a rank that plays the part.
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <map>

#include "mpi/mpi/mpirun_fixture.hpp"
#include "mpi/mpi/rank_parts_fixture.hpp"
#include "mpi/shared/launch.hpp"

namespace sparsio {
namespace {

void require(bool is_so, const char* what) {
  if (!is_so) throw std::logic_error(what);
}

/// Rank r has r numbers, all r + 1/3; the one in the middle of the sum is of all ranks.
void numbers(Communicator& ranks, int to) {
  const auto some = [](int rank) { return std::vector<double>(static_cast<size_t>(rank), rank + 1 / 3.0); };
  std::vector<double> expected;
  for (int rank = 0; rank < ranks.size(); ++rank)
    expected.insert(expected.end(), static_cast<size_t>(rank), rank + 1 / 3.0);
  const std::vector<double> all = ranks.gather(some(ranks.rank()), to);
  require(all == (ranks.rank() == to ? expected : std::vector<double>()), "gather of numbers");
  require(ranks.broadcast(some(ranks.rank()), to) == some(to), "broadcast of numbers");
  require(ranks.broadcast(ranks.rank() == to, to), "broadcast of a word");
  const auto size = static_cast<uint64_t>(ranks.size());
  std::vector<uint64_t> sums = {1, static_cast<uint64_t>(ranks.rank()), 0};
  ranks.sum(sums);
  require(sums == std::vector<uint64_t>{size, size * (size - 1) / 2, 0}, "sum of each number");
}

int collectives(Communicator& ranks) {
  const int size = ranks.size();
  const int rank = ranks.rank();
  for (int round = 0; round < 20; ++round) {
    require(ranks.max(rank == round % size ? 7.5 : rank - 100.0) == 7.5, "max");
    require(ranks.sum(uint64_t{1} << rank) == (uint64_t{1} << size) - 1, "sum");
    const std::string mine(static_cast<size_t>(rank) * 1000, static_cast<char>('a' + rank));
    require(ranks.broadcast(mine, round % size) ==
                std::string(static_cast<size_t>(round % size) * 1000, static_cast<char>('a' + round % size)),
            "broadcast");
    const std::vector<std::string> all = ranks.gather(mine, round % size);
    require(all.size() == (rank == round % size ? static_cast<size_t>(size) : 0), "gather to one rank");
    for (size_t k = 0; k < all.size(); ++k)
      require(all[k] == std::string(k * 1000, static_cast<char>('a' + static_cast<int>(k))), "gather");
    numbers(ranks, round % size);
  }
  require(ranks.node()->size() == size, "one node");
  const auto odd = ranks.part(rank % 2);
  require(odd->size() == (size + 1 - rank % 2) / 2 && odd->rank() == rank / 2, "part");
  require((ranks.part(rank == 0 ? 0 : -1) == nullptr) == (rank != 0), "no part");
  return 0;
}

/// Every number below 5000 is drawn once, whoever draws it.
int draw(Communicator& ranks) {
  constexpr int64_t numbers = 5000;
  const auto counter = ranks.counter();
  uint64_t sum = 0;
  uint64_t drawn = 0;
  for (int64_t number = counter->next(); number < numbers; number = counter->next()) {
    sum += static_cast<uint64_t>(number);
    ++drawn;
  }
  require(ranks.sum(sum) == numbers * (numbers - 1) / 2, "sum of the numbers drawn");
  require(ranks.sum(drawn) == numbers, "numbers drawn");
  require(counter->next(0) == numbers + ranks.size(), "the first too many, once a rank");
  return 0;
}

int killed(Communicator& ranks) {
  ranks.barrier();
  if (ranks.rank() == 1) std::raise(SIGKILL);
  ranks.barrier();
  return 0;
}

int stopped(Communicator& ranks) {
  ranks.barrier();
  if (ranks.rank() == 1) std::raise(SIGSTOP);
  ranks.barrier();
  return 0;
}

/// Computes for longer than a rank may be silent, and says whether the watch called MPI meanwhile.
int computes(Communicator& ranks) {
  ranks.barrier();
  const uint64_t before = ranks.calls_of_watch();
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(4);
  while (std::chrono::steady_clock::now() < end) continue;
  const uint64_t calls = ranks.calls_of_watch() - before;
  ranks.barrier();
  std::printf("%s\n", calls == 0 ? "quiet" : "calls");
  return 0;
}

int throws_on_one(Communicator& ranks) {
  if (ranks.rank() == 1) throw BadInput("here", "one rank has no file", "copy it");
  ranks.barrier();
  return 0;
}

int throws_on_all(Communicator& ranks) {
  together(ranks, [] { throw BadInput("config:1", "no such key"); });
  return 0;
}

int throws_on_some(Communicator& ranks) {
  together(ranks, [&] {
    if (ranks.rank() == 1) throw BadInput("data.tsv", "no such file");
  });
  return 0;
}

int differs(Communicator& ranks) {
  expect_same(ranks, ranks.rank() == 1 ? "0.2" : "0.1", "version", "install one");
  return 0;
}

const std::map<std::string, RankPart> parts = {{"collectives", collectives},
                                               {"draw", draw},
                                               {"killed", killed},
                                               {"stopped", stopped},
                                               {"computes", computes},
                                               {"throws_on_one", throws_on_one},
                                               {"throws_on_all", throws_on_all},
                                               {"throws_on_some", throws_on_some},
                                               {"differs", differs}};

class MpiTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!has_mpirun()) GTEST_SKIP() << "there is no mpirun on PATH; install openmpi-bin";
  }
  static Told play(const std::string& part, int ranks, const std::string& environment = "") {
    const std::string self = std::filesystem::read_symlink("/proc/self/exe");
    return run_line(environment + " " + mpirun(ranks) + self + " " + part);
  }
};

size_t count_of(const std::string& words, const std::string& text) {
  size_t count = 0;
  for (size_t at = text.find(words); at != std::string::npos; at = text.find(words, at + 1)) ++count;
  return count;
}

TEST_F(MpiTest, CollectivesAreArithmetic) {
  for (const int ranks : {1, 2, 4}) {
    const Told told = play("collectives", ranks);
    EXPECT_EQ(told.code, 0) << ranks << " ranks: " << told.text;
  }
}

TEST_F(MpiTest, ACounterGivesEachNumberOnce) {
  for (const int ranks : {1, 4}) {
    const Told told = play("draw", ranks);
    EXPECT_EQ(told.code, 0) << ranks << " ranks: " << told.text;
  }
  const Told told = play("draw", 3, "env SPARSIO_NODE_RANKS=2");
  EXPECT_EQ(told.code, 0) << "over two nodes: " << told.text;
}

TEST_F(MpiTest, AKilledRankEndsAll) {
  const Told told = play("killed", 3);
  EXPECT_NE(told.code, 0);
  EXPECT_NE(told.code, 124) << "hung";
}

TEST_F(MpiTest, ASilentRankEndsAllWithinTheLimit) {
  const Told told = play("stopped", 3, "env SPARSIO_SILENCE=1.5");
  EXPECT_EQ(told.code, 1) << told.text;
  EXPECT_NE(told.text.find("nothing was heard of rank 1 for 1.5 s"), std::string::npos) << told.text;
}

TEST_F(MpiTest, ASilentRankOfAnotherNodeEndsAllWithinTheLimit) {
  const Told told = play("stopped", 3, "env SPARSIO_NODE_RANKS=1 SPARSIO_SILENCE=4");
  EXPECT_EQ(told.code, 1) << told.text;
  EXPECT_NE(told.text.find("nothing was heard of rank 1 for 4 s"), std::string::npos) << told.text;
}

TEST_F(MpiTest, TheWatchOfANodeIsQuietWhileRanksComputeAndNobodyIsTakenForDead) {
  const Told told = play("computes", 2, "env SPARSIO_SILENCE=2");
  EXPECT_EQ(told.code, 0) << told.text;
  EXPECT_EQ(count_of("quiet", told.text), 2U) << told.text;
}

TEST_F(MpiTest, OverNodesTheWatchCallsAndCountsIt) {
  const Told told = play("computes", 2, "env SPARSIO_NODE_RANKS=1 SPARSIO_SILENCE=3.5");
  EXPECT_EQ(told.code, 0) << told.text;
  EXPECT_EQ(count_of("calls", told.text), 2U) << told.text;
}

TEST_F(MpiTest, AnErrorOfOneRankEndsAllAndNamesIt) {
  const Told told = play("throws_on_one", 3);
  EXPECT_EQ(told.code, 1) << told.text;
  EXPECT_NE(told.text.find("sparsio: rank 1 on "), std::string::npos) << told.text;
  EXPECT_NE(told.text.find("here: one rank has no file; copy it"), std::string::npos) << told.text;
}

TEST_F(MpiTest, AnErrorOfAllIsSaidOnce) {
  const Told told = play("throws_on_all", 4);
  EXPECT_EQ(told.code, 1) << told.text;
  EXPECT_EQ(count_of("sparsio: config:1: no such key", told.text), 1U) << told.text;
}

TEST_F(MpiTest, AnErrorOfSomeNamesTheRank) {
  const Told told = play("throws_on_some", 3);
  EXPECT_EQ(told.code, 1) << told.text;
  EXPECT_EQ(count_of("sparsio: rank 1: data.tsv: no such file", told.text), 1U) << told.text;
}

TEST_F(MpiTest, RanksThatDifferDoNotStart) {
  const Told told = play("differs", 2);
  EXPECT_EQ(told.code, 1) << told.text;
  EXPECT_EQ(count_of("rank 1: version: '0.2' here and '0.1' on rank 0; install one", told.text), 1U) << told.text;
}

}  // namespace
}  // namespace sparsio

int main(int argc, char** argv) {
  for (const auto& parts : {sparsio::parts, sparsio::rank_parts()})
    if (argc == 2 && parts.count(argv[1]) > 0) return sparsio::as_ranks(parts.at(argv[1]));
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
