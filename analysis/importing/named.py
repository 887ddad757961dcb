"""named: a bag of named arrays (safetensors, numpy archives) as a chain of layers.

Matrices are taken in the order of their names, numbers in names counting as numbers (layer 10 after layer 9). The bias
of `X.weight` is `X.bias`, of `W1` it is `b1`. `X_orig` times `X_mask`, which is how torch.nn.utils.prune keeps a pruned
tensor until prune.remove, is `X`. What is not used is said; a kernel of more dimensions is refused, because
leaving it out would be another network.
"""

import re

from importing.layers import Refused, from_dense, real, say


def natural(name):
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"(\d+)", name) if part]


def bias_name(name):
    for weight, bias in (("weight", "bias"), ("kernel", "bias"), ("W", "b"), ("w", "b")):
        if weight in name:
            head, _, tail = name.rpartition(weight)
            yield head + bias + tail


def without_masks(arrays):
    merged = dict(arrays)
    for name in arrays:
        head, _, _ = name.rpartition("_orig")
        if not name.endswith("_orig") or f"{head}_mask" not in arrays:
            continue
        values, mask = (real(one, merged.pop(one)) for one in (name, f"{head}_mask"))
        if values.shape != mask.shape:
            raise Refused(f"{name} is {values.shape} and its mask {mask.shape}; fetch the file again")
        merged[head] = values * mask
    return merged


def chain(arrays, chosen):
    """`arrays`: name -> numpy array. `chosen`: names in order, or None for all matrices."""
    arrays = without_masks(arrays)
    for name in chosen or []:
        if name not in arrays:
            raise Refused(f"no tensor '{name}'; have: {' '.join(sorted(arrays, key=natural))}")
        if arrays[name].ndim != 2:
            raise Refused(f"{name} has {arrays[name].ndim} dimensions; name matrices with --layers")
    if not chosen:
        for name, array in arrays.items():
            if array.ndim > 2:
                raise Refused(f"{name} has {array.ndim} dimensions, such layers are not imported; "
                              "name the matrices of a chain with --layers")
        chosen = sorted((name for name, array in arrays.items() if array.ndim == 2), key=natural)
    used, layers = set(chosen), []
    for name in chosen:
        bias = next((other for other in bias_name(name) if other != name and other in arrays), None)
        if bias is not None:
            used.add(bias)
        layers.append(from_dense(name, arrays[name], None if bias is None else arrays[bias]))
    unused = sorted(set(arrays) - used, key=natural)
    if unused:
        say(f"not imported: {' '.join(unused)}")
    return layers
