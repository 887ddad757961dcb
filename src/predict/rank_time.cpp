#include "predict/rank_time.hpp"

#include <algorithm>

namespace sparsio {
namespace {

struct ExchangeTime {
  double seconds = 0;
  double latency = 0;
};

/// One direction of one rank in one layer.
ExchangeTime exchange_of(uint64_t words, uint64_t messages, const MessageTime& message, uint32_t panel) {
  if (messages == 0) return {};
  const double all = static_cast<double>(words) * panel;
  const auto count = static_cast<double>(messages);
  const MessageRegime& regime = message.regime_of(all / count);
  const double latency = count * regime.latency;
  return {latency + all * regime.seconds_a_word, latency};
}

}  // namespace

RankTime rank_time(const std::vector<std::vector<WorkerLoad>>& loads, const MessageTime& message,
                   double seconds_a_connection, uint32_t panel) {
  RankTime time;
  for (const std::vector<WorkerLoad>& layer : loads) {
    ExchangeTime longest;
    uint64_t connections = 0;
    for (const WorkerLoad& load : layer) {
      for (const ExchangeTime& one : {exchange_of(load.sent_words, load.sent_messages, message, panel),
                                      exchange_of(load.received_words, load.received_messages, message, panel)})
        if (one.seconds > longest.seconds) longest = one;
      connections = std::max(connections, load.connections);
    }
    const double work = static_cast<double>(connections) * panel * seconds_a_connection;
    time.exchange += longest.seconds;
    time.latency += longest.latency;
    time.work += work;
    time.overlapped += std::max(longest.seconds, work);
  }
  return time;
}

}  // namespace sparsio
