#include "driver/shared/value_rows.hpp"

#include <algorithm>

namespace sparsio {
namespace {

/// So many inputs that their values are 64 MiB, and whole panels for all workers.
uint64_t rows_with_room(const Plan& plan, const Communicator& ranks) {
  const uint64_t row = outputs_of(plan) * sizeof(double);
  const uint64_t panels = uint64_t{plan.panel} * plan.threads * static_cast<uint64_t>(ranks.size());
  constexpr uint64_t room = uint64_t{1} << 26;
  return std::max<uint64_t>(1, room / std::max<uint64_t>(1, row * panels)) * panels;
}

}  // namespace

uint32_t outputs_of(const Plan& plan) {
  if (plan.layers != nullptr) return plan.layers->widths().back();
  return static_cast<uint32_t>(plan.network->output_ids().size());
}

void show_values(Engine& engine, const Plan& plan, const Inputs& inputs, const Deadline& deadline, Communicator& ranks,
                 const SeeRow& see) {
  const uint64_t share = rows_with_room(plan, ranks);
  for (uint64_t first = 0; first < inputs.count; first += share) {
    const uint64_t count = std::min(share, inputs.count - first);
    const Outcome got = engine.run(rows_of(inputs, first, count), Observe::values, deadline);
    if (ranks.rank() > 0) continue;
    const uint64_t outputs = got.values.size() / count;
    for (uint64_t i = 0; i < count; ++i) see(first + i, std::span(got.values).subspan(i * outputs, outputs));
  }
}

}  // namespace sparsio
