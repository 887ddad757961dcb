"""activations: what follows a layer, in the words of `sparsio list activations`.

A word may have parameters: `leaky_relu:slope=0.2`. ONNX says it with a node: `OF_NODE` is the table, a line an
activation, and with `functions.FUNCTIONS` (what each is, to recognise those that are made of several nodes) the only
place to touch when the program learns another (src/net/activation.hpp). An array says nothing of activations, so for
bags of arrays the user does, with --activation and --last.
"""

import math
import struct

KNOWN = ("identity", "relu", "challenge", "leaky_relu", "sigmoid", "tanh", "gelu", "gelu_tanh", "silu", "hard_sigmoid",
         "softmax")  # what a network file may say

USUAL = {"leaky_relu": (("slope", 0.01),), "hard_sigmoid": (("slope", 1 / 6), ("shift", 0.5))}  # parameters


def as_float(value):
    """Rounded to 32 bits; infinite where those cannot hold it."""
    try:
        return struct.unpack("f", struct.pack("f", value))[0]
    except OverflowError:
        return math.inf


def shortest(value):
    """The fewest digits that are this 32-bit float again."""
    return next(text for text in (f"{value:.{digits}g}" for digits in range(1, 18)) if as_float(float(text)) == value)


def named(name, **parameters):
    """The word for an activation; parameters that are the usual ones as floats are left out."""
    given = [(key, as_float(parameters.get(key, usual)), as_float(usual)) for key, usual in USUAL.get(name, ())]
    said = [f"{key}={shortest(value)}" for key, value, usual in given if value != usual]
    return name + (":" if said else "") + ",".join(said)


def checked(text):
    """A word from the command line as it is written in a file; ValueError with what would be right."""
    name, colon, rest = text.partition(":")
    if name not in KNOWN:
        raise ValueError(f"no activation '{name}'; have: {' '.join(KNOWN)}")
    has = [key for key, _ in USUAL.get(name, ())]
    parameters = {}
    for one in rest.split(",") if colon else []:
        key, _, value = one.partition("=")
        try:
            parameters[key] = float(value)
        except ValueError:
            key = None
        if key not in has:
            raise ValueError(f"'{one}' is no parameter of activation {name}; it has {','.join(has) or 'none'}")
        if not math.isfinite(as_float(parameters[key])) or (key == "slope" and parameters[key] < 0):
            raise ValueError(f"{one} of activation {name}; give a slope that is not negative, and a shift that is finite")
    if name == "hard_sigmoid" and parameters.get("slope", 1) == 0:
        raise ValueError("slope=0 of activation hard_sigmoid; give a positive one")
    return named(name, **parameters)


def of_clip(low, high):
    """The activation that clips to [low, high], or None."""
    if low == 0 and high == float("inf"):
        return "relu"
    if low == 0 and high == 1:
        return named("hard_sigmoid", slope=1, shift=0)
    if low == 0 and high == 32:
        return "challenge"  # where the biases are at most 0; who asks checks that
    return None


def of_gelu(attribute):
    return "gelu_tanh" if attribute("approximate", b"none") in (b"tanh", "tanh") else "gelu"


# Of each node, from its attributes: attribute(name, fallback).
OF_NODE = {
    "Relu": lambda attribute: "relu",
    "LeakyRelu": lambda attribute: named("leaky_relu", slope=attribute("alpha", 0.01)),
    "Sigmoid": lambda attribute: "sigmoid",
    "Tanh": lambda attribute: "tanh",
    "Gelu": of_gelu,
    "HardSigmoid": lambda attribute: named("hard_sigmoid", slope=attribute("alpha", 0.2), shift=attribute("beta", 0.5)),
    "Swish": lambda attribute: "silu" if attribute("alpha", 1.0) == 1 else None,
}

# Functions of a neuron's sum that no engine computes; each is refused in one line.
UNKNOWN_NODES = ("LogSoftmax", "ArgMax", "Elu", "Selu", "Celu", "Softplus", "Softsign", "HardSwish",
                 "ThresholdedRelu", "Mish", "Erf", "Hardmax", "TopK", "ArgMin", "Swish", "Exp", "Pow", "Sqrt", "Log",
                 "Abs", "Reciprocal", "Min")


def of_layers(weights, activation, last, line):
    """Each layer's, from the file or from the options; else one refusal that shows `line`, what was typed, completed."""
    from importing.layers import Refused  # here: the table is read before numpy is known to be there
    given = [one.activation for one in weights]
    if all(one is not None for one in given):
        if activation or last:
            raise Refused("--activation and --last are for files that say nothing of activations; leave them out")
        return given
    if last is None or (activation is None and len(weights) > 1):
        raise Refused(f"its arrays do not say what follows the layers; write `{line} --activation {activation or 'relu'} "
                      f"--last {last or 'identity'}` if that is meant (have: {' '.join(KNOWN)})")
    if activation == "softmax" and len(weights) > 1:
        raise Refused("--activation softmax is of all outputs of an input; it can only be the --last")
    return [activation] * (len(weights) - 1) + [last]
