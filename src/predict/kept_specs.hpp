// kept_specs: the options with which an engine is fastest here, by density, as calibrate measured and kept them.
// An engine's defaults come from the machine that it was written on. What might be better on another (its `variants`)
// runs beside them, in turns, on random layers of a few densities. A race of several has a winner also where all are
// equal; so the winner meets the defaults once more, and only who wins both times by more than noise is kept. Engines
// know nothing of it: whoever chooses an engine for a network (`auto`, `choose`) takes the SPEC kept for the nearest
// density, and an engine that the user names stays what it is.
#pragma once

#include <string>
#include <vector>

#include "predict/calibration.hpp"
#include "predict/turns.hpp"

namespace sparsio {

/// Less is noise.
constexpr double least_advantage = 1.03;

/// What is raced: 1024 neurons a layer, where one that is given is not large.
struct SpecRace {
  std::vector<double> densities = {0.005, 0.02, 0.1, 0.3};
  uint32_t width = 1024;
  double seconds = 0.4;  // timed in each of the two races at a density, on one thread
};

struct Winner {
  std::string spec;
  double gain = 1;  // how many times as fast as the first candidate, the less of two races
};

/// The first candidate is the one to be beaten, and the winner where nobody does so twice by more than noise.
Winner race(std::vector<Candidate> candidates, const Inputs& inputs, const TurnLimits& limits);

/// For every engine of this build that has variants and every density: the winner, or the engine without options.
std::vector<KeptSpec> measure_specs(const SpecRace& race);

/// Of those kept for the engine, that for the nearest density; null: none is kept.
const KeptSpec* spec_near(const Calibration& calibration, std::string_view engine, double density);

/// Is it another than the engine without options?
inline bool has_options(const KeptSpec& kept) {
  return kept.spec != kept.engine;
}

/// "row_pairs:block=32768, kept by calibrate for density 0.1".
std::string words(const KeptSpec& kept);

}  // namespace sparsio
