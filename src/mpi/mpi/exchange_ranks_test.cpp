// needs: mpi
// Values really exchanged, on 1, 2, 3, 4 and 8 ranks, on random levels in which ranks own nothing and neighbours have
// nothing for each other. Every rank asserts:
//   - after an exchange each ghost holds its owner's value in the columns that went and what it held in the others, and
//     own values stay what they are, on one column, some, and all of a row (where nothing is packed);
//   - after the inverse, adding, an own value has grown by one for each rank that has its ghost;
//   - words and messages counted are those of the pattern, and what all sent is what all received.
#include <gtest/gtest.h>

#include "mpi/mpi/mpirun_fixture.hpp"
#include "mpi/mpi/rank_parts_fixture.hpp"
#include "mpi/shared/exchange.hpp"
#include "mpi/shared/levels_fixture.hpp"

namespace sparsio {
namespace {

constexpr uint32_t stride = 16;
constexpr float nothing = -1;

void require(bool is_so, const std::string& what) {
  if (!is_so) throw std::logic_error(what);
}

float value_of(uint32_t v, uint32_t column) {
  return static_cast<float>(1 + v * stride + column);
}

uint64_t values_in(const std::vector<RowsOfPeer>& peers) {
  uint64_t values = 0;
  for (const RowsOfPeer& peer : peers) values += peer.rows.size();
  return values;
}

void forward(Exchange& exchange, const LevelShare& share, uint32_t columns) {
  std::vector<float> values(uint64_t{share.rows()} * stride, nothing);
  for (size_t i = 0; i < share.own.size(); ++i)
    for (uint32_t c = 0; c < stride; ++c) values[i * stride + c] = value_of(share.own[i], c);
  exchange.start(share.pattern, values.data(), stride, columns);
  exchange.finish();
  for (size_t i = 0; i < share.rows(); ++i)
    for (uint32_t c = 0; c < stride; ++c) {
      const bool is_own = i < share.own.size();
      const uint32_t v = is_own ? share.own[i] : share.ghosts[i - share.own.size()];
      require(values[i * stride + c] == (is_own || c < columns ? value_of(v, c) : nothing), "a value");
    }
}

void backward(Exchange& exchange, const LevelShare& share, const ReadLevel& level, int rank, uint32_t columns) {
  std::vector<float> sums(uint64_t{share.rows()} * stride, 1);
  const ExchangePattern inverse = share.pattern.inverse();
  exchange.start(inverse, sums.data(), stride, columns, Arriving::adds);
  exchange.finish();
  for (size_t i = 0; i < share.own.size(); ++i) {
    float expected = 1;
    for (const uint32_t reader : level.readers.of(share.own[i]))
      expected += static_cast<int>(reader) == rank ? 0.0F : 1.0F;
    for (uint32_t c = 0; c < stride; ++c) require(sums[i * stride + c] == (c < columns ? expected : 1), "a sum");
  }
}

int exchanges(Communicator& ranks) {
  Exchange exchange(ranks);
  for (uint64_t seed = 0; seed < 30; ++seed) {
    const ReadLevel level = random_level(seed, ranks.size());
    const LevelShare share = share_of_level(ranks.rank(), level.owner, level.readers);
    for (const uint32_t columns : {1U, 5U, stride}) {
      exchange.reset_counts();
      forward(exchange, share, columns);
      const ExchangeCounts& counts = exchange.counts();
      require(counts.words == values_in(share.pattern.sends) * columns, "words");
      require(counts.words_received == values_in(share.pattern.receives) * columns, "words received");
      require(counts.messages == share.pattern.sends.size(), "messages");
      require(ranks.sum(counts.words) == ranks.sum(counts.words_received), "what is sent is received");
      backward(exchange, share, level, ranks.rank(), columns);
      require(counts.words == (values_in(share.pattern.sends) + values_in(share.pattern.receives)) * columns,
              "there "
              "and back");
    }
  }
  return 0;
}

const RegisterPart part{"exchanges", exchanges};

TEST(ExchangeRanks, GhostsHoldWhatTheirOwnersHave) {
  if (!has_mpirun()) GTEST_SKIP() << "there is no mpirun on PATH; install openmpi-bin";
  const std::string self = std::filesystem::read_symlink("/proc/self/exe");
  for (const int ranks : {1, 2, 3, 4, 8}) {
    const Told told = run_line(mpirun(ranks) + self + " exchanges");
    EXPECT_EQ(told.code, 0) << ranks << " ranks: " << told.text;
  }
}

}  // namespace
}  // namespace sparsio
