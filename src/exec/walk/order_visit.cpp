#include "exec/walk/order_visit.hpp"

#include "exec/walk/panel_visit.hpp"

namespace sparsio {
namespace {

/// Rows narrower than a line are not turned in blocks but value by value.
void visit_narrow_inputs(const std::vector<uint32_t>& ids, const OrderLayout& layout, AccessVisitor& visitor) {
  for (uint32_t j = 0; j < ids.size(); ++j) {
    if (layout.inputs == InputValues::floats)
      for (uint32_t c = 0; c < visitor.columns(); ++c)
        read_input_values(visitor, static_cast<uint32_t>(ids.size()), c, j, j + 1);
    else if (j % 8 == 0)
      visitor.read(Array::input_bits, j / 8, 1);
    visitor.write_target(ids[j], 0, layout.row_bytes);
  }
}

}  // namespace

void visit_order(const Network& network, std::span<const Step> steps, const OrderLayout& layout,
                 AccessVisitor& visitor) {
  const std::vector<uint32_t> inputs = network.input_ids();
  const std::vector<uint32_t> outputs = network.output_ids();
  visitor.begin_pass(layout.row_bytes / 4);
  visitor.begin_layer(Buffer::first, Buffer::first);
  visitor.place(Buffer::first, network.neurons(), layout.row_bytes);
  visitor.place(Array::bias, uint64_t{network.neurons()} * 4);
  visitor.place(Array::connection, network.connections() * layout.connection_bytes);
  visitor.place(Array::offset, uint64_t{network.neurons()} * layout.target_bytes);
  visitor.place(Array::degree, uint64_t{network.neurons()} * 8);
  visitor.place(Array::id, inputs.size() * 4);
  visitor.place(Array::output, outputs.size() * 4);
  const auto width = static_cast<uint32_t>(inputs.size());
  const auto write = [&](uint32_t value, uint32_t column, uint32_t columns) {
    visitor.write_target(inputs[value], column * 4, columns * 4);
  };
  place_inputs(visitor, width, layout.inputs, layout.vector_bytes);
  if (layout.row_bytes < 64)
    visit_narrow_inputs(inputs, layout, visitor);
  else if (layout.inputs == InputValues::floats)
    visit_turned_floats(visitor, width, write);
  else
    visit_turned_inputs(visitor, width, write);
  std::vector<bool> is_begun(network.neurons(), false);
  uint64_t begun = 0;
  for (uint64_t k = 0; k < steps.size(); ++k) {
    const auto [u, v] = steps[k];
    if (layout.target_bytes > 0 && !is_begun[v])
      visitor.read(Array::offset, begun++ * layout.target_bytes, layout.target_bytes);
    is_begun[v] = true;
    visitor.read(Array::connection, k * layout.connection_bytes, layout.connection_bytes);
    visitor.read(Array::bias, v * uint64_t{4}, 4);
    visitor.read_source(u, 0, layout.row_bytes);
    visitor.write_target(v, 0, layout.row_bytes);
  }
  for (size_t o = 0; o < outputs.size(); ++o) {
    visitor.read(Array::output, o * 4, 4);
    visitor.read_target(outputs[o], 0, layout.row_bytes);
  }
}

}  // namespace sparsio
