// connection_list: executes any order, connection by connection, over a panel of inputs.
// It is the I/O model made to run: every neuron has one row of values for the whole pass, accumulators start as the
// bias and are updated in place. Any valid order of any DAG; track `general`.
#include <algorithm>
#include <atomic>
#include <mutex>

#include "base/team_error.hpp"
#include "exec/connection_list/connection_list_kernel.hpp"
#include "exec/engine.hpp"
#include "exec/shared/aligned.hpp"
#include "exec/shared/requirements.hpp"
#include "exec/walk/curves.hpp"
#include "exec/walk/panel_kernels.hpp"
#include "exec/walk/panel_visit.hpp"

namespace sparsio {
namespace {

class ConnectionList final : public Engine {
 public:
  void prepare(const Plan& plan) override {
    if (plan.network == nullptr) throw Unsupported("connection_list needs the network held whole");
    network_ = plan.network;
    panel_ = plan.panel;
    threads_ = plan.threads;
    input_ids_ = network_->input_ids();
    output_ids_ = network_->output_ids();
    if (network_->neurons() > ListedConnection::id) throw Unsupported("connection_list numbers up to 2^30 neurons");
    bias_.assign(network_->bias().begin(), network_->bias().end());
    for (const Activation& one : network_->activations()) check_activation(one, "connection_list");
    for (uint32_t v = 0; v < network_->neurons(); ++v)
      if (network_->activation_of(v).kind == ActivationKind::challenge && bias_[v] > 0)
        throw Unsupported(
            "connection_list starts sums at the bias, so it cannot see z = 0 under a positive bias (challenge)");
    activations_.assign(network_->activations().begin(), network_->activations().end());
    if (activations_.size() > 1) {
      activations_.resize(network_->neurons());
      for (uint32_t v = 0; v < network_->neurons(); ++v) activations_[v] = network_->activation_of(v);
    }
    if (network_->ends_in_softmax()) softmax_ids_ = output_ids_;
    list(plan.order);
  }

  Outcome run(const Inputs& inputs, Observe observe, const Deadline& deadline) override {
    check_width(inputs, input_ids_.size());
    Outcome outcome;
    outcome.executed_edges = inputs.count * connection_.size();
    if (observe == Observe::values) outcome.values.assign(inputs.count * output_ids_.size(), 0);
    if (observe == Observe::alive) outcome.alive.assign(layers(), 0);
    std::atomic<uint64_t> next{0};
    std::atomic<bool> late{false};
    TeamError error;
    std::mutex joining;
    const auto work = [&] {
      Panel panel = make_panel();
      std::vector<uint64_t> categories;
      for (uint64_t first; !late && !error.is_caught() && (first = next.fetch_add(panel_)) < inputs.count;) {
        const auto count = static_cast<uint32_t>(std::min<uint64_t>(panel_, inputs.count - first));
        load(inputs, first, count, panel);
        if (!forward(panel.value.data(), count, deadline)) late = true;
        softmax_columns(panel.value.data(), {softmax_ids_.size(), softmax_ids_.data()}, row_stride(panel_), count);
        collect(panel, first, count, categories, outcome);
      }
      const std::lock_guard one_by_one(joining);
      outcome.categories.insert(outcome.categories.end(), categories.begin(), categories.end());
    };
#pragma omp parallel num_threads(threads_)
    error.guard(work);
    error.rethrow();
    if (late) deadline.check();
    std::sort(outcome.categories.begin(), outcome.categories.end());
    return outcome;
  }

  EngineCost cost() const override {
    EngineCost cost;
    cost.connections = connection_.size();
    cost.bytes_streamed = cost.connections * sizeof(ListedConnection);
    cost.panel = panel_;
    cost.bytes.index = 8;
    cost.row_bytes = row_stride(panel_) * 4;
    cost.chains_sums = true;
    return cost;
  }

