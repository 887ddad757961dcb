// trainer: steps of training on a fixed pattern, on one process.
// A step walks tiles of 32 samples through all layers and keeps every level's values, goes back, and updates each
// layer's parameters once its gradient over all tiles is there. The same samples give the same bits on any number of
// threads (train/shared/train_layer.hpp); they are those of one instruction set.
#pragma once

#include <vector>

#include "net/inputs.hpp"
#include "net/layer.hpp"
#include "train/loss.hpp"
#include "train/optimiser.hpp"
#include "train/shared/train_layer.hpp"

namespace sparsio {

/// Means over samples.
struct Fit {
  double loss = 0;
  double accuracy = 0;  // the share whose largest output is that of the largest goal
};

class Trainer {
 public:
  /// `place`: whose fault it is if the loss does not suit the last layer. `threads` at least 1.
  Trainer(LayerSource& network, Loss loss, unsigned threads, const std::string& place);

  /// Weights and biases, the optimiser's vector. To be changed only as a whole.
  std::span<float> parameters() { return parameters_; }
  uint64_t connections() const { return connections_; }
  /// The layers as they were given, with the parameters of now.
  std::vector<Layer> layers() const;

  /// Forward, backward and update on samples of the inputs, of each `samples` names. The fit is that before the update.
  Fit step(const Inputs& inputs, const Goals& goals, std::span<const uint32_t> samples, Optimiser& optimiser);
  /// Forward alone, `samples` in pieces of a batch.
  Fit evaluate(const Inputs& inputs, const Goals& goals, std::span<const uint32_t> samples);
  /// Steps in which a number too small for its exponent was taken for zero, on any thread. 0 where nobody can tell.
  uint64_t flushed_steps() const { return flushed_steps_; }

 private:
  struct Batch;
  void make_room(size_t tiles);
  void forward(const Batch& batch, unsigned thread);
  void slopes(const Batch& batch, unsigned thread);
  void backward(const Batch& batch, size_t l, unsigned thread, Optimiser& optimiser);
  Fit run(const Inputs& inputs, const Goals& goals, std::span<const uint32_t> samples, Optimiser* optimiser);
  float* values(size_t level, size_t tile) { return values_[level].data() + tile * widths_[level] * tile_samples; }

  std::vector<Layer> given_;  // without weights and biases
  std::vector<TrainLayer> layers_;
  std::vector<uint32_t> widths_;
  Loss loss_;
  unsigned threads_;
  uint64_t connections_ = 0;
  size_t tiles_ = 0;
  uint64_t flushed_steps_ = 0;
  AlignedVector<float> parameters_;
  std::vector<AlignedVector<float>> values_;  // of each level: tile, neuron, sample
  std::vector<AlignedVector<float>> sums_;    // of levels whose derivative needs them
  AlignedVector<float> slope_[2];             // of the loss by a level's sums
  AlignedVector<float> gradient_;             // of a layer
  AlignedVector<float> bias_gradient_;        // of a layer
  std::vector<double> sample_loss_;
  std::vector<uint8_t> sample_right_;
};

}  // namespace sparsio
