"""digits_classifier: a small network of numpy that learns and is pruned while it learns; and the digits it learns from.

What happens in each step is written out, without a framework: values forward, slopes backward, a step of momentum, and
a mask a layer that keeps pruned weights at 0.
"""

import csv
import gzip

import numpy as np

from command_line import BadInput

TEST_STRIDE = 7
WIDTHS = (64, 512, 512, 10)
LEAST_OF_LAST = 0.5  # density below which the last layer is not pruned
BATCH, MOMENTUM, RATE = 64, 0.9, 0.05


def read_digits(path):
    """Pixels from 0 to 1 and classes, for training and for the test."""
    if not path.is_file():
        raise BadInput(path, "there is no such file", "install python3-sklearn, or give --digits FILE")
    try:
        with gzip.open(path, "rt", encoding="ascii") as file:
            rows = np.array([[int(field) for field in row] for row in csv.reader(file)])
    except (ValueError, EOFError) as error:
        raise BadInput(path, f"is no table of whole numbers: {error}", "give python3-sklearn's digits.csv.gz") from error
    if rows.ndim != 2 or rows.shape[1] != WIDTHS[0] + 1 or rows[:, -1].max() >= WIDTHS[-1] or rows.min() < 0:
        raise BadInput(path, "is no table of 64 pixels and a class a row", "give python3-sklearn's digits.csv.gz")
    x, labels = (rows[:, :-1] / 16).astype(np.float32), rows[:, -1]
    is_test = np.arange(len(rows)) % TEST_STRIDE == 0
    return (x[~is_test], labels[~is_test]), (x[is_test], labels[is_test])


class Classifier:
    """Weights (targets x sources), biases and masks of the layers, and how they learn."""

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        shapes = list(zip(WIDTHS[1:], WIDTHS))
        self.weights = [self.random.normal(0, (2 / shape[1]) ** 0.5, shape).astype(np.float32) for shape in shapes]
        self.biases = [np.zeros(shape[0], np.float32) for shape in shapes]
        self.masks = [np.ones(shape, np.float32) for shape in shapes]
        self.speeds = [np.zeros_like(one) for one in self.weights + self.biases]

    def values(self, x):
        """Of every layer, from the inputs on."""
        values = [x]
        for k, (weight, bias) in enumerate(zip(self.weights, self.biases)):
            sums = values[-1] @ weight.T + bias
            values.append(np.maximum(sums, 0) if k + 1 < len(self.weights) else sums)
        return values

    def outputs(self, x):
        return self.values(x)[-1]

    def accuracy(self, x, labels):
        return float((self.outputs(x).argmax(1) == labels).mean())

    def step(self, x, labels):
        values = self.values(x)
        share = np.exp(values[-1] - values[-1].max(1, keepdims=True))
        slope = share / share.sum(1, keepdims=True)
        slope[np.arange(len(x)), labels] -= 1
        slope /= len(x)
        layers = len(self.weights)
        gradients = [None] * (2 * layers)
        for k in reversed(range(layers)):
            gradients[k] = (slope.T @ values[k]) * self.masks[k]
            gradients[layers + k] = slope.sum(0)
            slope = (slope @ self.weights[k]) * (values[k] > 0)
        for one, speed, gradient in zip(self.weights + self.biases, self.speeds, gradients):
            speed *= MOMENTUM
            speed -= RATE * gradient
            one += speed

    def train(self, x, labels, epochs):
        for _ in range(epochs):
            order = self.random.permutation(len(x))
            for begin in range(0, len(x), BATCH):
                chosen = order[begin:begin + BATCH]
                self.step(x[chosen], labels[chosen])

    def prune(self, density):
        """Keeps the weights of largest magnitude in each layer."""
        for k, weight in enumerate(self.weights):
            kept = max(density, LEAST_OF_LAST) if k + 1 == len(self.weights) else density
            order = np.argsort(-np.abs(weight), axis=None, kind="stable")
            mask = np.zeros(weight.size, np.float32)
            mask[order[:round(kept * weight.size)]] = 1
            self.masks[k] = mask.reshape(weight.shape)
            weight *= self.masks[k]
            self.speeds[k] *= self.masks[k]

    def tensors(self):
        named = {}
        for k, (weight, bias) in enumerate(zip(self.weights, self.biases), 1):
            named[f"fc{k}.weight"], named[f"fc{k}.bias"] = weight, bias
        return named
