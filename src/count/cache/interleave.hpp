// interleave: the traces of several workers as one, in turns.
// Worker 0's first `quantum` accesses, worker 1's, ... then the next of each; whoever is at the end is left out. No
// trace is kept: each worker tells its own on a thread of its own, and a token goes round, so that one of them runs at
// any moment and the sequence is the same each time. One worker needs no thread.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "net/access.hpp"

namespace sparsio {

/// Tells what `worker` touches in its panel number `panel`, counted from 0. It is called on any thread, never on two at
/// once.
using WorkerTrace = std::function<void(uint32_t worker, uint32_t panel, const TraceSink& sink)>;
/// Takes accesses of one worker, at most a quantum of them.
using TeamSink = std::function<void(uint32_t worker, uint32_t panel, std::span<const AccessSpan> spans)>;

struct Turns {
  uint32_t workers = 1;
  uint32_t panels = 1;      // of each worker, one after the other
  uint64_t quantum = 4096;  // accesses of a turn, as the engine tells them (a row, a connection); at least 1
  uint32_t lag = 0;         // turns that each worker begins later than the one before it
};

/// What a trace or the sink throws first is thrown again once nobody runs any more.
void interleave(const Turns& turns, const WorkerTrace& trace, const TeamSink& sink);

}  // namespace sparsio
