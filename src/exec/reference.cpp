// reference: the dumb engine that all others are checked against.
// One input at a time, double precision, sources summed in the order the network stores them, bias added last. It reads
// as the rule is written and does nothing clever, except that inputs are shared among threads. A network that is not
// held whole is walked once, layer by layer, with all inputs beside each other and targets shared among threads. Asked
// for bounds it carries along how far a float may be from each value (reference/rounded).
#include <algorithm>
#include <atomic>
#include <cmath>

#include "base/team_error.hpp"
#include "exec/engine.hpp"
#include "exec/reference/rounded.hpp"
#include "exec/shared/requirements.hpp"
#include "exec/walk/panel_visit.hpp"

namespace sparsio {
namespace {

bool has_values(Observe observe) {
  return observe == Observe::values || observe == Observe::bounds;
}

double bound_of(const PlainValues&, size_t) {
  return 0;
}
double bound_of(const RoundedValues& values, size_t at) {
  return values.error[at];
}

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
    if (network_->ends_in_softmax()) softmax_ids_.assign(output_ids_.begin(), output_ids_.end());
    for (const Activation& one : network_->activations()) check_activation(one, "reference");
  }

  Outcome run(const Inputs& inputs, Observe observe, const Deadline& deadline) override {
    check_width(inputs, network_ == nullptr ? layers_->widths().front() : input_ids_.size());
    if (observe == Observe::bounds) return run_with<RoundedValues>(inputs, observe, deadline);
    return run_with<PlainValues>(inputs, observe, deadline);
  }

  EngineCost cost() const override {
    EngineCost cost;
    cost.connections = network_ == nullptr ? connections_ : network_->connections();
    cost.bytes_streamed = cost.connections * 8;
    cost.bytes = {.value = 8, .weight = 4, .index = 4};
    cost.row_bytes = 8;
    return cost;
  }