  void visit(AccessVisitor& visitor, const Worker&, PassInputs inputs) const override {
    const uint64_t row = row_stride(panel_) * 4;
    const auto width = static_cast<uint32_t>(input_ids_.size());
    visitor.begin_pass(panel_);
    visit_begin_of_run(visitor);
    visitor.place(Buffer::first, network_->neurons(), row);
    visitor.place(Buffer::staged, width, row);
    visitor.place(Array::connection, connection_.size() * sizeof(ListedConnection));
    visitor.place(Array::bias, bias_.size() * 4);
    visitor.place_bounds(Array::degree, network_->neurons(), 8);
    visitor.place(Array::id, uint64_t{width} * 4);
    visitor.place(Array::output, output_ids_.size() * 4);
    if (activations_.size() > 1) visitor.place(Array::activation, activations_.size() * sizeof(Activation));
    visitor.begin_layer(Buffer::first, Buffer::first);
    place_inputs(visitor, width, inputs.values);
    visit_panel(visitor, row);
    visit_inputs(visitor, width, Buffer::staged, inputs.values);
    for (uint64_t j = 0; j < width; ++j) {
      visitor.read(Array::id, j * 4, 4);
      visitor.read_row(Buffer::staged, j, 0, row);
      visitor.write_target(input_ids_[j], 0, row);
    }
    for (uint64_t k = 0; k < connection_.size(); ++k) {
      const ListedConnection& c = connection_[k];
      const uint64_t target = c.target & ListedConnection::id;
      visitor.read(Array::connection, k * sizeof(ListedConnection), sizeof(ListedConnection));
      if (activations_.size() > 1) visitor.read(Array::activation, target * sizeof(Activation), sizeof(Activation));
      visitor.read(Array::bias, target * 4, 4);
      visitor.read_source(c.source, 0, row);
      if ((c.target & ListedConnection::first) == 0) visitor.read_target(target, 0, row);
      visitor.write_target(target, 0, row);
      if ((c.target & ListedConnection::last) == 0 || !is_curve(network_->activation_of(static_cast<uint32_t>(target))))
        continue;
      visitor.read_target(target, 0, row);
      visitor.write_target(target, 0, row);
    }
    if (!softmax_ids_.empty()) visit_softmax(visitor, {softmax_ids_.size(), softmax_ids_.data()}, Array::output);
    for (uint64_t o = 0; o < output_ids_.size(); ++o) {
      visitor.read(Array::output, o * 4, 4);
      visitor.read_target(output_ids_[o], 0, row);
    }
    visit_end_of_run(visitor);
  }

  std::string simd() const override {
    return simd_name();
  }

 private:
  struct Panel {
    AlignedVector<float> value;   // every neuron's row
    AlignedVector<float> inputs;  // rows of the inputs, before they are put at their neurons
  };

  /// make_panel: neurons without in-connections have their values at once.
  void visit_panel(AccessVisitor& visitor, uint64_t row) const {
    for (uint32_t v = 0; v < network_->neurons(); ++v) {
      visitor.read_bounds(Array::degree, v, v, 8);
      if (network_->in_degree(v) > 0) continue;
      visitor.read(Array::bias, uint64_t{v} * 4, 4);
      visitor.write_target(v, 0, row);
    }
  }

  size_t layers() const {
    return network_->layer_begin().empty() ? 0 : network_->layer_begin().size() - 2;
  }

  void list(const Order& order) {
    const std::vector<Step> sequence = steps(*network_, order);
    std::vector<uint64_t> missing(network_->neurons());
    for (uint32_t v = 0; v < missing.size(); ++v) missing[v] = network_->in_degree(v);
    connection_.resize(sequence.size());
    for (uint64_t k = 0; k < sequence.size(); ++k) {
      const auto [u, v] = sequence[k];
      const uint32_t first = missing[v] == network_->in_degree(v) ? ListedConnection::first : 0;
      const uint32_t last = --missing[v] == 0 ? ListedConnection::last : 0;
      connection_[k] = {u, v | first | last, network_->weight()[order.at(k)]};
    }
  }

