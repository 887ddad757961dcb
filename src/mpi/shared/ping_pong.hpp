// ping_pong: what a message between two ranks takes, measured by sending one to and fro.
// Sent as exchanges send theirs, by start() and finish(), so that what they cost beside the library is in it.
#pragma once

#include <cstdint>
#include <vector>

#include "mpi/communicator.hpp"

namespace sparsio {

/// Half of each trip there and back, of a message of so many words.
struct PingPong {
  uint64_t words = 0;
  std::vector<double> seconds;
};

/// Between rank 0 and the last one; the others wait. Collective; the answer is rank 0's, empty elsewhere. Each size
/// goes `trips` times, after one that does not count. A rank alone has nothing to send: BadInput.
std::vector<PingPong> ping_pong(Communicator& ranks, const std::vector<uint64_t>& words, uint32_t trips);

/// Sizes from a word to 3 MB, four to an eightfold: enough on both sides of any library's change of protocol.
std::vector<uint64_t> ping_pong_words();

}  // namespace sparsio