  void visit(AccessVisitor& visitor, const Worker&, PassInputs inputs) const override {
    if (network_ == nullptr) throw Unsupported("reference traces a network held whole only");
    const uint64_t neurons = network_->neurons();
    const Buffer is_input = Buffer::bits;
    visitor.begin_pass(1);
    visitor.place(Buffer::first, neurons, 8);
    visitor.place(is_input, 1, (neurons + 7) / 8);
    place_narrow_inputs(visitor, static_cast<uint32_t>(input_ids_.size()), inputs.values);
    visitor.place(Array::id, input_ids_.size() * 4);
    visitor.place(Array::output, output_ids_.size() * 4);
    visitor.place(Array::bias, neurons * 4);
    visitor.place_bounds(Array::offset, neurons, 8);
    visitor.place(Array::connection, network_->connections() * 4);
    visitor.place(Array::weight, network_->connections() * 4);
    visitor.begin_layer(Buffer::first, Buffer::first);
    for (uint32_t j = 0; j < input_ids_.size(); ++j) {
      visitor.read(Array::id, j * uint64_t{4}, 4);
      read_narrow_input(visitor, j, inputs.values);
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
  template <class Values>
  Outcome run_with(const Inputs& inputs, Observe observe, const Deadline& deadline) const {
    return network_ == nullptr ? walk<Values>(inputs, observe, deadline) : forward<Values>(inputs, observe, deadline);
  }

  template <class Values>
  Outcome forward(const Inputs& inputs, Observe observe, const Deadline& deadline) const {
    Outcome outcome;
    outcome.executed_edges = inputs.count * network_->connections();
    std::vector<uint8_t> category(inputs.count, 0);
    const size_t outputs = output_ids_.size();
    if (has_values(observe)) outcome.values.assign(inputs.count * outputs, 0);
    if (observe == Observe::bounds) outcome.bounds = outcome.values;
    const size_t layers = network_->layer_begin().empty() ? 0 : network_->layer_begin().size() - 2;
    if (observe == Observe::alive) outcome.alive.assign(layers, 0);
    std::atomic<bool> late{false};
    TeamError error;
    const auto run_input = [&](uint64_t i) {
      const Values values = values_of<Values>(inputs, i);
      for (size_t o = 0; o < outputs; ++o) {
        const double y = values.value[output_ids_[o]];
        if (y != 0) category[i] = 1;
        if (has_values(observe)) outcome.values[i * outputs + o] = y;
        if (observe == Observe::bounds) outcome.bounds[i * outputs + o] = bound_of(values, output_ids_[o]);
      }
      for (size_t l = 0; l < outcome.alive.size(); ++l) {
        const auto begin = values.value.begin() + network_->layer_begin()[l + 1];
        const auto end = values.value.begin() + network_->layer_begin()[l + 2];
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
    for (uint64_t i = 0; i < inputs.count; ++i)
      if (category[i]) outcome.categories.push_back(i + 1);
    return outcome;
  }

  /// Of all neurons for one input.
  template <class Values>
  Values values_of(const Inputs& inputs, uint64_t input) const {
    Values values(network_->neurons());
    std::vector<bool> is_input(network_->neurons(), false);
    for (uint32_t j = 0; j < inputs.width; ++j) {
      values.set(input_ids_[j], inputs.at(input, j));
      is_input[input_ids_[j]] = true;
    }
    for (uint32_t v = 0; v < network_->neurons(); ++v) {
      if (is_input[v]) continue;
      typename Values::Sum sum;
      for (uint64_t k = network_->in_begin()[v]; k < network_->in_begin()[v + 1]; ++k)
        sum.add(network_->weight()[k], values, network_->source()[k]);
      sum.finish(network_->activation_of(v), network_->bias()[v], values, v);
    }
    if (!softmax_ids_.empty()) values.soften(softmax_ids_);
    return values;
  }

  void count_connections() {
    layers_->restart();
    for (Layer layer; layers_->next(layer);) {
      check_activation(layer.activation, "reference");
      connections_ += layer.connections();
    }
  }

  /// Value of input i at neuron v of a layer: x[v * inputs + i].
  template <class Values>
  Outcome walk(const Inputs& inputs, Observe observe, const Deadline& deadline) const {
    const uint64_t count = inputs.count;
    Outcome outcome;
    outcome.executed_edges = count * connections_;
    Values x(count * inputs.width);
    for (uint64_t i = 0; i < count; ++i)
      for (uint32_t v = 0; v < inputs.width; ++v) x.set(v * count + i, inputs.at(i, v));
    Layer layer;
    layers_->restart();
    while (layers_->next(layer)) {
      deadline.check();
      Values y(count * layer.targets);
      TeamError error;
#pragma omp parallel for num_threads(threads_)
      for (uint32_t t = 0; t < layer.targets; ++t)
        if (!error.is_caught()) error.guard([&] { walk_target(layer, t, count, x, y); });
      error.rethrow();
      std::swap(x, y);
      if (layer.activation.kind == ActivationKind::softmax) soften(x, count, layer.targets);
      if (observe == Observe::alive) outcome.alive.push_back(living(x.value, count).size());
    }
    for (const uint64_t i : living(x.value, count)) outcome.categories.push_back(i + 1);
    if (!has_values(observe)) return outcome;
    const uint64_t outputs = x.value.size() / std::max<uint64_t>(1, count);
    outcome.values.resize(x.value.size());
    if (observe == Observe::bounds) outcome.bounds.resize(x.value.size());
    for (uint64_t i = 0; i < count; ++i)
      for (uint64_t o = 0; o < outputs; ++o) {
        outcome.values[i * outputs + o] = x.value[o * count + i];
        if (observe == Observe::bounds) outcome.bounds[i * outputs + o] = bound_of(x, o * count + i);
      }
    return outcome;
  }

  template <class Values>
  static void walk_target(const Layer& layer, uint32_t target, uint64_t count, const Values& x, Values& y) {
    std::vector<typename Values::Sum> sum(count);
    for (uint64_t k = layer.begin[target]; k < layer.begin[target + 1]; ++k)
      for (uint64_t i = 0; i < count; ++i) sum[i].add(layer.weight[k], x, layer.source[k] * count + i);
    for (uint64_t i = 0; i < count; ++i) sum[i].finish(layer.activation, layer.bias[target], y, target * count + i);
  }

  template <class Values>
  static void soften(Values& x, uint64_t count, uint64_t outputs) {
    std::vector<uint64_t> of(outputs);
    for (uint64_t i = 0; i < count; ++i) {
      for (uint64_t o = 0; o < outputs; ++o) of[o] = o * count + i;
      x.soften(of);
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
  std::vector<uint64_t> softmax_ids_;  // the outputs, if their values are made one whole
};

const Register<EngineKind> registered{
    {.summary = "double precision, one input at a time: what the others are checked against",
     .options = {},
     .make = [](const Params&) -> std::unique_ptr<Engine> { return std::make_unique<Reference>(); },
     .orders = {"by_target"},
     .tracks = {Track::general},
     .bits = {SameBits::any_threads, SameBits::any_panel, SameBits::any_rows}}};

}  // namespace
}  // namespace sparsio
