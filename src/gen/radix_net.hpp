// radix_net: the networks of the HPEC Sparse DNN Graph Challenge, exactly.
// With M = N/16 and n = log2 M, a block has n layers; in layer k of a block source i feeds target j iff i mod M is
// j mod M or (j + 2^k) mod M: a RadiX-Net with all radices 2, Kronecker product with a 16 x 16 block of ones (Kepner
// and Robinett, IPDPSW 2019). Every block but the first permutes its sources by one permutation. Targets are never
// permuted. The permutations are a stable argsort of MT19937 doubles, one stream for all four official sizes.
#pragma once

#include <cstdint>
#include <vector>

namespace sparsio {

/// The permutations of blocks 1 .. blocks - 1 for `neurons` a layer, concatenated: row p[r] of a layer of the block is
/// row r of the base layer. `neurons` = 16 * 2^n. For official sizes (1024 4096 16384 65536) at most 320, 240, 192, 160
/// blocks are official; more, and other sizes, continue a stream of our own.
std::vector<uint32_t> radix_net_permutations(uint32_t neurons, uint64_t blocks);

/// The bias of the challenge; of other sizes that of the next official one, of the largest above it.
float radix_net_bias(uint32_t neurons);

}  // namespace sparsio
