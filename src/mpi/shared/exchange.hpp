// exchange: values that ranks have, sent to the ranks that read them, over and over in the same way.
// Every value of a level has an owner. A rank keeps its own values in the first rows of a matrix, by number, and behind
// them those that it reads and others own, the ghosts, rank after rank. Who sends what to whom is a pattern, made once;
// run as often as there are panels, it brings the ghosts up to date. What one rank sends another is one message, and
// where there is nothing to send there is none. A message is received straight into the ghosts, and sent straight from
// where it lies, wherever its rows follow each other and all of their columns go; else it is packed.
// Backward, partial sums go the other way: the inverse of the pattern, what arrives added rank after rank.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "mpi/communicator.hpp"

namespace sparsio {

/// Rows that go to another rank or come from it, in the order in which they stand in the message.
struct RowsOfPeer {
  int rank;
  std::vector<uint32_t> rows;
};

/// By rank, none of them empty.
struct ExchangePattern {
  std::vector<RowsOfPeer> sends;
  std::vector<RowsOfPeer> receives;

  /// Those who received send, from the same rows.
  ExchangePattern inverse() const { return {receives, sends}; }
};

/// The ranks that read each value, ascending, each once; the owner may be among them.
struct Readers {
  std::vector<uint64_t> begin;  // values + 1 offsets
  std::vector<uint32_t> rank;

  std::span<const uint32_t> of(uint32_t value) const {
    return std::span(rank).subspan(begin[value], begin[value + 1] - begin[value]);
  }
};

/// What one rank has of a level's values: value own[i] in row i, ghosts[i] in row own.size() + i.
struct LevelShare {
  std::vector<uint32_t> own;     // ascending
  std::vector<uint32_t> ghosts;  // by owner, ascending
  ExchangePattern pattern;

  uint32_t rows() const { return static_cast<uint32_t>(own.size() + ghosts.size()); }
};

/// `owner` of each value. Every rank finds its side of every message without asking.
LevelShare share_of_level(int rank, std::span<const uint32_t> owner, const Readers& readers);

/// What this rank has sent and received, counted as it is sent.
struct ExchangeCounts {
  uint64_t words = 0;  // a value of one column
  uint64_t messages = 0;
  uint64_t words_received = 0;
};

enum class Arriving { replaces, adds };

class Exchange {
 public:
  explicit Exchange(Communicator& ranks) : ranks_(ranks) {}

  /// Room for what start() packs of so many columns, so that it cannot run out of memory while others wait.
  void reserve(const ExchangePattern& pattern, uint32_t columns);
  /// All ranks, each with its side of the pattern. Rows of `values` are `stride` floats apart; their first `columns`
  /// go. Until finish(), the pattern lives, rows that are sent
  /// are not written, and rows that are received are not touched.
  void start(const ExchangePattern& pattern, float* values, uint32_t stride, uint32_t columns,
             Arriving arriving = Arriving::replaces);
  void start(ExchangePattern&& gone_before_finish, float*, uint32_t, uint32_t, Arriving = Arriving::replaces) = delete;
  void finish();

  const ExchangeCounts& counts() const { return counts_; }
  void reset_counts() { counts_ = {}; }

 private:
  /// Received in the buffer.
  struct Packed {
    const RowsOfPeer* peer;
    size_t at;
  };

  Communicator& ranks_;
  ExchangeCounts counts_;
  std::vector<Message> receives_;
  std::vector<Message> sends_;
  std::vector<float> buffer_;
  std::vector<Packed> packed_;
  float* values_ = nullptr;
  uint32_t stride_ = 0;
  uint32_t columns_ = 0;
  Arriving arriving_ = Arriving::replaces;
};

}  // namespace sparsio
