// The idea: none. Each connection loads its source, loads or starts its accumulator, and stores it, as the I/O model
// says, so that the memory it touches is the memory the order touches.
#include "exec/connection_list/connection_list_kernel.hpp"

#include "exec/walk/clips.hpp"
#include "exec/walk/curves.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "exec/connection_list/connection_list_kernel.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace sparsio {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template <Clip clip>
HWY_INLINE void Connect(const ListedConnection& c, const float* bias, float* value, size_t stride, uint32_t columns) {
  const hn::ScalableTag<float> f;
  const size_t lanes = hn::Lanes(f);
  const auto zero = hn::Zero(f);
  const uint32_t target = c.target & ListedConnection::id;
  const auto weight = hn::Set(f, c.weight);
  const float* const x = value + c.source * stride;
  float* const y = value + target * stride;
  const auto start = hn::Set(f, bias[target]);
  const bool is_first = (c.target & ListedConnection::first) != 0;
  const bool is_last = (c.target & ListedConnection::last) != 0;
  for (size_t i = 0; i < columns; i += lanes) {
    auto sum = is_first ? start : hn::LoadU(f, y + i);
    sum = hn::MulAdd(weight, hn::LoadU(f, x + i), sum);
    if (is_last) {
      switch (clip) {
        case Clip::as_is:
          sum = hn::Add(sum, zero);
          break;
        case Clip::relu:
          sum = hn::Max(sum, zero);
          break;
        case Clip::challenge:  // no bias is positive, so z = 0 gives 0
          sum = hn::Min(hn::Max(sum, zero), hn::Set(f, rule_of(ActivationKind::challenge).cap));
          break;
      }
    }
    hn::StoreU(sum, f, y + i);
  }
}

template <Clip clip>
void ConnectAll(std::span<const ListedConnection> connections, const float* bias, float* value, size_t stride,
                uint32_t columns) {
  for (const ListedConnection& c : connections) Connect<clip>(c, bias, value, stride, columns);
}

/// Where the last connection into a neuron leaves its sum.
void ConnectToCurves(std::span<const ListedConnection> connections, const float* bias, const Activation& activation,
                     float* value, size_t stride, uint32_t columns) {
  for (const ListedConnection& c : connections) {
    Connect<Clip::as_is>(c, bias, value, stride, columns);
    if ((c.target & ListedConnection::last) != 0)
      curve_values({value + (c.target & ListedConnection::id) * stride, columns}, activation);
  }
}

void ConnectTo(const Activation& activation, std::span<const ListedConnection> connections, const float* bias,
               float* value, size_t stride, uint32_t columns) {
  if (is_curve(activation)) {
    ConnectToCurves(connections, bias, activation, value, stride, columns);
    return;
  }
  with_clip(activation, [&]<Clip clip>() { ConnectAll<clip>(connections, bias, value, stride, columns); });
}

void RunConnections(std::span<const ListedConnection> connections, std::span<const float> bias,
                    std::span<const Activation> activations, float* value, size_t stride, uint32_t columns) {
  if (activations.size() == 1) {
    ConnectTo(activations.front(), connections, bias.data(), value, stride, columns);
    return;
  }
  for (const ListedConnection& c : connections)
    ConnectTo(activations[c.target & ListedConnection::id], {&c, 1}, bias.data(), value, stride, columns);
}

}  // namespace HWY_NAMESPACE
}  // namespace sparsio
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sparsio {

HWY_EXPORT(RunConnections);

void run_connections(std::span<const ListedConnection> connections, std::span<const float> bias,
                     std::span<const Activation> activations, float* value, uint32_t stride, uint32_t columns) {
  HWY_DYNAMIC_DISPATCH(RunConnections)(connections, bias, activations, value, stride, columns);
}

}  // namespace sparsio
#endif
