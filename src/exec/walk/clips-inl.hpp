// clips-inl: the clips for vectors, compiled once for each instruction set that the includer is compiled for.
#if defined(SPARSIO_EXEC_WALK_CLIPS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef SPARSIO_EXEC_WALK_CLIPS_INL_HPP
#undef SPARSIO_EXEC_WALK_CLIPS_INL_HPP
#else
#define SPARSIO_EXEC_WALK_CLIPS_INL_HPP
#endif

#include <hwy/highway.h>

#include "exec/walk/clips.hpp"

HWY_BEFORE_NAMESPACE();
namespace sparsio {
namespace HWY_NAMESPACE {

template <Clip clip, class F, class V>
HWY_INLINE V Clipped(F f, V sum, V bias) {
  namespace hn = hwy::HWY_NAMESPACE;
  const V zero = hn::Zero(f);
  V y = hn::Add(sum, bias);
  switch (clip) {
    case Clip::as_is:
      y = hn::Add(y, zero);
      break;
    case Clip::relu:
      y = hn::Max(y, zero);
      break;
    case Clip::challenge:
      y = hn::IfThenElseZero(hn::Ne(sum, zero),
                             hn::Min(hn::Max(y, zero), hn::Set(f, rule_of(ActivationKind::challenge).cap)));
      break;
  }
  return y;
}

}  // namespace HWY_NAMESPACE
}  // namespace sparsio
HWY_AFTER_NAMESPACE();

#endif
