// train_loops: the three products of a training step on one tile, 32 samples a row.
// A class is up to 16 targets side by side that read the same sources, its weights a row of targets for each source;
// a target without twins is a class of one, which is compressed sparse rows again.
#pragma once

#include <cstdint>

#include "exec/shared/aligned.hpp"
#include "net/activation.hpp"

namespace sparsio {

constexpr uint32_t tile_samples = 32;
constexpr uint32_t widest_class = 16;

struct TrainClass {
  uint32_t target;   // the first
  uint32_t targets;  // how many
  uint64_t source;   // where its sources begin in the list of its layer's
  uint32_t sources;
  uint64_t weight;  // where its weights begin in those of its layer: `targets` a source
};

/// y[t] = f(sum of w x, bias), or where f is no clip the sum + bias, of the classes from..to.
void forward_classes(const TrainClass* from, const TrainClass* to, const uint32_t* source, const float* weight,
                     const float* bias, const Activation& activation, const float* x, float* y);

/// Whether the products of this tile begin the gradient or are added to it.
enum class Gradient : uint8_t { begins, goes_on };

/// Of one class, the sources `first` to `last` of its list: s[source] += w d unless s is null, and
/// gradient[weight] = sum over the samples of x d.
void backward_class(const TrainClass& one, uint32_t first, uint32_t last, const uint32_t* source, const float* weight,
                    const float* x, const float* d, float* s, float* gradient, Gradient kind);

}  // namespace sparsio
