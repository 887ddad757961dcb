"""signal: what flows through a graph, as a sparse affine function of what activated layers gave.

A `Signal` has a row for each value of one input: row = sum of value * (neuron `column` of layer `origin`) + bias. Layer
0 is the network's inputs. A matrix, a convolution, a mean, a sum of two signals, a scale: all of them make a new
Signal, and nothing is computed. An activation ends one: its rows become the targets of a new layer, and the Signal
behind it is that layer's neurons as they are. So what stands before a matrix (a scale, a transposed image) and behind
it (a bias, a BatchNorm) is folded into its weights, in 64 bits; only two matrices without an activation between stay
two layers, the first with the activation identity, because their product would be dense.
"""

from dataclasses import dataclass, field
from typing import Optional

import numpy as np

from importing.layers import Refused


@dataclass
class Signal:
    shape: tuple             # as in the graph, the axis of inputs first
    terms: dict              # origin -> (row, column, value)
    rows: int                # values of one input
    bias: Optional[np.ndarray] = None
    name: str = ""           # of the matrix, for messages

    def constant(self):
        return np.zeros(self.rows) if self.bias is None else self.bias


@dataclass
class Origin:
    name: str
    width: int
    activation: str
    terms: dict = field(default_factory=dict)
    bias: Optional[np.ndarray] = None


def summed(row, column, value, width):
    """Entries of one place added; the same arrays where there are none."""
    key = row * width + column
    places, inverse = np.unique(key, return_inverse=True)
    if len(places) == len(key):
        return row, column, value
    return places // width, places % width, np.bincount(inverse, value, len(places))


class Layers:
    """The layers so far. `limit`: the most connections that all of them may have."""

    def __init__(self, shape, batch, limit):
        self.batch, self.limit, self.connections = batch, limit, 0
        width = int(np.prod(shape)) // batch
        self.origins = [Origin("the inputs", width, "")]
        self.as_identity = {}  # signals that became a layer without an activation
        self.input = self.plain(0, shape)

    def plain(self, origin, shape):
        width = self.origins[origin].width
        every = np.arange(width)
        return Signal(tuple(shape), {origin: (every, every, np.ones(width))}, width)

    def is_plain(self, signal):
        """The neurons of one layer as they are: its number, else None."""
        if len(signal.terms) != 1 or (signal.bias is not None and signal.bias.any()):
            return None
        (origin, (row, column, value)), = signal.terms.items()
        every = np.arange(signal.rows)
        same = (self.origins[origin].width == signal.rows == len(row) and np.array_equal(row, every) and
                np.array_equal(column, every) and (value == 1).all())
        return origin if same else None

    def within_limit(self, connections, what):
        if connections + self.connections > self.limit:
            raise Refused(f"{what} has {connections} connections, with those before {connections + self.connections}, and "
                          f"the limit is {self.limit}; raise it with --limit if that is meant")

    def activated(self, signal, activation):
        """The signal behind an activation."""
        origin = self.is_plain(signal)
        if origin and activation in ("relu", "identity") and self.origins[origin].activation in (activation, "relu"):
            return signal  # relu of relu
        terms = {one: summed(*entries, self.origins[one].width) for one, entries in signal.terms.items()}
        self.within_limit(sum(len(entries[0]) for entries in terms.values()), signal.name or "a layer")
        self.connections += sum(len(entries[0]) for entries in terms.values())
        name = signal.name or f"layer {len(self.origins)}"
        self.origins.append(Origin(name, signal.rows, activation, terms, signal.bias))
        return self.plain(len(self.origins) - 1, signal.shape)

    def layered(self, signal):
        """The signal as neurons of a layer: with the activation identity if it is a sum of several."""
        if id(signal) not in self.as_identity:
            self.as_identity[id(signal)] = (signal, self.activated(signal, "identity"))
        return self.as_identity[id(signal)][1]

    def is_single(self, signal):
        """Is each row one neuron, scaled, or a constant?"""
        rows = np.concatenate([entries[0] for entries in signal.terms.values()] or [np.zeros(0, int)])
        return len(rows) == 0 or np.bincount(rows).max() <= 1

    def linear(self, signal, row, column, value, rows, shape, name):
        """A sparse matrix times the signal."""
        self.within_limit(len(row), name)
        if not self.is_single(signal):
            signal = self.layered(signal)
        terms = {}
        for origin, (at, neuron, scale) in signal.terms.items():
            of, by = np.full(signal.rows, -1), np.zeros(signal.rows)
            of[at], by[at] = neuron, scale
            kept = of[column] >= 0
            terms[origin] = (row[kept], of[column[kept]], value[kept] * by[column[kept]])
        bias = None if signal.bias is None else np.bincount(row, value * signal.bias[column], rows)
        return Signal(tuple(shape), terms, rows, bias, name)


def scaled(signal, factor):
    terms = {origin: (row, column, value * factor[row]) for origin, (row, column, value) in signal.terms.items()}
    return Signal(signal.shape, terms, signal.rows, None if signal.bias is None else signal.bias * factor, signal.name)


def shifted(signal, by):
    return Signal(signal.shape, signal.terms, signal.rows, signal.constant() + by, signal.name)


def added(a, b):
    """The sum of two signals of one shape: a residual connection."""
    terms = dict(a.terms)
    for origin, entries in b.terms.items():
        terms[origin] = tuple(map(np.concatenate, zip(terms[origin], entries))) if origin in terms else entries
    bias = None if a.bias is None and b.bias is None else a.constant() + b.constant()
    return Signal(a.shape, terms, a.rows, bias, a.name or b.name)


def stacked(parts):
    """The rows of several signals, one after the other."""
    terms, first = {}, 0
    for one in parts:
        for origin, (row, column, value) in one.terms.items():
            moved = (row + first, column, value)
            terms[origin] = tuple(map(np.concatenate, zip(terms[origin], moved))) if origin in terms else moved
        first += one.rows
    bias = None if all(one.bias is None for one in parts) else np.concatenate([one.constant() for one in parts])
    return Signal((), terms, first, bias, next((one.name for one in parts if one.name), ""))


def selected(signal, index, shape):
    """Row k of the result is row index[k], or 0 where that is -1."""
    index = np.asarray(index).reshape(-1)
    if len(index) == signal.rows and np.array_equal(index, np.arange(signal.rows)):
        return Signal(tuple(shape), signal.terms, signal.rows, signal.bias, signal.name)
    terms, wanted = {}, np.where(index < 0, signal.rows, index)
    for origin, (row, column, value) in signal.terms.items():
        order = np.argsort(row, kind="stable")
        begin = np.searchsorted(row[order], np.arange(signal.rows + 2))
        count = begin[wanted + 1] - begin[wanted]
        first = np.cumsum(count) - count
        take = order[np.repeat(begin[wanted] - first, count) + np.arange(count.sum())]
        terms[origin] = (np.repeat(np.arange(len(index)), count), column[take], value[take])
    bias = None if signal.bias is None else np.append(signal.bias, 0.0)[wanted]
    return Signal(tuple(shape), terms, len(index), bias, signal.name)
