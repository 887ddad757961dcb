"""onnx_constants: what a graph computes from its constants alone, which is a constant.

Exporters leave such nodes where they did not fold them: a transposed weight, an identity of a bias that two layers
share, a cast, a dequantised matrix, the target of a reshape. Each line of the table is what the operator's page at
https://onnx.ai/onnx/operators says, in numpy; an operator that is not there is refused by name.
"""

import numpy as np

from importing import functions
from importing.layers import Refused
from importing.onnx_model import attribute, constant_of, label

LARGEST = 1 << 28  # elements that a node may make: a size in a file is not believed without end


def element_type(number):
    from onnx.mapping import TENSOR_TYPE_TO_NP_TYPE
    if number not in TENSOR_TYPE_TO_NP_TYPE:
        raise Refused(f"a cast to the element type {number} is not known; export with float32")
    return TENSOR_TYPE_TO_NP_TYPE[number]


def axes_of(node, inputs, place=1):
    """Axes are an attribute in old opsets and an input in new ones."""
    given = inputs[place] if len(inputs) > place and inputs[place] is not None else attribute(node, "axes")
    return None if given is None else tuple(int(one) for one in np.asarray(given).reshape(-1))


def target_shape(node, inputs, shape):
    """What Reshape makes of `shape`: 0 copies a size, -1 is what is left."""
    given = inputs[1] if len(inputs) > 1 else attribute(node, "shape")
    wanted = [int(one) for one in np.asarray(given).reshape(-1)]
    if not attribute(node, "allowzero", 0):
        wanted = [shape[place] if one == 0 and place < len(shape) else one for place, one in enumerate(wanted)]
    total, known = int(np.prod(shape)), int(np.prod([one for one in wanted if one != -1]))
    if wanted.count(-1) > 1 or known < 0 or (known == 0 and -1 in wanted):
        raise Refused(f"{label(node)} makes the shape {wanted}; export the model again")
    wanted = [total // known if one == -1 else one for one in wanted]
    if int(np.prod(wanted)) != total:
        raise Refused(f"{label(node)} makes {wanted} of {list(shape)}; export the model again")
    return tuple(wanted)


def unsqueezed(shape, axes):
    rank = len(shape) + len(axes)
    places = sorted(one % rank for one in axes)
    rest = iter(shape)
    return tuple(1 if place in places else next(rest) for place in range(rank))


def squeezed(shape, axes):
    places = {one % len(shape) for one in axes} if axes else {at for at, size in enumerate(shape) if size == 1}
    return tuple(size for at, size in enumerate(shape) if at not in places)


def sliced(node, inputs, array):
    given = [attribute(node, "starts"), attribute(node, "ends"), attribute(node, "axes"), None] if len(inputs) < 3 else (
        inputs[1:] + [None] * (5 - len(inputs)))
    starts, ends = (np.asarray(one).reshape(-1).astype(object) for one in given[:2])
    axes = range(len(starts)) if given[2] is None else np.asarray(given[2]).reshape(-1)
    steps = [1] * len(starts) if given[3] is None else np.asarray(given[3]).reshape(-1)
    index = [slice(None)] * array.ndim
    for start, end, axis, step in zip(starts, ends, axes, steps):
        end = None if step < 0 and end < -array.shape[int(axis)] else int(end)
        index[int(axis)] = slice(int(start), end, int(step))
    return array[tuple(index)]


def dequantized(node, inputs):
    x, scale = inputs[0], np.asarray(inputs[1], np.float64)
    zero = inputs[2] if len(inputs) > 2 and inputs[2] is not None else np.zeros_like(scale)
    axis = attribute(node, "axis", 1)
    if scale.size > 1:
        along = [1] * x.ndim
        along[axis] = scale.size
        scale, zero = scale.reshape(along), np.asarray(zero).reshape(along)
    return ((x.astype(np.float64) - np.asarray(zero, np.float64)) * scale).astype(np.float32)


def reduced(function):
    def one(node, inputs):
        return function(inputs[0], axis=axes_of(node, inputs), keepdims=bool(attribute(node, "keepdims", 1)))
    return one


def filled(node, inputs):
    shape = tuple(int(one) for one in inputs[0].reshape(-1))
    if min(shape, default=1) < 0 or int(np.prod([float(one) for one in shape])) > LARGEST:
        raise Refused(f"{label(node)} makes a tensor of shape {shape}; export the model again")
    from onnx import numpy_helper
    value = attribute(node, "value")
    return np.full(shape, 0 if value is None else numpy_helper.to_array(value).reshape(-1)[0],
                   np.float32 if value is None else None)


def divided(node, inputs):
    whole = all(one.dtype.kind in "iu" for one in inputs)
    return np.trunc(inputs[0] / inputs[1]).astype(inputs[0].dtype) if whole else inputs[0] / inputs[1]


EVALUATE = {
    "Identity": lambda node, x: x[0],
    "Dropout": lambda node, x: x[0],
    "Cast": lambda node, x: x[0].astype(element_type(attribute(node, "to"))),
    "CastLike": lambda node, x: x[0].astype(x[1].dtype),
    "Transpose": lambda node, x: np.transpose(x[0], attribute(node, "perm")),
    "Reshape": lambda node, x: x[0].reshape(target_shape(node, x, x[0].shape)),
    "Flatten": lambda node, x: x[0].reshape(int(np.prod(x[0].shape[:attribute(node, "axis", 1)])), -1),
    "Squeeze": lambda node, x: x[0].reshape(squeezed(x[0].shape, axes_of(node, x))),
    "Unsqueeze": lambda node, x: x[0].reshape(unsqueezed(x[0].shape, axes_of(node, x))),
    "Add": lambda node, x: x[0] + x[1],
    "Sub": lambda node, x: x[0] - x[1],
    "Mul": lambda node, x: x[0] * x[1],
    "Div": divided,
    "Neg": lambda node, x: -x[0],
    "Abs": lambda node, x: np.abs(x[0]),
    "Sqrt": lambda node, x: np.sqrt(x[0]),
    "Exp": lambda node, x: np.exp(x[0]),
    "Reciprocal": lambda node, x: 1 / x[0],
    "Pow": lambda node, x: np.power(x[0], x[1]).astype(x[0].dtype),
    "MatMul": lambda node, x: x[0] @ x[1],
    "Sign": lambda node, x: np.sign(x[0]),
    "Floor": lambda node, x: np.floor(x[0]),
    "Round": lambda node, x: np.round(x[0]),
    "Relu": lambda node, x: np.maximum(x[0], 0),
    "LeakyRelu": lambda node, x: np.where(x[0] > 0, x[0], attribute(node, "alpha", 0.01) * x[0]),
    "Sigmoid": lambda node, x: functions.sigmoid(x[0]),
    "HardSigmoid": lambda node, x: np.clip(attribute(node, "alpha", 0.2) * x[0] + attribute(node, "beta", 0.5), 0, 1),
    "Tanh": lambda node, x: np.tanh(x[0]),
    "Softplus": lambda node, x: np.logaddexp(x[0], 0),
    "Erf": lambda node, x: functions.erf(x[0]).astype(x[0].dtype),
    "Clip": lambda node, x: np.clip(x[0], x[1] if len(x) > 1 else attribute(node, "min"),
                                    x[2] if len(x) > 2 else attribute(node, "max")),
    "Max": lambda node, x: np.maximum.reduce(np.broadcast_arrays(*x)),
    "Min": lambda node, x: np.minimum.reduce(np.broadcast_arrays(*x)),
    "Sum": lambda node, x: sum(x[1:], x[0]),
    "Equal": lambda node, x: x[0] == x[1],
    "Greater": lambda node, x: x[0] > x[1],
    "Less": lambda node, x: x[0] < x[1],
    "Not": lambda node, x: ~x[0],
    "And": lambda node, x: x[0] & x[1],
    "Or": lambda node, x: x[0] | x[1],
    "Where": lambda node, x: np.where(x[0], x[1], x[2]),
    "Concat": lambda node, x: np.concatenate(x, attribute(node, "axis")),
    "Gather": lambda node, x: np.take(x[0], x[1].astype(np.int64), attribute(node, "axis", 0)),
    "Slice": lambda node, x: sliced(node, x, x[0]),
    "Shape": lambda node, x: np.array(x[0].shape[attribute(node, "start", 0):attribute(node, "end")], np.int64),
    "Size": lambda node, x: np.array(x[0].size, np.int64),
    "Range": lambda node, x: np.arange(x[0], x[1], x[2]),
    "ConstantOfShape": filled,
    "Expand": lambda node, x: x[0] * np.ones(tuple(int(one) for one in x[1]), x[0].dtype),
    "ReduceSum": reduced(np.sum),
    "ReduceProd": reduced(np.prod),
    "ReduceMean": reduced(np.mean),
    "ReduceMax": reduced(np.max),
    "ReduceMin": reduced(np.min),
    "DequantizeLinear": lambda node, x: dequantized(node, x),
}


def evaluate(node, inputs, folder):
    """The first output of a node whose inputs are arrays (None: left out)."""
    if node.op_type == "Constant":
        return constant_of(node, folder)
    if node.op_type not in EVALUATE or node.domain not in ("", "ai.onnx"):
        raise Refused(f"{label(node)} of constants cannot be computed here; simplify the model (onnxsim), or export it "
                      "with constant folding")
    try:
        with np.errstate(all="ignore"):
            return np.asarray(EVALUATE[node.op_type](node, inputs))
    except (Refused, MemoryError):
        raise
    except Exception as error:  # what numpy raises for shapes and axes that do not fit
        reason = " ".join(str(error).split()) or type(error).__name__
        raise Refused(f"{label(node)} of constants cannot be computed ({reason}); export the model again") from error
