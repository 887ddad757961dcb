// even_weights: weights of a layer's connections that make it look as even as it can be made to look.
// A phase argument may weigh connections as it likes: what all weigh over what a phase can process at most is a bound
// on the phases, and the weights that make it large are those under which no set of neurons is much heavier than
// another (they are the dual of covering the connections by phases). First all neurons of a side are given the same
// weight (Sinkhorn and Knopp 1967): degrees alone then make no set heavy. Then, in rounds, weight is taken from
// connections along the largest singular directions, so that the largest singular values come down together (a descent
// for the norm, in the manner of Lovasz's theta). Any weights are sound; these only decide how much is proved.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "net/order.hpp"

namespace sparsio {

/// One weight a connection, all positive, their sum the number of connections. Every source and every target has a
/// connection.
std::vector<double> even_weights(uint32_t sources, uint32_t targets, std::span<const Step> connections);

/// Floating-point operations that even_weights() takes, roughly.
double even_weights_work(uint32_t sources, uint32_t targets, uint64_t connections);

}  // namespace sparsio
