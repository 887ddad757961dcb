// phases: how many connections a phase of a schedule can process, and so how many phases there must be.
// Cut any schedule after every R value reads (weights do not count). In a phase at most s = M - 1 + R neurons are in
// fast memory at some time, those at its beginning and those read; every connection that it processes lies among them
// (Hong and Kung 1981). With e(s) the most connections among s neurons there are at least W / e(s) phases.
//
// In a layered network the s neurons spread over the layers, and a neuron in the middle may serve twice, as a target
// and as a source: that makes e(s) large. But a neuron is complete before it is a source, so it serves twice in one
// phase only, the one that completes it. Let d_k neurons serve twice in phase k; then d_1 + d_2 + ... <= H, the neurons
// that have both in- and out-connections. So with a price p on serving twice,
//   W - p H <= phases * g(p),   g(p) = the most of (connections - p * neurons serving twice) among s neurons,
// for every p >= 0. g comes from a dynamic programme over the layers: sources of the layer, targets of the next, those
// of them that serve twice, further sources, each with the words used so far. Where that is too long, counts are taken
// in units, each rounded to the side on which the bound stays true.
#pragma once

#include <span>

#include "bound/lower_instance/pair_chain.hpp"

namespace sparsio {

/// The most of (connections - price * neurons serving twice) among `neurons` neurons, or something above it.
double most_in_phase(const PairChain& chain, uint64_t neurons, double price);

/// Value reads that any schedule needs to process the connections with `slots` = M - 1 neurons in fast memory; 0 where
/// the argument gives nothing. `chains`: the same connections, at least once; further ones with other weights. What can
/// prove no more than is `known` is not looked at.
uint64_t phase_reads(std::span<const PairChain> chains, uint64_t slots, uint64_t known = 0);

}  // namespace sparsio
