"""skips: layers with connections that skip others (a residual network) as one general network.

It has one numbering of all neurons, inputs first, and an activation for each; the program takes for inputs what no connection
leads to and for outputs what no connection leaves (src/net/network.hpp). So a neuron whose weights are all pruned gets
one connection of weight 0 that keeps it what it is, and how many those are is said.
"""

import numpy as np

from importing.layers import Refused, Weights, say, to_layer


class General:
    """`origins`: the inputs, then the layers; `place`: from what their terms call a layer to its place here."""

    def __init__(self, origins, place):
        self.origins, self.place = origins, place
        self.first = np.concatenate([[0], np.cumsum([one.width for one in origins])]).astype(np.int64)

    def into(self, origin, threshold, zeros):
        """The connections into one layer, its sources numbered through the network."""
        terms = [(row, column + self.first[self.place[one]], value) for one, (row, column, value) in origin.terms.items()]
        row, column, value = map(np.concatenate, zip(*terms))
        return to_layer(Weights(origin.name, (origin.width, int(self.first[-1])), row, column, value, origin.bias),
                        threshold, zeros)

    def build(self, threshold, zeros):
        """(begin, source, weight, bias) of all neurons."""
        layers = [self.into(one, threshold, zeros) for one in self.origins[1:]]
        if not any(len(one.source) for one in layers):
            raise Refused("there is no connection; give a model with weights, or a smaller --threshold")
        inputs = self.origins[0].width
        source = np.concatenate([one.source for one in layers]).astype(np.int64)
        degree = np.concatenate([np.zeros(inputs, np.int64)] + [np.diff(one.begin.astype(np.int64)) for one in layers])
        target = np.repeat(np.arange(len(degree)), degree)
        weight = np.concatenate([one.weight for one in layers])
        outputs = int(self.first[-2])
        lonely = np.flatnonzero(degree == 0)
        lonely = lonely[lonely >= inputs]
        leaves = np.ones(len(degree), bool)
        leaves[source] = False
        leaves[outputs:] = False
        if len(lonely):
            leaves[0] = False  # input 0 feeds them
        ends = np.flatnonzero(leaves)
        kept = len(lonely) + len(ends)
        if kept:
            say(f"{kept} connections of weight 0 keep neurons that nothing is left of what they are")
        source = np.concatenate([source, np.zeros(len(lonely), np.int64), ends])
        target = np.concatenate([target, lonely, np.full(len(ends), outputs)])
        weight = np.concatenate([weight, np.zeros(kept, np.float32)])
        order = np.lexsort((source, target))
        begin = np.concatenate([[0], np.cumsum(np.bincount(target, minlength=len(degree)))])
        bias = np.concatenate([np.zeros(inputs, np.float32)] + [one.bias for one in layers])
        return begin, source[order], weight[order], bias

    def activations(self):
        """Of each neuron; the inputs have none, and are given that of the first layer."""
        names = [self.origins[1].activation] + [one.activation for one in self.origins[1:]]
        return [name for name, origin in zip(names, self.origins) for _ in range(origin.width)]

    def described(self, begin):
        inputs, outputs = self.origins[0].width, self.origins[-1].width
        return (f"{inputs} inputs -> {outputs} outputs, a general network of {len(begin) - 1} neurons and "
                f"{int(begin[-1])} connections that skip layers, "
                f"{' '.join(one.activation for one in self.origins[1:])}, "
                f"{sum(one.bias is not None for one in self.origins[1:])} of {len(self.origins) - 1} biases")
