// twin_loops: layers on one panel, block of twins by block of twins.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "exec/kernel/kernel.hpp"
#include "exec/shared/twin_layout.hpp"

namespace sparsio {

/// In place, part after part: a target's row becomes f(sum over its connections of weight * row of the source, its
/// bias), for `columns` columns (rounded up to whole vectors); rows `stride` floats apart, where row_allocation or a
/// schedule has put them. Sources are summed in stored order, the bias is added last. Where there are bits they are the
/// sources of layer 0.
void twin_parts(const TwinLayer& layer, std::span<const TwinPart> parts, const BitSources& bits, float* panel,
                uint32_t stride, uint32_t columns);

/// What the kernel touches for every strip besides the layer: on its stack what it is told of the layer, what the loop
/// over blocks keeps, and its own frame, 250 bytes that begin anywhere, of which four lines are touched as a rule. As
/// g++ 12 compiles it for AVX2. A block that is larger than a cache throws them out each time: in 16 KiB fully
/// associative one line more or less is 0.5 % of the misses.
constexpr uint32_t twin_frame_bytes = 4 * 64;

/// Some targets and columns of a block: a part that is worked through its sources at once.
struct TwinStrip {
  uint32_t target;
  uint32_t targets;
  uint32_t column;
  uint32_t columns;
};

/// The strips of a block of `width` targets on a panel of `columns` columns, in the order they are run.
std::vector<TwinStrip> twin_strips(uint32_t width, uint32_t columns);

}  // namespace sparsio
