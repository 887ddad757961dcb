"""onnx_rows: operators that choose, order and shape what flows through a graph, and compute nothing.

An index does it: the numbers of a signal's rows, in the shape that one input has in the graph, go through the operator
itself, and what comes out says which row stands where. Nothing may mix the values of different inputs: the first axis,
where they are, stays where it is.
"""

import numpy as np

from importing import onnx_constants, signal as signals
from importing.layers import Refused
from importing.onnx_model import attribute, label
from importing.signal import Signal


def rows_view(layers, signal):
    """The numbers of a signal's rows in the shape that it has in the graph, for one input."""
    return np.arange(signal.rows).reshape((signal.shape[0] // layers.batch,) + tuple(signal.shape[1:]))


def shape_of(layers, view):
    return (view.shape[0] * layers.batch,) + view.shape[1:]


def for_each_row(layers, node, signal, constant):
    """A constant, broadcast as the operators of ONNX do it: a value a row, the same for all inputs."""
    value = np.asarray(constant)
    if value.dtype.kind not in "fiub":
        raise Refused(f"{label(node)} has a constant of {value.dtype}; export the model with float32")
    shape = tuple(signal.shape)
    while value.ndim > len(shape) and value.shape[0] == 1:
        value = value[0]
    value = value.reshape((1,) * (len(shape) - value.ndim) + value.shape).astype(np.float64)
    if value.ndim > len(shape) or any(a not in (1, b) for a, b in zip(value.shape[1:], shape[1:])):
        raise Refused(f"{label(node)} joins {list(shape)} and a constant of {list(np.shape(constant))}; only a value for "
                      "each neuron can be imported")
    if value.shape[0] not in (1, shape[0]):
        raise Refused(f"{label(node)} joins {list(shape)} and a constant of {list(np.shape(constant))}, a value for each "
                      "input; only a value for each neuron can be imported")
    if value.shape[0] > 1:
        value = value.reshape((layers.batch, -1) + value.shape[1:])
        if (value != value[:1]).any():
            raise Refused(f"{label(node)} has a constant of {list(np.shape(constant))}, a value for each input; only a "
                          "value for each neuron can be imported")
        value = value[0]
    return np.broadcast_to(value, (shape[0] // layers.batch,) + shape[1:]).reshape(-1)


def reshaped(layers, node, signal, shape):
    if not shape or shape[0] % layers.batch:
        raise Refused(f"{label(node)} makes {list(shape)} of {list(signal.shape)}, which mixes inputs; only a function of "
                      "one input can be imported")
    return Signal(tuple(shape), signal.terms, signal.rows, signal.bias, signal.name)


def transposed(layers, node, signal, order):
    order = list(order) if order is not None else list(range(len(signal.shape)))[::-1]
    if order[0] != 0 and layers.batch > 1:
        raise Refused(f"{label(node)} moves the axis of inputs; only a function of one input can be imported")
    view = np.transpose(rows_view(layers, signal), order)
    return signals.selected(signal, view, shape_of(layers, view))


def chosen(layers, node, x):
    """Slice and Gather: the operator itself, on the numbers of rows."""
    if any(isinstance(one, Signal) for one in x[1:]):
        raise Refused(f"{label(node)} chooses by a signal; only by constants can be imported")
    view = rows_view(layers, x[0])
    axes = [attribute(node, "axis", 0)] if node.op_type == "Gather" else (
        range(len(np.atleast_1d(x[1]))) if len(x) < 4 or x[3] is None else np.atleast_1d(x[3]))
    if len(x) < 3 and node.op_type == "Slice":
        axes = attribute(node, "axes") or range(len(attribute(node, "starts")))
    if layers.batch > 1 and any(int(one) % view.ndim == 0 for one in axes):
        raise Refused(f"{label(node)} chooses among inputs; only a function of one input can be imported")
    found = onnx_constants.evaluate(node, [view] + list(x[1:]), None)
    return signals.selected(x[0], found, shape_of(layers, found))


def parts(layers, node, x):
    """Split: all its outputs."""
    view, axis = rows_view(layers, x[0]), attribute(node, "axis", 0) % len(x[0].shape)
    if axis == 0 and layers.batch > 1:
        raise Refused(f"{label(node)} divides inputs; only a function of one input can be imported")
    sizes = x[1] if len(x) > 1 and x[1] is not None else attribute(node, "split")
    ends = len(node.output) if sizes is None else np.cumsum(sizes)[:-1]
    return [signals.selected(x[0], one, shape_of(layers, one)) for one in np.split(view, ends, axis)]


def concatenated(layers, node, x):
    parts = [one for one in x if isinstance(one, Signal)]
    axis = attribute(node, "axis") % len(parts[0].shape)
    if len(parts) != len(x) or (axis == 0 and layers.batch > 1):
        raise Refused(f"{label(node)} joins signals and constants, or inputs; only signals of one input can be joined")
    views, first = [], 0
    for one in parts:
        views.append(rows_view(layers, one) + first)
        first += one.rows
    view = np.concatenate(views, axis)
    return signals.selected(signals.stacked(parts), view, shape_of(layers, view))


def padded(layers, node, x):
    view = rows_view(layers, x[0])
    pads = np.asarray(x[1] if len(x) > 1 else attribute(node, "pads")).reshape(2, -1).T
    value = float(np.asarray(x[2]).reshape(-1)[0]) if len(x) > 2 and x[2] is not None else attribute(node, "value", 0.0)
    plain = attribute(node, "mode", b"constant") == b"constant" and len(pads) == view.ndim and (pads >= 0).all()
    if not plain or pads[0].any():
        raise Refused(f"{label(node)} pads in another way than with a constant around an image; export the model again")
    view = np.pad(view, pads, constant_values=-1)
    result = signals.selected(x[0], view, shape_of(layers, view))
    return signals.shifted(result, np.where(view.reshape(-1) < 0, value, 0.0)) if value else result
