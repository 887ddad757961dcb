"""functions: activations as functions of numbers, to recognise those that an exporter writes as several nodes.

torch.onnx writes gelu with Erf, Div, Add and two Mul, silu with Sigmoid and Mul, and what a model's author wrote out
(0.5 * (1 + tanh(x / 2))) stays so. Their shape says little, their values all: two functions that agree at the POINTS
are the same activation.
"""

import math

import numpy as np

from importing import activations

# Close together where activations bend; far out a clip to any number shows.
POINTS = np.concatenate([np.arange(-80, 81) / 10, [0.001], *[[-far, far] for far in (
    10.0, 15.0, 25.0, 31.0, 33.0, 60.0, 1e2, 3e2, 1e3, 1e4, 1e5, 1e6)]])


def erf(x):
    return np.vectorize(math.erf, otypes=[float])(x)


def normal_cdf(x):
    return np.array([0.5 * math.erfc(-one / math.sqrt(2)) for one in x])


def sigmoid(x):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-x))


FUNCTIONS = {
    "relu": lambda x: np.maximum(x, 0),
    "sigmoid": sigmoid,
    "tanh": np.tanh,
    "gelu": lambda x: x * normal_cdf(x),
    "gelu_tanh": lambda x: x * sigmoid(2 * np.sqrt(2 / np.pi) * (x + 0.044715 * x ** 3)),
    "silu": lambda x: x * sigmoid(x),
}


def alike(x, y):
    """The activation of which y are the values at x, which hold -1, 0, 0.001 and 1; None if there is none."""
    def same(wanted):
        return np.allclose(y, wanted, rtol=2e-5, atol=2e-6)
    for name, function in FUNCTIONS.items():
        if same(function(x)):
            return name
    at = {point: float(y[np.flatnonzero(x == point)[0]]) for point in (-1.0, 0.0, 0.001, 1.0)}
    slope = -at[-1.0]
    if slope >= 0 and at[1.0] > 0 and same(np.where(x > 0, x, slope * x)):
        return activations.named("leaky_relu", slope=slope)
    slope, shift = (at[0.001] - at[0.0]) * 1000, at[0.0]
    if slope > 0 and same(np.clip(slope * x + shift, 0, 1)):
        return activations.named("hard_sigmoid", slope=slope, shift=shift)
    return None
