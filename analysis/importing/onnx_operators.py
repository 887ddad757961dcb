"""onnx_operators: what each operator of a graph makes of signals.

`OPERATORS` is the table. What a node does to a Signal is a linear map, a choice of rows (onnx_rows), or the end of a
layer; anything else is refused by name.
"""

import numpy as np

from importing import activations, onnx_constants, signal as signals, windows
from importing.layers import Refused
from importing.onnx_model import attribute, label
from importing.onnx_rows import chosen, concatenated, for_each_row, padded, parts, reshaped, rows_view, transposed
from importing.signal import Signal


def matrix_product(layers, node, signal, matrix, name):
    """Along the last axis, for all places of the others."""
    matrix = np.asarray(matrix, np.float64)
    while matrix.ndim > 2 and matrix.shape[0] == 1:
        matrix = matrix[0]
    column = matrix.reshape(-1, 1) if matrix.ndim == 1 else matrix
    if column.ndim != 2 or len(signal.shape) < (1 if layers.batch == 1 else 2) or signal.shape[-1] != column.shape[0]:
        raise Refused(f"{label(node)} multiplies {list(signal.shape)} by {list(np.shape(matrix))}; export the model again")
    source, target = np.nonzero(column)
    places = np.arange(signal.rows // column.shape[0])[:, None]
    layers.within_limit(len(places) * len(source), name)
    row = (places * column.shape[1] + target).reshape(-1)
    shape = tuple(signal.shape[:-1]) + (() if matrix.ndim == 1 else (column.shape[1],))
    return layers.linear(signal, row, (places * column.shape[0] + source).reshape(-1),
                         np.tile(column[source, target], len(places)), len(places) * column.shape[1], shape, name)


def matmul(layers, node, x):
    if isinstance(x[0], Signal) and not isinstance(x[1], Signal):
        return matrix_product(layers, node, x[0], x[1], node.input[1])
    if isinstance(x[1], Signal) and not isinstance(x[0], Signal) and np.ndim(x[0]) == 2 and len(x[1].shape) > 2:
        rank = len(x[1].shape)
        swap = list(range(rank - 2)) + [rank - 1, rank - 2]
        turned = transposed(layers, node, x[1], swap)
        return transposed(layers, node, matrix_product(layers, node, turned, x[0].T, node.input[0]), swap)
    raise Refused(f"{label(node)} does not multiply by a constant matrix; export it with its weights")


def gemm(layers, node, x):
    if not isinstance(x[0], Signal) or isinstance(x[1], Signal) or np.ndim(x[1]) != 2:
        raise Refused(f"{label(node)} does not multiply by a constant matrix; export it with its weights")
    if attribute(node, "transA", 0):
        raise Refused(f"{label(node)} transposes its input; export it without transA")
    matrix = np.asarray(x[1], np.float64) * attribute(node, "alpha", 1.0)
    product = matrix_product(layers, node, x[0], matrix.T if attribute(node, "transB", 0) else matrix, node.input[1])
    if len(x) < 3 or x[2] is None:
        return product
    beta = attribute(node, "beta", 1.0)
    if isinstance(x[2], Signal):
        return add(layers, node, [product, signals.scaled(x[2], np.full(x[2].rows, beta))])
    return signals.shifted(product, for_each_row(layers, node, product, x[2]) * beta)


def add(layers, node, x):
    total = None
    for one in sorted(x, key=lambda one: not isinstance(one, Signal)):  # signals first
        if total is None:
            total = one
        elif not isinstance(one, Signal):
            total = signals.shifted(total, for_each_row(layers, node, total, one))
        elif one.shape != total.shape:
            raise Refused(f"{label(node)} adds {list(total.shape)} and {list(one.shape)}; only sums of one shape can be "
                          "imported")
        else:
            total = signals.added(total, one)
    return total


def negative(layers, node, one):
    return signals.scaled(one, np.full(one.rows, -1.0)) if isinstance(one, Signal) else -np.asarray(one)


def multiply(layers, node, x):
    first, second = x if isinstance(x[0], Signal) else x[::-1]
    if isinstance(second, Signal):
        raise Refused(f"{label(node)} multiplies two signals; only products with constants can be imported")
    return signals.scaled(first, for_each_row(layers, node, first, second))


def divide(layers, node, x):
    if not isinstance(x[0], Signal) or isinstance(x[1], Signal):
        raise Refused(f"{label(node)} divides by a signal; only by a constant can be imported")
    return signals.scaled(x[0], 1 / for_each_row(layers, node, x[0], x[1]))


def batch_norm(layers, node, x):
    if not isinstance(x[0], Signal) or attribute(node, "training_mode", 0) or len(x[0].shape) < 2:
        raise Refused(f"{label(node)} normalises by its own batch; export the model in evaluation mode (model.eval())")
    shape = [1, -1] + [1] * (len(x[0].shape) - 2)
    gain, shift, mean, variance = (for_each_row(layers, node, x[0], np.asarray(one, np.float64).reshape(shape))
                                   for one in x[1:5])
    gain = gain / np.sqrt(variance + attribute(node, "epsilon", 1e-5))
    return signals.shifted(signals.scaled(x[0], gain), shift - mean * gain)


def convolution(layers, node, x):
    if not isinstance(x[0], Signal) or isinstance(x[1], Signal):
        raise Refused(f"{label(node)} does not convolve with a constant kernel; export it with its weights")
    result = windows.convolved(layers, node, x[0], np.asarray(x[1], np.float64))
    if len(x) < 3 or x[2] is None:
        return result
    bias = np.asarray(x[2]).reshape((1, -1) + (1,) * (len(result.shape) - 2))
    return signals.shifted(result, for_each_row(layers, node, result, bias))


def mean(layers, node, x, axes=None):
    view = rows_view(layers, x[0])
    axes = axes or onnx_constants.axes_of(node, x) or tuple(range(view.ndim))
    axes = tuple(one % view.ndim for one in axes)
    if 0 in axes and layers.batch > 1:
        raise Refused(f"{label(node)} takes a mean over inputs; only a function of one input can be imported")
    kept = np.arange(view.ndim)[~np.isin(np.arange(view.ndim), axes)]
    groups = np.transpose(view, list(kept) + list(axes)).reshape(int(np.prod([view.shape[one] for one in kept])), -1)
    shape = tuple(1 if one in axes else size for one, size in enumerate(view.shape))
    shape = shape if attribute(node, "keepdims", 1) else tuple(view.shape[one] for one in kept)
    factor = 1.0 if node.op_type == "ReduceSum" else 1.0 / groups.shape[1]
    return layers.linear(x[0], np.repeat(np.arange(len(groups)), groups.shape[1]), groups.reshape(-1),
                         np.full(groups.size, factor), len(groups), (shape[0] * layers.batch,) + shape[1:], label(node))


def global_mean(layers, node, x):
    return mean(layers, node, x, tuple(range(2, len(x[0].shape))))


def cast(layers, node, x):
    if np.dtype(onnx_constants.element_type(attribute(node, "to"))).kind != "f":
        raise Refused(f"{label(node)} rounds to whole numbers; export the model without it")
    return x[0]


def activated(layers, node, signal, activation):
    if activation == "challenge" and (signal.constant() > 0).any():
        raise Refused(f"{label(node)} clips to 0 and 32 behind a bias above 0, which no activation does; have: "
                      f"{' '.join(activations.KNOWN)}")
    return layers.activated(signal, activation)


def clip(layers, node, x):
    low = x[1] if len(x) > 1 and x[1] is not None else attribute(node, "min", -np.inf)
    high = x[2] if len(x) > 2 and x[2] is not None else attribute(node, "max", np.inf)
    if isinstance(low, Signal) or isinstance(high, Signal):
        raise Refused(f"{label(node)} clips to a signal; only to constants can be imported")
    low, high = float(np.asarray(low).reshape(-1)[0]), float(np.asarray(high).reshape(-1)[0])
    high = np.inf if high >= np.finfo(np.float32).max else high
    if low <= np.finfo(np.float32).min and high == np.inf:
        return x[0]
    activation = activations.of_clip(low, high)
    if activation is None:
        raise Refused(f"{label(node)} clips to {low:g} and {high:g}, which cannot be imported; have: "
                      f"{' '.join(activations.KNOWN)} (relu is a Clip with min 0)")
    return activated(layers, node, x[0], activation)


def prelu(layers, node, x):
    slope = np.unique(np.asarray(x[1], np.float32)) if not isinstance(x[1], Signal) else np.zeros(0)
    if len(slope) != 1 or slope[0] < 0:
        raise Refused(f"{label(node)} has slopes of its own for {len(slope)} channels, or a negative one; only one slope "
                      "for a layer can be imported, as leaky_relu")
    return activated(layers, node, x[0], activations.named("leaky_relu", slope=float(slope[0])))


def softmax(layers, node, x):
    shape = x[0].shape
    axis = attribute(node, "axis", -1) % len(shape)
    if axis == 0 or shape[0] != layers.batch or shape[axis] != x[0].rows:
        raise Refused(f"{label(node)} is over axis {axis} of {list(shape)}; only a softmax over all outputs of an input can "
                      f"be imported, --until {node.input[0]} imports what stands before it")
    return activated(layers, node, x[0], "softmax")


def maximum(layers, node, x):
    constants = [one for one in x if not isinstance(one, Signal)]
    if len(x) != 2 or len(constants) != 1 or np.any(constants[0]):
        raise Refused(f"{label(node)} is a maximum of other things than a signal and 0; it cannot be imported")
    signal = next(one for one in x if isinstance(one, Signal))
    for_each_row(layers, node, signal, constants[0])
    return activated(layers, node, signal, "relu")


def unary(function):
    return lambda layers, node, x: function(layers, node, x[0])


OPERATORS = {
    "MatMul": matmul,
    "Gemm": gemm,
    "Conv": convolution,
    "AveragePool": lambda layers, node, x: windows.averaged(layers, node, x[0]),
    "GlobalAveragePool": global_mean,
    "ReduceMean": mean,
    "ReduceSum": mean,
    "Add": add,
    "Sum": add,
    "Sub": lambda layers, node, x: add(layers, node, [x[0], negative(layers, node, x[1])]),
    "Mul": multiply,
    "Div": divide,
    "Neg": unary(negative),
    "BatchNormalization": batch_norm,
    "Cast": cast,
    "Identity": lambda layers, node, x: x[0],
    "Dropout": lambda layers, node, x: x[0],
    "Flatten": lambda layers, node, x: reshaped(layers, node, x[0], (
        int(np.prod(x[0].shape[:attribute(node, "axis", 1)])), int(np.prod(x[0].shape[attribute(node, "axis", 1):])))),
    "Reshape": lambda layers, node, x: reshaped(layers, node, x[0], onnx_constants.target_shape(node, x, x[0].shape)),
    "Squeeze": lambda layers, node, x: reshaped(layers, node, x[0], onnx_constants.squeezed(
        x[0].shape, onnx_constants.axes_of(node, x))),
    "Unsqueeze": lambda layers, node, x: reshaped(layers, node, x[0], onnx_constants.unsqueezed(
        x[0].shape, onnx_constants.axes_of(node, x))),
    "Transpose": lambda layers, node, x: transposed(layers, node, x[0], attribute(node, "perm")),
    "Slice": chosen,
    "Gather": chosen,
    "Concat": concatenated,
    "Split": parts,
    "Pad": padded,
    "Clip": clip,
    "Max": maximum,
    "PRelu": prelu,
    "Softmax": softmax,
}


def apply(layers, node, x):
    """What a node makes of its inputs, at least one of them a Signal."""
    if node.domain in ("", "ai.onnx"):
        if node.op_type == "Shape":
            return onnx_constants.evaluate(node, [np.broadcast_to(np.float32(0), x[0].shape)], None)
        if node.op_type in activations.OF_NODE:
            activation = activations.OF_NODE[node.op_type](lambda name, fallback: attribute(node, name, fallback))
            if activation is not None:
                return activated(layers, node, x[0], activation)
        if node.op_type in OPERATORS:
            return OPERATORS[node.op_type](layers, node, x)
    if node.op_type in activations.UNKNOWN_NODES:
        raise Refused(f"{label(node)} cannot be imported: no engine computes that activation (have: "
                      f"{' '.join(activations.KNOWN)}); --until {node.input[0]} imports what stands before it")
    raise Refused(f"{label(node)} cannot be imported; have: "
                  f"{' '.join(sorted([*activations.OF_NODE, *OPERATORS]))}; --until {node.input[0]} imports what stands "
                  "before it")
