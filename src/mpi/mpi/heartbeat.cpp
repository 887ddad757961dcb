#include "mpi/mpi/heartbeat.hpp"

#include <cmath>
#include <cstdlib>

namespace sparsio {

Peers::Peers(int rank, int size, Seconds limit, Time now)
    : rank_(rank),
      limit_(limit),
      woke_(now),
      heard_(static_cast<size_t>(size), now),
      has_left_(static_cast<size_t>(size), false) {}

bool Peers::have_all_left() const {
  for (int peer = first(); peer <= last(); ++peer)
    if (!has_left(peer)) return false;
  return true;
}

void Peers::wake(Time now) {
  if (now - woke_ > limit_ / 2) heard_.assign(heard_.size(), now);
  woke_ = now;
}

int Peers::dead(Time now) const {
  for (int peer = first(); peer <= last(); ++peer)
    if (!has_left(peer) && now - heard_[static_cast<size_t>(peer)] >= limit_) return peer;
  return -1;
}

Peers::Seconds silence_limit() {
  constexpr Peers::Seconds usual{30};
  const char* given = std::getenv("SPARSIO_SILENCE");
  const double seconds = given == nullptr ? 0 : std::strtod(given, nullptr);
  return seconds > 0 && std::isfinite(seconds) ? Peers::Seconds(seconds) : usual;
}

}  // namespace sparsio
