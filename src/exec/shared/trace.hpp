// trace: the addresses that a pass touches, as an engine tells it.
#pragma once

#include "exec/engine.hpp"
#include "net/addressed_visitor.hpp"

namespace sparsio {

/// Replays one pass of `engine` over such inputs on one worker, general track, at synthetic addresses: every buffer and
/// array begins on a page of its own. Unsupported where nobody knows what the engine touches.
void trace(const Engine& engine, const Worker& worker, PassInputs inputs, const TraceSink& sink);
/// The same of one of several workers, whose own things lie elsewhere.
void trace(const Engine& engine, const Worker& worker, PassInputs inputs, const AddressPlace& place,
           const TraceSink& sink);

/// How far workers must lie apart so that they share no address that they should not: an odd number of pages, so that
/// the workers' pages are spread over the sets of any cache, as pages of physical memory are.
uint64_t trace_reach(const Engine& engine, const Worker& worker, PassInputs inputs);

}  // namespace sparsio
