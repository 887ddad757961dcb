// line_model: what a pass costs a real cache, predicted without running it.
// The model of words frees dead values, gives the weight one slot and lets each engine be the same. A cache does none
// of that: it keeps lines until newer ones push them out, the stream of weights and indices takes its share of the
// space, a value is a row of whole lines, and engines differ in where a row lies and how often it is touched. So here a
// pass, as its engine tells it (net/access.hpp), goes once through an LRU cache of the level's geometry, at the
// addresses that the trace has too (net/addressed_visitor.hpp): buffers and arrays lie on pages of their own, which is
// all that decides the sets they compete for. Nothing is measured, so this is a prediction that measured lines can
// refute (io/MODEL.md, 6). In a program buffers lie where its allocator puts them. With four ways a set there is room
// for the streams that meet; with fewer, two arrays more or less in a set decide, and nothing is predicted.
#pragma once

#include <functional>
#include <string>

#include "net/access.hpp"

namespace sparsio {

/// In lines, one pass over one panel from cold, as an engine's run makes it: zeroing the buffers, writing the inputs
/// from their bits, the search for categories and the final write-back included.
struct LinePrediction {
  uint64_t misses = 0;
  uint64_t write_backs = 0;
  uint64_t weight_misses = 0;  // the part of misses that is weights, biases and indices
};

/// Tells a pass, the same each time.
using TellPass = std::function<void(AccessVisitor&)>;

/// Why the model does not know what such a cache does, "" where it does.
std::string unpredictable(const CacheGeometry& cache);

/// Of a cache that it knows.
LinePrediction predict_lines(const TellPass& tell, const CacheGeometry& cache);

}  // namespace sparsio
