// reference: the dumb engine that all others are checked against.
// One input at a time, double precision, sources summed in the order the network stores them, bias added last. It reads
// as the rule is written and does nothing clever, except that inputs are shared among threads. A network that is not
// held whole is walked once, layer by layer, with all inputs beside each other and targets shared among threads.
#include <algorithm>
#include <atomic>
#include <cmath>

#include "base/team_error.hpp"
#include "exec/engine.hpp"
#include "exec/shared/requirements.hpp"
#include "exec/walk/panel_visit.hpp"

namespace sparsio {
namespace {

/// A sum this near to zero, relative to its terms, may be zero or not in float.
constexpr double tie = 1e-6;

class Reference final : public Engine {
 public:
  void prepare(const Plan& plan) override {
    network_ = plan.network;
    layers_ = plan.layers;
    threads_ = plan.threads;
    if (network_ == nullptr) {
      if (layers_ == nullptr) throw Unsupported("reference needs a network, held whole or layer by layer");
      count_connections();
      return;
    }
    input_ids_ = network_->input_ids();
    output_ids_ = network_->output_ids();
    for (const Activation one : network_->activations()) check_activation(one, "reference");
  }

  Outcome run(const Inputs& inputs, Observe observe, const Deadline& deadline) override {
    if (network_ == nullptr) return walk(inputs, observe, deadline);
    check_width(inputs, input_ids_.size());
    Outcome outcome;
    outcome.executed_edges = inputs.count * network_->connections();
    std::vector<uint8_t> category(inputs.count, 0);
    if (observe == Observe::values) {
      outcome.values.assign(inputs.count * output_ids_.size(), 0);
      outcome.tied.assign(inputs.count, false);
    }
    const size_t layers = network_->layer_begin().empty() ? 0 : network_->layer_begin().size() - 2;
    if (observe == Observe::alive) outcome.alive.assign(layers, 0);
    std::vector<uint8_t> tied(inputs.count, 0);
    std::atomic<bool> late{false};
    TeamError error;
    const auto run_input = [&](uint64_t i) {
      std::vector<double> value(network_->neurons(), 0);
      tied[i] = forward(inputs, i, value) ? 1 : 0;
      for (size_t o = 0; o < output_ids_.size(); ++o) {
        const double y = value[output_ids_[o]];
        if (y != 0) category[i] = 1;
        if (observe == Observe::values) outcome.values[i * output_ids_.size() + o] = y;
      }
      for (size_t l = 0; l < outcome.alive.size(); ++l) {
        const auto begin = value.begin() + network_->layer_begin()[l + 1];
        const auto end = value.begin() + network_->layer_begin()[l + 2];
        const uint64_t alive = std::any_of(begin, end, [](double y) { return y != 0; }) ? 1 : 0;
#pragma omp atomic
        outcome.alive[l] += alive;
      }
    };
#pragma omp parallel for schedule(dynamic) num_threads(threads_)
    for (uint64_t i = 0; i < inputs.count; ++i) {
      if (deadline.is_over()) late = true;
      if (!late && !error.is_caught()) error.guard([&] { run_input(i); });
    }
    error.rethrow();
    if (late) deadline.check();
    for (uint64_t i = 0; i < inputs.count; ++i) {
      if (category[i]) outcome.categories.push_back(i + 1);
      if (observe == Observe::values) outcome.tied[i] = tied[i] != 0;
    }
    return outcome;
  }

  EngineCost cost() const override {
    EngineCost cost;
    cost.connections = network_ == nullptr ? connections_ : network_->connections();
    cost.bytes_streamed = cost.connections * 8;
    cost.bytes = {.value = 8, .weight = 4, .index = 4};
    cost.row_bytes = 8;
    return cost;
  }

  void visit(AccessVisitor& visitor, const Worker&, InputValues inputs) const override {
    if (network_ == nullptr) throw Unsupported("reference traces a network held whole only");
    const uint64_t neurons = network_->neurons();
    const Buffer is_input = Buffer::bits;
    visitor.begin_pass(1);
    visitor.place(Buffer::first, neurons, 8);
    visitor.place(is_input, 1, (neurons + 7) / 8);
    place_narrow_inputs(visitor, static_cast<uint32_t>(input_ids_.size()), inputs);
    visitor.place(Array::id, input_ids_.size() * 4);
    visitor.place(Array::output, output_ids_.size() * 4);
    visitor.place(Array::bias, neurons * 4);
    visitor.place_bounds(Array::offset, neurons, 8);
    visitor.place(Array::connection, network_->connections() * 4);
    visitor.place(Array::weight, network_->connections() * 4);
    visitor.begin_layer(Buffer::first, Buffer::first);
    for (uint32_t j = 0; j < input_ids_.size(); ++j) {
      visitor.read(Array::id, j * uint64_t{4}, 4);
      read_narrow_input(visitor, j, inputs);
      visitor.write_target(input_ids_[j], 0, 8);
      visitor.write_row(is_input, 0, input_ids_[j] / 8, 1);
    }
    std::vector<bool> skipped(neurons, false);
    for (const uint32_t v : input_ids_) skipped[v] = true;
    for (uint64_t v = 0; v < neurons; ++v) {
      visitor.read_row(is_input, 0, v / 8, 1);
      if (skipped[v]) continue;
      visitor.read(Array::bias, v * 4, 4);
      visitor.read_bounds(Array::offset, v, v, 8);
      for (uint64_t k = network_->in_begin()[v]; k < network_->in_begin()[v + 1]; ++k) {
        visitor.read(Array::weight, k * 4, 4);
        visitor.read(Array::connection, k * 4, 4);
        visitor.read_source(network_->source()[k], 0, 8);
      }
      visitor.write_target(v, 0, 8);
    }
    for (uint64_t o = 0; o < output_ids_.size(); ++o) {
      visitor.read(Array::output, o * 4, 4);
      visitor.read_target(output_ids_[o], 0, 8);
    }
  }

