// turns: which of some prepared engines is the fastest, found by running them in turns.
// What else runs on the machine makes a time longer, never shorter, so the least time of each counts. One thread is
// timed by its processor time, in which waiting for others is not even seen; several by the clock, for there the
// slowest decides. Who is far behind after a few turns is out, so that the turns go to those that are hard to tell
// apart.
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

/// Sets the seconds of each candidate: the least of its runs over `inputs`.
void take_turns(std::vector<Candidate>& candidates, const Inputs& inputs, unsigned threads);

}  // namespace sparsio
