#include "train/trainer.hpp"

#include <fmt/format.h>
#include <omp.h>

#include <algorithm>
#include <atomic>
#include <numeric>

#include "base/error.hpp"
#include "exec/walk/clips.hpp"
#include "exec/walk/curves.hpp"
#include "train/shared/flush.hpp"
#include "train/shared/slopes.hpp"

namespace sparsio {
namespace {

constexpr size_t B = tile_samples;

bool keeps_sums(const Activation& activation) {
  return rule_of(activation).derivative_from == DerivativeFrom::sum;
}

/// One load a cache line, in sequence: rows that are gathered afterwards come at the speed of a stream.
void touch(std::span<const float> values) {
  float sum = 0;
  for (size_t i = 0; i < values.size(); i += cache_line / sizeof(float)) sum += values[i];
  volatile float kept = sum;
  (void)kept;
}

}  // namespace

struct Trainer::Batch {
  const Inputs& inputs;
  const Goals& goals;
  std::span<const uint32_t> samples;
  size_t tiles;
};

Trainer::Trainer(LayerSource& network, Loss loss, unsigned threads, const std::string& place)
    : widths_(network.widths()), loss_(loss), threads_(threads), sums_(widths_.size()) {
  std::vector<uint32_t> number(widths_.front());
  std::iota(number.begin(), number.end(), 0U);
  size_t parameters = 0;
  network.restart();
  for (Layer layer; network.next(layer);) {
    layers_.push_back(train_layer(layer, number, parameters, threads_));
    const TrainLayer& made = layers_.back();
    parameters += made.parameters();
    parameters_.resize(parameters);
    for (size_t c = 0; c < layer.connections(); ++c) parameters_[made.first + made.at[c]] = layer.weight[c];
    number.resize(layer.targets);
    for (uint32_t t = 0; t < layer.targets; ++t) {
      parameters_[made.biases() + t] = layer.bias[made.number[t]];
      number[made.number[t]] = t;
    }
    connections_ += layer.connections();
    gradient_.resize(std::max(gradient_.size(), made.connections()));
    bias_gradient_.resize(std::max<size_t>(bias_gradient_.size(), made.targets));
    layer.weight.clear();
    layer.bias.clear();
    given_.push_back(layer);
  }
  check_loss(loss_, layers_.back().activation, place);
}

std::vector<Layer> Trainer::layers() const {
  std::vector<Layer> all = given_;
  for (size_t l = 0; l < all.size(); ++l) {
    const TrainLayer& made = layers_[l];
    all[l].weight.resize(made.connections());
    for (size_t c = 0; c < made.connections(); ++c) all[l].weight[c] = parameters_[made.first + made.at[c]];
    all[l].bias.resize(made.targets);
    for (uint32_t t = 0; t < made.targets; ++t) all[l].bias[made.number[t]] = parameters_[made.biases() + t];
  }
  return all;
}

void Trainer::make_room(size_t tiles) {
  if (tiles <= tiles_) return;
  tiles_ = tiles;
  values_.resize(widths_.size());
  for (size_t l = 0; l < widths_.size(); ++l) {
    values_[l].resize(tiles * widths_[l] * B);
    if (l > 0 && keeps_sums(layers_[l - 1].activation)) sums_[l].resize(values_[l].size());
  }
  const size_t widest = *std::max_element(widths_.begin(), widths_.end());
  for (auto& slope : slope_) slope.resize(tiles * widest * B);
}

void Trainer::forward(const Batch& batch, unsigned thread) {
  const uint32_t width = widths_.front();
  const uint32_t share = (width + threads_ - 1) / threads_;
  const uint32_t from = std::min(width, thread * share), to = std::min(width, from + share);
  for (size_t tile = 0; tile < batch.tiles; ++tile) {
    float* const x = values(0, tile);
    for (size_t b = 0; b < B; ++b) {
      const size_t i = tile * B + b;
      for (uint32_t v = from; v < to; ++v)
        x[v * B + b] = i < batch.samples.size() ? batch.inputs.at(batch.samples[i], v) : 0;
    }
  }
  for (size_t l = 0; l < layers_.size(); ++l) {
#pragma omp barrier
    const TrainLayer& layer = layers_[l];
    const TrainClass* const first = layer.classes.data() + layer.class_begin[thread];
    const TrainClass* const last = layer.classes.data() + layer.class_begin[thread + 1];
    if (first == last) continue;
    const size_t begin = first->target * B, end = ((last - 1)->target + (last - 1)->targets) * B;
    for (size_t tile = 0; tile < batch.tiles; ++tile) {
      float* const y = values(l + 1, tile);
      forward_classes(first, last, layer.source.data(), &parameters_[layer.first], &parameters_[layer.biases()],
                      layer.activation, values(l, tile), y);
      if (!sums_[l + 1].empty()) std::copy(y + begin, y + end, sums_[l + 1].data() + tile * layer.targets * B + begin);
      if (is_curve(layer.activation)) curve_values({y + begin, y + end}, layer.activation);
    }
  }
#pragma omp barrier
}

/// The loss of each sample, and its slopes by the sums of the last layer.
void Trainer::slopes(const Batch& batch, unsigned thread) {
  const TrainLayer& layer = layers_.back();
  const uint32_t width = layer.targets;
  std::vector<double> kept(width), goal(width), slope(width);
  const double share = 1.0 / static_cast<double>(batch.samples.size());
  for (size_t i = thread; i < batch.tiles * B; i += threads_) {
    const size_t at = i / B * width * B + i % B;
    float* const out = slope_[layers_.size() % 2].data() + at;
    if (i >= batch.samples.size()) {
      for (uint32_t t = 0; t < width; ++t) out[t * B] = 0;
      continue;
    }
    const float* const y = values_.back().data() + at;
    for (uint32_t t = 0; t < width; ++t) {
      kept[t] = double{y[t * B]};
      goal[t] = batch.goals.at(batch.samples[i], layer.number[t]);
    }
    sample_loss_[i] = loss_of(loss_, layer.activation, kept, goal, slope);
    // The first of the largest, in the numbers that the network was given with.
    const auto largest = [&](const std::vector<double>& of) {
      uint32_t best = 0;
      for (uint32_t t = 1; t < width; ++t)
        if (of[t] > of[best] || (of[t] == of[best] && layer.number[t] < layer.number[best])) best = t;
      return best;
    };
    sample_right_[i] = largest(kept) == largest(goal) ? 1 : 0;
    const float* const sums = sums_.back().empty() ? nullptr : sums_.back().data() + at;
    for (uint32_t t = 0; t < width; ++t) {
      const double s = sums == nullptr ? 0 : double{sums[t * B]};
      out[t * B] = static_cast<float>(share * slope[t] * derivative(layer.activation, s, kept[t]));
    }
  }
#pragma omp barrier
}

void Trainer::backward(const Batch& batch, size_t l, unsigned thread, Optimiser& optimiser) {
  const TrainLayer& layer = layers_[l];
  const float* const d = slope_[(l + 1) % 2].data();
  float* const before = slope_[l % 2].data();
  float* const w = &parameters_[layer.first];
  const size_t begin = layer.source_begin[thread] * B, end = layer.source_begin[thread + 1] * B;
  for (size_t tile = 0; tile < batch.tiles; ++tile) {
    const float* const x = values(l, tile);
    const float* const deltas = d + tile * layer.targets * B;
    float* const s = l == 0 ? nullptr : before + tile * layer.sources * B;
    if (s != nullptr) std::fill(s + begin, s + end, 0.0F);
    touch({x + begin, x + end});
    for (size_t c = 0; c < layer.classes.size(); ++c) {
      const TrainClass& one = layer.classes[c];
      const uint32_t from = layer.cut_of(thread, c), to = layer.cut_of(thread + 1, c);
      if (from == to) continue;
      backward_class(one, from, to, layer.source.data(), w, x, deltas, s, gradient_.data(),
                     tile == 0 ? Gradient::begins : Gradient::goes_on);
      if (tile + 1 < batch.tiles) continue;
      const size_t at = one.weight + size_t{from} * one.targets;
      optimiser.update(w + at, gradient_.data() + at, layer.first + at, size_t{to - from} * one.targets);
    }
    if (s != nullptr) {
      const size_t skipped = tile * layer.sources * B + begin;
      by_the_sums(layers_[l - 1].activation, {s + begin, s + end}, x + begin,
                  sums_[l].empty() ? nullptr : sums_[l].data() + skipped);
    }
  }
  const uint32_t share = (layer.targets + threads_ - 1) / threads_;
  const uint32_t from = std::min(layer.targets, thread * share), to = std::min(layer.targets, from + share);
  for (uint32_t t = from; t < to; ++t) {
    float sum = 0;
    for (size_t tile = 0; tile < batch.tiles; ++tile)
      for (size_t b = 0; b < B; ++b) sum += d[(tile * layer.targets + t) * B + b];
    bias_gradient_[t] = sum;
  }
  if (from < to)
    optimiser.update(&parameters_[layer.biases() + from], &bias_gradient_[from], layer.biases() + from, to - from);
#pragma omp barrier
}

Fit Trainer::run(const Inputs& inputs, const Goals& goals, std::span<const uint32_t> samples, Optimiser* optimiser) {
  const Batch batch{inputs, goals, samples, (samples.size() + B - 1) / B};
  make_room(batch.tiles);
  sample_loss_.resize(batch.tiles * B);
  sample_right_.resize(batch.tiles * B);
  std::atomic<bool> is_flushed = false;
  bool is_short = false;
#pragma omp parallel num_threads(threads_)
  {
    const auto thread = static_cast<unsigned>(omp_get_thread_num());
    if (static_cast<unsigned>(omp_get_num_threads()) == threads_) {
      const Flush flush;
      forward(batch, thread);
      slopes(batch, thread);
      if (optimiser != nullptr)
        for (size_t l = layers_.size(); l-- > 0;) backward(batch, l, thread, *optimiser);
      if (flush.happened()) is_flushed = true;
    } else if (thread == 0) {
      is_short = true;
    }
  }
  if (is_short) throw Unsupported(fmt::format("training wants {} threads, which OpenMP does not give", threads_));
  if (is_flushed && optimiser != nullptr) ++flushed_steps_;
  Fit fit;
  for (size_t i = 0; i < samples.size(); ++i) {
    fit.loss += sample_loss_[i];
    fit.accuracy += sample_right_[i];
  }
  fit.loss /= static_cast<double>(samples.size());
  fit.accuracy /= static_cast<double>(samples.size());
  return fit;
}

Fit Trainer::step(const Inputs& inputs, const Goals& goals, std::span<const uint32_t> samples, Optimiser& optimiser) {
  return run(inputs, goals, samples, &optimiser);
}

Fit Trainer::evaluate(const Inputs& inputs, const Goals& goals, std::span<const uint32_t> samples) {
  constexpr size_t piece = 4 * B;
  Fit all;
  for (size_t at = 0; at < samples.size(); at += piece) {
    const auto part = samples.subspan(at, std::min(piece, samples.size() - at));
    const Fit fit = run(inputs, goals, part, nullptr);
    all.loss += fit.loss * static_cast<double>(part.size());
    all.accuracy += fit.accuracy * static_cast<double>(part.size());
  }
  if (samples.empty()) return all;
  all.loss /= static_cast<double>(samples.size());
  all.accuracy /= static_cast<double>(samples.size());
  return all;
}

}  // namespace sparsio