  Panel make_panel() const {
    const uint64_t stride = row_stride(panel_);
    Panel panel{AlignedVector<float>(network_->neurons() * stride), AlignedVector<float>(input_ids_.size() * stride)};
    // A neuron without in-connections that is not an input never changes: f(0, bias).
    for (uint32_t v = 0; v < network_->neurons(); ++v) set_constant(v, panel);
    return panel;
  }

  void set_constant(uint32_t v, Panel& panel) const {
    if (network_->in_degree(v) > 0) return;
    const double value = activate(network_->activation_of(v), 0, double{bias_[v]});
    std::fill_n(&panel.value[uint64_t{v} * row_stride(panel_)], row_stride(panel_), static_cast<float>(value));
  }

  void load(const Inputs& inputs, uint64_t first, uint32_t count, Panel& panel) const {
    const uint64_t stride = row_stride(panel_);
    fill_panel(inputs, first, count, panel.inputs.data(), static_cast<uint32_t>(stride));
    for (size_t j = 0; j < input_ids_.size(); ++j)
      std::copy_n(&panel.inputs[j * stride], stride, &panel.value[input_ids_[j] * stride]);
    for (const uint32_t v : softmax_ids_) set_constant(v, panel);  // the last panel's softmax was in place
  }

  /// False if the deadline passed, looked at every quarter of a million connections.
  bool forward(float* value, uint32_t count, const Deadline& deadline) const {
    constexpr size_t stretch = size_t{1} << 18;
    for (size_t begin = 0; begin < connection_.size(); begin += stretch) {
      if (deadline.is_over()) return false;
      const size_t size = std::min(stretch, connection_.size() - begin);
      run_connections({connection_.data() + begin, size}, bias_, activations_, value, row_stride(panel_), count);
    }
    return true;
  }

  void collect(const Panel& panel, uint64_t first, uint32_t count, std::vector<uint64_t>& categories,
               Outcome& outcome) const {
    const uint64_t stride = row_stride(panel_);
    // Row by row, as the outputs lie in memory.
    std::vector<uint8_t> is_category(count, 0);
    for (const uint32_t v : output_ids_)
      for (uint32_t c = 0; c < count; ++c) is_category[c] |= panel.value[v * stride + c] != 0 ? 1 : 0;
    for (uint32_t c = 0; c < count; ++c) {
      const auto at = [&](uint32_t v) { return panel.value[v * stride + c]; };
      if (is_category[c] != 0) categories.push_back(first + c + 1);
      if (!outcome.values.empty())
        for (size_t o = 0; o < output_ids_.size(); ++o)
          outcome.values[(first + c) * output_ids_.size() + o] = at(output_ids_[o]);
      for (size_t l = 0; l < outcome.alive.size(); ++l) {
        uint64_t alive = 0;
        for (uint32_t v = network_->layer_begin()[l + 1]; v < network_->layer_begin()[l + 2] && alive == 0; ++v)
          alive = at(v) != 0 ? 1 : 0;
#pragma omp atomic
        outcome.alive[l] += alive;
      }
    }
  }

  const Network* network_ = nullptr;
  uint32_t panel_ = 1;
  unsigned threads_ = 1;
  std::vector<uint32_t> input_ids_;
  std::vector<uint32_t> output_ids_;
  std::vector<uint32_t> softmax_ids_;  // the outputs, if their values are made one whole
  AlignedVector<ListedConnection> connection_;
  AlignedVector<float> bias_;
  std::vector<Activation> activations_;  // of each neuron, or one for all
};

const Register<EngineKind> registered{
    {.summary = "executes any order, connection by connection, over a panel of inputs: the I/O model made to run",
     .options = {},
     .make = [](const Params&) -> std::unique_ptr<Engine> { return std::make_unique<ConnectionList>(); },
     .orders = {},
     .tracks = {Track::general},
     .bits = {SameBits::any_threads, SameBits::any_panel, SameBits::any_rows}}};

}  // namespace
}  // namespace sparsio
