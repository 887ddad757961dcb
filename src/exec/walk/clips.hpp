// clips: how kernels finish a sum while it is in a register.
// The activations that are a few comparisons are finished there: those of the Graph Challenge and of most pruned
// networks. The others (exec/walk/curves) cost ten times as much and are computed row by row afterwards, from
// s = z + b. This is for one value; clips-inl.hpp has it for vectors.
#pragma once

#include "net/activation.hpp"

namespace sparsio {

enum class Clip : uint8_t { as_is, relu, challenge };

constexpr Clip clip_of(const Activation& activation) {
  if (activation.kind == ActivationKind::relu) return Clip::relu;
  if (activation.kind == ActivationKind::challenge) return Clip::challenge;
  return Clip::as_is;
}

/// Whether a kernel is not done then: neither identity nor a clip, nor softmax, which waits for all outputs.
constexpr bool is_curve(const Activation& activation) {
  return clip_of(activation) == Clip::as_is && activation.kind != ActivationKind::identity &&
         activation.kind != ActivationKind::softmax;
}

/// Calls use.operator()<clip>(): kernels choose outside their loops.
template <class Use>
void with_clip(const Activation& activation, const Use& use) {
  switch (clip_of(activation)) {
    case Clip::as_is:
      return use.template operator()<Clip::as_is>();
    case Clip::relu:
      return use.template operator()<Clip::relu>();
    case Clip::challenge:
      return use.template operator()<Clip::challenge>();
  }
}

/// No value is -0, and what is no number is 0 after a clip.
template <Clip clip>
float clipped(float z, float b) {
  constexpr float most = rule_of(ActivationKind::challenge).cap;
  const float s = z + b;
  switch (clip) {
    case Clip::as_is:
      return s + 0.0F;
    case Clip::relu:
      return s > 0 ? s : 0.0F;
    case Clip::challenge:
      return z == 0 || s < 0 ? 0.0F : s > most ? most : s;
  }
}

}  // namespace sparsio
