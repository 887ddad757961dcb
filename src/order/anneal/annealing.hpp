// annealing: an order made better by simulated annealing (Kirkpatrick, Gelatt, Vecchi 1983).
// Reordering connections by annealing is the idea of Gleinig, Ben-Nun, Hoefler 2023; the moves (moves.hpp), the
// geometric cooling and the counts are ours.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "net/network.hpp"
#include "net/order.hpp"

namespace sparsio {

struct AnnealingPlan {
  std::string policy = "lru";  // whose I/Os are lowered
  uint64_t memory = 3;
  uint64_t proposals = 0;  // a chain
  double seconds = 0;      // above 0 the budget is this time instead, and a seed no longer fixes the result
  double hot = 0.5;        // temperatures at the start and at the end, in I/Os
  double cold = 0.05;
  uint64_t window = 1000;  // steps a step may go at once
  uint64_t seed = 0;
  uint64_t chains = 1;      // independent, from the same start; the best one counts
  unsigned threads = 1;     // that run them; the result is the same for any number
  double talk_seconds = 0;  // a line on stderr this often; 0 is never
};

struct Annealed {
  std::vector<uint32_t> connection;  // the best order met
  uint64_t total = 0;                // its reads of values and its writes
  uint64_t start = 0;                // those of the start
  uint64_t proposals = 0;            // made by all chains
  uint64_t kept = 0;
};

/// The best order met from `start`, a valid one. Stops early at the lower bound. `place` is for BadInput.
Annealed anneal(const Network& network, const Order& start, const AnnealingPlan& plan, const std::string& place);

}  // namespace sparsio
