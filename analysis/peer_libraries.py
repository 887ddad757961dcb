"""peer_libraries: what a user has without Sparsio, each computing the same layers on the same inputs.

A panel is an array of a row a neuron and a column an input, which suits every peer best. A peer is made of the layers
(untimed), says in `note` what it runs, and `outputs(panel)` is the whole network: one product a layer, bias and
activation in place. A bias of zeros alone is left out. The activations are those of src/net/activation.hpp: identity,
relu, challenge.
"""

import warnings

import numpy as np

from command_line import BadInput

ACTIVATIONS = ("identity", "relu", "challenge")
CAP = 32  # of challenge
MOST_CELLS = 10**8  # of a network as full matrices, as the engines that take such have it


class TooLarge(Exception):
    """A network that a peer is not asked to hold."""


class Step:
    """What follows a product: z + b, then the activation. `keeps_zeros`: b may not lift what is exactly 0."""

    def __init__(self, layer, activation):
        self.bias = np.ascontiguousarray(layer.bias, np.float32).reshape(-1, 1) if np.any(layer.bias) else None
        self.clips = activation != "identity"
        self.cap = CAP if activation == "challenge" else None
        self.keeps_zeros = activation == "challenge" and bool(np.any(layer.bias > 0))


class SciPy:
    name = "scipy"

    def __init__(self, layers, activations, threads):
        import scipy
        from scipy.sparse import csr_matrix
        self.threads = 1
        self.note = (f"SciPy {scipy.__version__}: csr_matrix @ panel, the loop csr_matvecs of its sparsetools, "
                     "which has one thread")
        self.matrices = [csr_matrix((layer.weight, layer.source.astype(np.int32), layer.begin.astype(np.int32)),
                                    shape=(layer.targets, layer.sources)) for layer in layers]
        self.steps = [Step(*one) for one in zip(layers, activations)]

    def panel(self, values):
        return values

    def outputs(self, x):
        for matrix, step in zip(self.matrices, self.steps):
            x = matrix @ x
            zeros = x == 0 if step.keeps_zeros else None
            if step.bias is not None:
                x += step.bias
            if step.clips:
                np.clip(x, 0, step.cap, out=x)
            if zeros is not None:
                x[zeros] = 0
        return x


class Torch:
    """Sparse: addmm of a sparse CSR tensor, by MKL where PyTorch has it, else by its own loop."""

    name = "torch"

    def __init__(self, layers, activations, threads):
        import torch
        self.torch = torch
        torch.set_num_threads(threads)
        self.threads = threads
        capability = [line.split(":")[1].strip() for line in torch.__config__.show().splitlines()
                      if "CPU capability usage" in line]
        self.version = ", ".join([f"PyTorch {torch.__version__}", *capability])
        self.steps = [Step(*one) for one in zip(layers, activations)]
        for step in self.steps:
            step.bias = None if step.bias is None else torch.from_numpy(step.bias)
        self.matrices = [self.matrix(layer) for layer in layers]
        self.note = self.told()

    def told(self):
        return f"{self.version}: addmm of a sparse CSR tensor, {self.library('MKL', 'its own loop')}"

    def library(self, mkl, other):
        return mkl if self.torch.backends.mkl.is_available() else other

    def matrix(self, layer):
        torch = self.torch
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that sparse CSR tensors are in beta
            return torch.sparse_csr_tensor(torch.from_numpy(layer.begin.astype(np.int32)),
                                           torch.from_numpy(layer.source.astype(np.int32)),
                                           torch.from_numpy(layer.weight), size=(layer.targets, layer.sources))

    def panel(self, values):
        return self.torch.from_numpy(values)

    def outputs(self, x):
        for matrix, step in zip(self.matrices, self.steps):
            if step.bias is None or step.keeps_zeros:
                x = matrix @ x
            else:
                x = self.torch.addmm(step.bias.expand(-1, x.shape[1]), matrix, x)
            zeros = x == 0 if step.keeps_zeros else None
            if step.keeps_zeros:
                x += step.bias
            if step.clips:
                x.clamp_(0, step.cap)
            if zeros is not None:
                x[zeros] = 0
        return x


class TorchDense(Torch):
    """The same with the weights as full matrices, zeros and all."""

    name = "torch_dense"

    def __init__(self, layers, activations, threads):
        cells = sum(layer.targets * layer.sources for layer in layers)
        if cells > MOST_CELLS:
            raise TooLarge(f"{cells} cells as full matrices, more than {MOST_CELLS}")
        super().__init__(layers, activations, threads)

    def told(self):
        return f"{self.version}: addmm of full matrices, {self.library('MKL', 'the BLAS of the system')}"

    def matrix(self, layer):
        cells = np.zeros((layer.targets, layer.sources), np.float32)
        cells[np.repeat(np.arange(layer.targets), np.diff(layer.begin.astype(np.int64))), layer.source] = layer.weight
        return self.torch.from_numpy(cells)


PEERS = {one.name: one for one in (SciPy, Torch, TorchDense)}
MODULE = {"scipy": "scipy", "torch": "torch", "torch_dense": "torch"}


def check_activations(place, activations):
    for one in activations:
        if one not in ACTIVATIONS:
            raise BadInput(place, f"has the activation {one}", f"peers compute {', '.join(ACTIVATIONS)}")


def cut(values, panel):
    """Rows are inputs; panels of at most `panel` inputs, a row a neuron, each contiguous."""
    return [np.ascontiguousarray(values[first:first + panel].T) for first in range(0, len(values), panel)]


def joined(panels):
    """The outputs of all inputs, a row an input."""
    return np.concatenate([np.asarray(one).T for one in panels])
