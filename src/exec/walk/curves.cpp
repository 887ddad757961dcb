// The idea: Highway's exp and tanh, whose errors are 1 and 4 units in the last place, and for gelu a normal
// distribution of our own, since Highway 1.0 has no erf. Phi(-a) = exp(-a^2 / 2) t P(t), t = 1 / (1 + 0.3 a), a >= 0,
// is the form of Hastings (Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26); P has degree 7, fitted
// by weighted least squares (Lawson's weights) so that the error of a Phi(-a) is at most 2.2e-9. It is precise in the
// tail, where 1 + erf is not.
#include "exec/walk/curves.hpp"

#include <algorithm>
#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "exec/walk/curves.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
// after it
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace sparsio {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Floats = hn::ScalableTag<float>;
using Vector = hn::Vec<Floats>;

/// Below it, exp overflows in float where a sigmoid needs it.
constexpr float lowest_exponent = -87.0F;

/// exp(x), from what is no number what it is: Highway turns its argument into whole numbers, where that has no meaning.
HWY_INLINE Vector Power(Vector x) {
  const Floats f;
  const auto is_none = hn::IsNaN(x);
  const Vector near = hn::Min(hn::Max(x, hn::Set(f, -104.0F)), hn::Set(f, 88.0F));
  return hn::IfThenElse(is_none, x, hn::Exp(f, hn::IfThenZeroElse(is_none, near)));
}

/// factor / (1 + exp(-v)); 0 where that is below what a float holds.
HWY_INLINE Vector TimesSigmoid(Vector factor, Vector v) {
  const Floats f;
  const auto is_seen = hn::Gt(v, hn::Set(f, lowest_exponent));
  const Vector power =
      hn::Exp(f, hn::Min(hn::Max(hn::Neg(v), hn::Set(f, lowest_exponent)), hn::Set(f, -lowest_exponent)));
  return hn::IfThenElseZero(is_seen, hn::Div(factor, hn::Add(hn::Set(f, 1.0F), power)));
}

HWY_INLINE Vector Gelu(Vector s) {
  const Floats f;
  constexpr float p[] = {0.11968394368886948F, 0.11993198841810226F, 0.10447093844413757F,  0.11579976975917816F,
                         -0.0336984246969223F, 0.1886177808046341F,  -0.14888311922550201F, 0.03407713398337364F};
  const Vector near = hn::Min(hn::Max(s, hn::Set(f, -30.0F)), hn::Set(f, 30.0F));  // Phi(-30) is 0 in float
  const Vector a = hn::Abs(near);
  const Vector t = hn::Div(hn::Set(f, 1.0F), hn::MulAdd(hn::Set(f, 0.3F), a, hn::Set(f, 1.0F)));
  Vector sum = hn::Set(f, p[7]);
  for (size_t k = 7; k-- > 0;) sum = hn::MulAdd(sum, t, hn::Set(f, p[k]));
  const Vector density = hn::Exp(f, hn::Mul(hn::Mul(a, a), hn::Set(f, -0.5F)));
  const Vector tail = hn::Mul(near, hn::Mul(hn::Mul(t, sum), density));  // s Phi(-|s|)
  return hn::IfThenElse(hn::Lt(s, hn::Zero(f)), tail, hn::Sub(s, tail));
}

template <ActivationKind kind>
HWY_INLINE Vector Curve(Vector given, const Activation& activation) {
  const Floats f;
  const auto is_none = hn::IsNaN(given);
  const Vector s = hn::IfThenZeroElse(is_none, given);
  const Vector zero = hn::Zero(f);
  const Vector one = hn::Set(f, 1.0F);
  const Vector slope = hn::Set(f, activation.slope);
  Vector y = s;
  switch (kind) {
    case ActivationKind::identity:
    case ActivationKind::relu:
    case ActivationKind::challenge:
    case ActivationKind::softmax:
      break;
    case ActivationKind::leaky_relu:
      y = hn::IfThenElse(hn::Gt(s, zero), s, hn::Mul(slope, s));
      break;
    case ActivationKind::sigmoid:
      y = TimesSigmoid(one, s);
      break;
    case ActivationKind::tanh:
      y = hn::Tanh(f, hn::Min(hn::Max(s, hn::Set(f, -20.0F)), hn::Set(f, 20.0F)));  // 1 in float
      break;
    case ActivationKind::gelu:
      y = Gelu(s);
      break;
    case ActivationKind::gelu_tanh: {
      const Vector u = hn::MulAdd(hn::Mul(s, s), hn::Set(f, 0.0713548162726F), hn::Set(f, 1.5957691216057F));
      y = TimesSigmoid(s, hn::Mul(s, u));
      break;
    }
    case ActivationKind::silu:
      y = TimesSigmoid(s, s);
      break;
    case ActivationKind::hard_sigmoid:
      y = hn::Min(hn::Max(hn::MulAdd(slope, s, hn::Set(f, activation.shift)), zero), one);
      break;
  }
  return hn::IfThenElse(is_none, given, hn::Add(y, zero));  // no -0
}

template <ActivationKind kind>
void CurveAll(float* values, size_t count, const Activation& activation) {
  const Floats f;
  const size_t lanes = hn::Lanes(f);
  size_t k = 0;
  for (; k + lanes <= count; k += lanes) hn::StoreU(Curve<kind>(hn::LoadU(f, values + k), activation), f, values + k);
  if (k == count) return;
  HWY_ALIGN float rest[hn::MaxLanes(Floats())] = {};
  std::copy(values + k, values + count, rest);
  hn::Store(Curve<kind>(hn::Load(f, rest), activation), f, rest);
  std::copy_n(rest, count - k, values + k);
}

void CurveValues(float* values, size_t count, const Activation& activation) {
  switch (activation.kind) {
    case ActivationKind::identity:
    case ActivationKind::relu:
    case ActivationKind::challenge:
    case ActivationKind::softmax:
      return;
    case ActivationKind::leaky_relu:
      return CurveAll<ActivationKind::leaky_relu>(values, count, activation);
    case ActivationKind::sigmoid:
      return CurveAll<ActivationKind::sigmoid>(values, count, activation);
    case ActivationKind::tanh:
      return CurveAll<ActivationKind::tanh>(values, count, activation);
    case ActivationKind::gelu:
      return CurveAll<ActivationKind::gelu>(values, count, activation);
    case ActivationKind::gelu_tanh:
      return CurveAll<ActivationKind::gelu_tanh>(values, count, activation);
    case ActivationKind::silu:
      return CurveAll<ActivationKind::silu>(values, count, activation);
    case ActivationKind::hard_sigmoid:
      return CurveAll<ActivationKind::hard_sigmoid>(values, count, activation);
  }
}

/// sum + more = sum + error, exactly (Kahan): many small outputs beside a large one would be lost.
HWY_INLINE void AddTo(Vector& sum, Vector& error, Vector more) {
  const Vector corrected = hn::Sub(more, error);
  const Vector next = hn::Add(sum, corrected);
  error = hn::Sub(hn::Sub(next, sum), corrected);
  sum = next;
}

void SoftmaxColumns(float* panel, Rows rows, uint32_t stride, uint32_t count) {
  const Floats f;
  const auto lanes = static_cast<uint32_t>(hn::Lanes(f));
  for (uint32_t c = 0; c < count; c += lanes) {
    const auto at = [&](uint64_t v) { return panel + rows[v] * stride + c; };
    Vector most = hn::Set(f, -HUGE_VALF);
    for (uint64_t v = 0; v < rows.count; ++v) most = hn::Max(most, hn::LoadU(f, at(v)));
    Vector sum = hn::Zero(f);
    Vector error = sum;
    for (uint64_t v = 0; v < rows.count; ++v) {
      const Vector power = Power(hn::Sub(hn::LoadU(f, at(v)), most));
      hn::StoreU(power, f, at(v));
      AddTo(sum, error, power);
    }
    const Vector share = hn::Div(hn::Set(f, 1.0F), sum);
    for (uint64_t v = 0; v < rows.count; ++v) hn::StoreU(hn::Mul(hn::LoadU(f, at(v)), share), f, at(v));
  }
}

void ExpOfDifferences(float* values, size_t count, float most) {
  const Floats f;
  const size_t lanes = hn::Lanes(f);
  HWY_ALIGN float some[hn::MaxLanes(Floats())] = {};
  for (size_t k = 0; k < count; k += lanes) {
    const size_t here = std::min(lanes, count - k);
    std::copy_n(values + k, here, some);
    hn::Store(Power(hn::Sub(hn::Load(f, some), hn::Set(f, most))), f, some);
    std::copy_n(some, here, values + k);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sparsio
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "exec/walk/clips.hpp"

namespace sparsio {

HWY_EXPORT(CurveValues);
HWY_EXPORT(SoftmaxColumns);
HWY_EXPORT(ExpOfDifferences);

double curve_error(double value) {
  const auto size = static_cast<float>(std::abs(value));
  if (!std::isfinite(size)) return HUGE_VAL;
  const double unit = double{std::nextafter(size, HUGE_VALF)} - size;
  return std::max(1e-7, 4 * unit);
}

void curve_values(std::span<float> values, const Activation& activation) {
  if (is_curve(activation)) HWY_DYNAMIC_DISPATCH(CurveValues)(values.data(), values.size(), activation);
}

void curve_rows(float* panel, Rows rows, uint32_t stride, uint32_t count, const Activation& activation) {
  if (!is_curve(activation)) return;
  const auto curve = HWY_DYNAMIC_DISPATCH(CurveValues);
  for (uint64_t v = 0; v < rows.count; ++v) curve(panel + rows[v] * stride, count, activation);
}

void softmax_columns(float* panel, Rows rows, uint32_t stride, uint32_t count) {
  HWY_DYNAMIC_DISPATCH(SoftmaxColumns)(panel, rows, stride, count);
}

void softmax_values(std::span<float> values) {
  if (values.empty()) return;
  HWY_DYNAMIC_DISPATCH(ExpOfDifferences)
  (values.data(), values.size(), *std::max_element(values.begin(), values.end()));
  double sum = 0;
  for (const float value : values) sum += double{value};
  for (float& value : values) value = static_cast<float>(double{value} / sum);
}

}  // namespace sparsio
#endif
