// turns: which of some prepared engines is the fastest, found by running them in turns.
// What else runs on the machine makes a time longer, so a low one of each engine's turns counts; not the least single
// run, for on a virtual machine a few microseconds were now and then told as half of them. One thread is timed by its
// processor time, in which waiting for others is not even seen; several by the clock, for there the slowest decides.
// Who is far behind after a few turns is out, so that the turns go to those that are hard to tell apart.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "exec/engine.hpp"

namespace sparsio {

struct Candidate {
  std::string name;    // SPEC
  uint32_t panel = 0;  // that it is prepared for
  std::unique_ptr<Engine> engine;
  double seconds = std::numeric_limits<double>::infinity();
  double predicted = std::numeric_limits<double>::infinity();  // infinite: unknown
};

/// A candidate that takes so many times as long as the fastest is not worth more turns.
constexpr double out_of_reach = 1.5;

/// Sets the seconds of each candidate for `inputs`: the lower quartile over its turns, each the mean of its runs.
void take_turns(std::vector<Candidate>& candidates, const Inputs& inputs, unsigned threads);

}  // namespace sparsio
