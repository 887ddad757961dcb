#include "mpi/shared/ping_pong.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "base/error.hpp"

namespace sparsio {
namespace {

using Clock = std::chrono::steady_clock;

void pass(Communicator& ranks, const Message* received, const Message* sent) {
  ranks.start(received == nullptr ? std::span<const Message>() : std::span(received, 1),
              sent == nullptr ? std::span<const Message>() : std::span(sent, 1));
  ranks.finish();
}

}  // namespace

std::vector<PingPong> ping_pong(Communicator& ranks, const std::vector<uint64_t>& words, uint32_t trips) {
  if (ranks.size() < 2) throw BadInput("ping-pong", "one rank has nobody to send to", "start it with mpirun -n 2");
  const int last = ranks.size() - 1;
  const bool plays = ranks.rank() == 0 || ranks.rank() == last;
  std::vector<PingPong> all;
  std::vector<float> numbers(words.empty() ? 0 : *std::max_element(words.begin(), words.end()), 1.0F);
  for (const uint64_t size : words) {
    const Message message{ranks.rank() == 0 ? last : 0, numbers.data(), static_cast<size_t>(size)};
    PingPong one{size, {}};
    ranks.barrier();
    for (uint32_t trip = 0; plays && trip <= trips; ++trip) {
      const auto start = Clock::now();
      if (ranks.rank() == 0) {
        pass(ranks, nullptr, &message);
        pass(ranks, &message, nullptr);
      } else {
        pass(ranks, &message, nullptr);
        pass(ranks, nullptr, &message);
      }
      if (trip > 0) one.seconds.push_back(std::chrono::duration<double>(Clock::now() - start).count() / 2);
    }
    if (ranks.rank() == 0) all.push_back(std::move(one));
  }
  ranks.barrier();
  return all;
}

std::vector<uint64_t> ping_pong_words() {
  std::vector<uint64_t> words;
  for (int step = 0; step <= 26; ++step) {
    const auto size = static_cast<uint64_t>(std::llround(std::pow(2.0, 0.75 * step)));
    if (words.empty() || words.back() != size) words.push_back(size);
  }
  return words;
}

}  // namespace sparsio
