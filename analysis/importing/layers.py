"""layers: weights as a model file has them, turned into the layers that Sparsio has.

A `Weights` is one matrix with a name and perhaps a bias; rows are targets (outputs), as frameworks store them. A
`Layer` is the compressed form: the sources of each target, ascending, without duplicates. One rule for zeros, whatever
the file: a weight that is 0 as a 32-bit float, stored or too small for one, is no connection. `zeros="keep"` is the
other rule: each entry that a sparse form stores, and each element of a dense array that is not 0 there, is a
connection.
"""

from dataclasses import dataclass
from typing import Optional

import numpy as np


class Refused(Exception):
    """Something that cannot be imported. Reads `what; remedy`."""


@dataclass
class Weights:
    name: str
    shape: tuple  # (targets, sources)
    row: np.ndarray
    column: np.ndarray
    value: np.ndarray
    bias: Optional[np.ndarray] = None
    activation: Optional[str] = None  # None: the file does not say


@dataclass
class Layer:
    sources: int
    targets: int
    begin: np.ndarray
    source: np.ndarray
    weight: np.ndarray
    bias: np.ndarray


notes = []  # what to say of an import that succeeds; one that does not has one line


def say(text):
    notes.append(text)


def real(name, array):
    """The array, if it holds real numbers; texts cannot be multiplied, and of complex numbers half would be lost."""
    array = np.asarray(array)
    if array.dtype.kind not in "fiub":
        raise Refused(f"{name} holds {array.dtype}, not real numbers; save it as float32, or leave it out with "
                      "--layers")
    return array


def as_float(name, array, what="a weight"):
    """In 32 bits, each rounded once; BadInput for what is not finite or too large."""
    value = real(name, array).astype(np.float64)
    if not np.isfinite(value).all():
        raise Refused(f"{name} has {what} that is not finite; repair the model")
    if np.abs(value).max(initial=0) > np.finfo(np.float32).max:
        raise Refused(f"{name} has {what} that does not fit a 32-bit float; scale it")
    return value.astype(np.float32)


def from_dense(name, matrix, bias=None, activation=None):
    row, column = np.nonzero(matrix)
    return Weights(name, matrix.shape, row, column, matrix[row, column], bias, activation)


def turned(weights):
    """For files whose rows are sources."""
    return Weights(weights.name, weights.shape[::-1], weights.column, weights.row, weights.value, weights.bias,
                   weights.activation)


def to_layer(weights, threshold=0.0, zeros="drop"):
    name, (targets, sources) = weights.name, weights.shape
    if targets <= 0 or sources <= 0:
        raise Refused(f"{name} is {targets} x {sources}; leave it out with --layers")
    value = as_float(name, weights.value)
    stored = real(name, weights.value).astype(np.float64)
    kept = np.abs(stored) > threshold if threshold > 0 else np.ones(len(value), bool)
    if zeros == "drop":
        kept &= value != 0
    row, column = np.asarray(weights.row)[kept], np.asarray(weights.column)[kept]
    value = value[kept]
    order = np.lexsort((column, row))
    row, column, value = row[order], column[order], value[order]
    if len(row) > 1 and ((row[1:] == row[:-1]) & (column[1:] == column[:-1])).any():
        raise Refused(f"{name} has an entry twice; sum the duplicates first")
    begin = np.zeros(targets + 1, np.uint64)
    begin[1:] = np.cumsum(np.bincount(row, minlength=targets))
    bias = np.zeros(targets) if weights.bias is None else np.asarray(weights.bias).reshape(-1)
    bias = as_float(f"the bias of {name}", bias, "a value")
    if len(bias) != targets:
        turn = "turn the matrix with --rows, or " if len(bias) == sources else ""
        raise Refused(f"{name} has {targets} targets and {len(bias)} biases; {turn}repair the model")
    return Layer(sources, targets, begin, column.astype(np.uint32), value, bias)


def shapes_of(all_weights):
    return ", ".join(f"{one.name} {one.shape[0]} x {one.shape[1]}" for one in all_weights)


def check_chain(all_weights, remedy="order or choose them with --layers, or turn them with --rows"):
    """Each layer must read what the one before gives."""
    if not all_weights:
        raise Refused(f"no weight matrix was found; {remedy}")
    for before, after in zip(all_weights, all_weights[1:]):
        if before.shape[0] != after.shape[1]:
            raise Refused(f"{after.name} reads {after.shape[1]} values where {before.name} gives {before.shape[0]} "
                          f"({shapes_of(all_weights)}); {remedy}")
