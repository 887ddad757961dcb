// trace: the addresses that a pass touches, as an engine tells it.
#pragma once

#include "exec/engine.hpp"

namespace sparsio {

/// Replays one pass of `engine` over such inputs on one worker, general track, at synthetic addresses: every buffer and
/// array begins on a page of its own. Unsupported where nobody knows what the engine touches.
void trace(const Engine& engine, const Worker& worker, PassInputs inputs, const TraceSink& sink);

}  // namespace sparsio
