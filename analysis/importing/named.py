"""named: a bag of named arrays (numpy archives, safetensors, PyTorch files) as a chain of layers.

The bias of `X.weight` is `X.bias`, of `W1` it is `b1`, of `coefs_0` `intercepts_0`; arrays without names (`arr_0
arr_1`) pair by place and length. Which matrices are layers, in which order, and what else changes what they compute, is
asked of masks, order and left_out; where the answer is not in the file, it is refused.
"""

import re

import numpy as np

from importing import left_out, masks, order, sparse_arrays
from importing.layers import Refused, Weights, check_chain, from_dense, say, turned

BIASES = (("weights", "biases"), ("weight", "bias"), ("kernel", "bias"), ("coefs", "intercepts"), ("coef", "intercept"),
          ("W", "b"), ("w", "b"))


class Unread:
    """An array of a type that cannot be read, which matters only if somebody wants it."""

    def __init__(self, why, shape=()):
        self.why, self.shape, self.ndim = why, shape, len(shape)


def bias_names(name):
    for weight, bias in BIASES:
        if weight in name:
            head, _, tail = name.rpartition(weight)
            yield head + bias + tail
    yield f"{name}.bias"
    yield f"{name}_bias"


def matrix_of(name, array):
    if isinstance(array, Unread):
        raise Refused(array.why)
    found = masks.ingredient(name)
    if found:
        raise Refused(f"{name} is {found[0]}; {found[1]}")
    if isinstance(array, Weights):
        return array
    if array.ndim != 2:
        raise Refused(f"{name} has {array.ndim} dimensions; name matrices with --layers")
    return from_dense(name, array)


def pair_by_place(layers, arrays):
    """Of arrays without names: the vector behind a matrix is its bias, or the vectors behind all matrices are."""
    used = set()
    vectors = [name for name, array in arrays.items()
               if re.fullmatch(r"arr_\d+", name) and getattr(array, "ndim", 0) == 1 and isinstance(array, np.ndarray)]
    names, matrices = list(arrays), [one for one in layers if re.fullmatch(r"arr_\d+", one.name)]
    beside = {one.name: names[names.index(one.name) + 1] for one in matrices if one.name != names[-1]}
    if len(vectors) == len(matrices) and not any(one in vectors for one in list(beside.values())[:-1]):
        beside = dict(zip((one.name for one in matrices), vectors))
    for one in matrices:
        name = beside.get(one.name)
        if name in vectors and len(arrays[name]) == one.shape[0]:
            one.bias = arrays[name]
            used.add(name)
    return used


def check_rows(layers, rows):
    """Keras, Flax and scikit-learn store a row a source; who says nothing of it may not know."""
    turned_names = [one.name for one in layers if re.search(r"kernel|coefs?_", one.name)]
    if turned_names and rows is None:
        raise Refused(f"{turned_names[0]} is named as Keras, Flax and scikit-learn do, where a row is a source; give "
                      "--rows sources, or --rows targets if it is not so")


def check_read_as(chosen, arrays):
    for name in chosen:
        if name not in arrays:
            raise Refused(f"no tensor '{name}'; have: {' '.join(sorted(arrays, key=order.natural))}")


def check_thin(names, arrays):
    """A bias that is kept as a row or column looks like a layer of one neuron, and would fit as the last."""
    for before, name in zip([None] + names, names):
        if 1 not in arrays[name].shape or not isinstance(arrays[name], np.ndarray):
            continue
        beside = before is not None and arrays[name].size in arrays[before].shape and re.fullmatch(r"arr_\d+", name)
        if beside or re.match(r"b\d*$|b_|.*(bias|intercept)", name, re.IGNORECASE):
            raise Refused(f"{name} is {arrays[name].shape[0]} x {arrays[name].shape[1]}, a bias or a layer of one neuron; "
                          "save biases as vectors, or name the layers with --layers")


def candidates(arrays):
    """The matrices, where the user names none."""
    for name, array in arrays.items():
        if getattr(array, "ndim", 2) > 2:
            raise Refused(f"{name} has {array.ndim} dimensions, such layers are not imported; "
                          "export the model to ONNX, or name the matrices of a chain with --layers")
    any_float = any(isinstance(one, Weights) or (isinstance(one, np.ndarray) and one.dtype.kind in "fc")
                    for one in arrays.values())
    names = [name for name, array in arrays.items() if left_out.is_layer(name, array, any_float)]
    dense = [arrays[name] for name in names if isinstance(arrays[name], np.ndarray)]
    names = [name for name in names if not isinstance(arrays[name], np.ndarray) or not left_out.is_mask(arrays[name], dense)]
    biases = {bias for name in names for bias in bias_names(name) if bias != name and bias in names and
              1 in arrays[bias].shape and not isinstance(arrays[bias], Weights)}
    names = [name for name in names if name not in biases]
    check_thin(names, arrays)
    return names


def chain(arrays, chosen, rows=None, keeps_order=True, whole="the matrix"):
    """`arrays`: name -> numpy array or Unread, in the order of the file. `chosen`: names in order, or none for all
    matrices. `rows`: what the user says that a row is. `whole`: what a sparse matrix without a name is called."""
    arrays = masks.without_masks(sparse_arrays.put_together(arrays, whole))
    check_read_as(chosen, arrays)
    names = chosen or candidates(arrays)
    layers = [matrix_of(name, arrays[name]) for name in names]
    check_rows(layers, rows)
    layers = [turned(one) for one in layers] if rows == "sources" else layers
    used = set(names) | pair_by_place(layers, arrays)
    for one in layers:
        bias = next((other for other in bias_names(one.name) if other not in names and other in arrays), None)
        if one.bias is None and bias is not None:
            if isinstance(arrays[bias], Unread):
                raise Refused(arrays[bias].why)
            one.bias = arrays[bias]
            used.add(bias)
    unused = sorted(set(arrays) - used, key=order.natural)
    if not chosen:
        left_out.check(unused, arrays, [one.name for one in layers])
        if not layers:
            raise Refused("no weight matrix was found; name the tensors with --layers, have: "
                          f"{' '.join(unused[:left_out.SHOWN])}")
        if keeps_order:
            order.check_written(layers)
        else:
            layers = order.chosen_order(layers)
    if unused:
        say(f"not imported: {' '.join(unused)}")
    check_chain(layers)
    return layers
