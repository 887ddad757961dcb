// train_layer: a layer as it is trained.
// The neurons of a level are renumbered, so that twins lie side by side and a class is a block of rows; the inputs keep
// their numbers. There is one copy of the weights, a class after the other. Backward, a thread owns a range of sources,
// and of every class the weights of those: so each sum has one owner, who adds in the order of the classes, and its
// bits do not depend on the number of threads.
#pragma once

#include <cstdint>
#include <vector>

#include "net/layer.hpp"
#include "train/shared/train_loops.hpp"

namespace sparsio {

struct TrainLayer {
  uint32_t sources = 0;
  uint32_t targets = 0;
  Activation activation{};
  std::vector<TrainClass> classes;
  std::vector<uint32_t> source;        // of the classes, ascending in each
  std::vector<uint32_t> number;        // of each target before it was renumbered
  std::vector<uint64_t> at;            // of connection k of the layer as it was given, its weight here
  size_t first = 0;                    // its weights among all parameters, its biases behind them
  std::vector<uint32_t> class_begin;   // of each thread, forward, and the end
  std::vector<uint32_t> source_begin;  // of each thread, backward, and the end
  std::vector<uint32_t> cut;  // of each thread and class, the first source in the class's list that is the thread's

  size_t connections() const { return at.size(); }
  size_t biases() const { return first + at.size(); }
  size_t parameters() const { return at.size() + targets; }
  uint32_t cut_of(size_t thread, size_t number_of_class) const {
    return cut[thread * classes.size() + number_of_class];
  }
};

/// `new_source`: the new number of each source.
TrainLayer train_layer(const Layer& layer, const std::vector<uint32_t>& new_source, size_t first, unsigned threads);

}  // namespace sparsio
