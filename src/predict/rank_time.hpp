// rank_time: the time of a pass that ranks compute together, predicted from what each has to do and to send.
// Layer by layer, the rank that takes longest counts: messages x latency + words x seconds a word, and its connections.
// Without overlap a layer is its exchange and then its work, with full overlap the longer of them; what a machine
// reaches lies between. A rank a core, no contention on the network, and sending and receiving go on at the same time.
#pragma once

#include <vector>

#include "part/shared/layer_loads.hpp"
#include "predict/message_time.hpp"

namespace sparsio {

struct RankTime {
  double exchange = 0;  // seconds of a panel
  double latency = 0;   // the part of exchange that is latency
  double work = 0;
  double overlapped = 0;  // a pass with full overlap
  double total() const { return exchange + work; }
};

/// Of a panel of so many inputs. A rank's messages of a layer are taken to be of one size, their mean.
RankTime rank_time(const std::vector<std::vector<WorkerLoad>>& loads, const MessageTime& message,
                   double seconds_a_connection, uint32_t panel);

}  // namespace sparsio