 private:
  /// Fills `value`; true if some sum is zero to rounding.
  bool forward(const Inputs& inputs, uint64_t input, std::vector<double>& value) const {
    std::vector<bool> is_input(network_->neurons(), false);
    for (uint32_t j = 0; j < inputs.width; ++j) {
      value[input_ids_[j]] = inputs.at(input, j);
      is_input[input_ids_[j]] = true;
    }
    bool tied = false;
    for (uint32_t v = 0; v < network_->neurons(); ++v) {
      if (is_input[v]) continue;
      double sum = 0;
      double size = std::abs(network_->bias()[v]);
      for (uint64_t k = network_->in_begin()[v]; k < network_->in_begin()[v + 1]; ++k) {
        const double term = static_cast<double>(network_->weight()[k]) * value[network_->source()[k]];
        sum += term;
        size += std::abs(term);
      }
      const double bias = network_->bias()[v];
      value[v] = activate(network_->activation_of(v), sum, bias);
      tied = tied || (sum != 0 && std::abs(sum + bias) <= tie * size);
    }
    return tied;
  }

  void count_connections() {
    layers_->restart();
    for (Layer layer; layers_->next(layer);) {
      check_activation(layer.activation, "reference");
      connections_ += layer.connections();
    }
  }

  /// Value of input i at neuron v of a layer: x[v * inputs + i].
  Outcome walk(const Inputs& inputs, Observe observe, const Deadline& deadline) const {
    check_width(inputs, layers_->widths().front());
    const uint64_t count = inputs.count;
    Outcome outcome;
    outcome.executed_edges = count * connections_;
    std::vector<double> x(count * inputs.width);
    std::vector<double> y;
    for (uint64_t i = 0; i < count; ++i)
      for (uint32_t v = 0; v < inputs.width; ++v) x[v * count + i] = inputs.at(i, v);
    std::vector<uint8_t> tied(count, 0);
    Layer layer;
    layers_->restart();
    while (layers_->next(layer)) {
      deadline.check();
      y.resize(count * layer.targets);
      TeamError error;
#pragma omp parallel num_threads(threads_)
      {
        std::vector<uint8_t> tied_here;
        error.guard([&] { tied_here.assign(count, 0); });
#pragma omp for
        for (uint32_t t = 0; t < layer.targets; ++t)
          if (!error.is_caught()) error.guard([&] { walk_target(layer, t, x, &y[t * count], tied_here); });
#pragma omp critical
        for (uint64_t i = 0; i < tied_here.size(); ++i) tied[i] |= tied_here[i];
      }
      error.rethrow();
      x.swap(y);
      if (observe == Observe::alive) outcome.alive.push_back(living(x, count).size());
    }
    for (const uint64_t i : living(x, count)) outcome.categories.push_back(i + 1);
    if (observe != Observe::values) return outcome;
    const uint64_t outputs = x.size() / std::max<uint64_t>(1, count);
    outcome.values.resize(x.size());
    for (uint64_t i = 0; i < count; ++i) {
      outcome.tied.push_back(tied[i] != 0);
      for (uint64_t o = 0; o < outputs; ++o) outcome.values[i * outputs + o] = x[o * count + i];
    }
    return outcome;
  }

  void walk_target(const Layer& layer, uint32_t target, const std::vector<double>& x, double* y,
                   std::vector<uint8_t>& tied) const {
    const uint64_t count = tied.size();
    const double bias = layer.bias[target];
    std::vector<double> sum(count, 0);
    std::vector<double> size(count, std::abs(bias));
    for (uint64_t k = layer.begin[target]; k < layer.begin[target + 1]; ++k) {
      const double weight = layer.weight[k];
      const double* const value = &x[layer.source[k] * count];
      for (uint64_t i = 0; i < count; ++i) {
        const double term = weight * value[i];
        sum[i] += term;
        size[i] += std::abs(term);
      }
    }
    for (uint64_t i = 0; i < count; ++i) {
      y[i] = activate(layer.activation, sum[i], bias);
      if (sum[i] != 0 && std::abs(sum[i] + bias) <= tie * size[i]) tied[i] = 1;
    }
  }

  /// Inputs with a nonzero value, ascending.
  static std::vector<uint64_t> living(const std::vector<double>& x, uint64_t count) {
    std::vector<bool> lives(count, false);
    for (uint64_t k = 0; k < x.size(); ++k)
      if (x[k] != 0) lives[k % count] = true;
    std::vector<uint64_t> list;
    for (uint64_t i = 0; i < count; ++i)
      if (lives[i]) list.push_back(i);
    return list;
  }

  const Network* network_ = nullptr;
  LayerSource* layers_ = nullptr;
  uint64_t connections_ = 0;  // these two where the network is not held whole
  unsigned threads_ = 1;
  std::vector<uint32_t> input_ids_;
  std::vector<uint32_t> output_ids_;
};

const Register<EngineKind> registered{
    {"double precision, one input at a time: what the others are checked against",
     {},
     [](const Params&) -> std::unique_ptr<Engine> { return std::make_unique<Reference>(); },
     {"by_target"},
     {Track::general}}};

}  // namespace
}  // namespace sparsio
