"""left_out: what stands beside the layers of a bag of arrays and would change what they compute.

A bias has found its layer, a mask has been multiplied in. What is left was a normalisation, a scale of quantised
weights, an embedding, or something that we do not know; without it the network would be another, and nobody would see
it. So it is refused, by name, unless the user chose the layers, which says that the rest is not wanted.
"""

import re

import numpy as np

from importing import masks
from importing.layers import Refused

SHOWN = 6  # names in a message

KINDS = (
    (r"running_(mean|var)$|(^|[._])(bn|batch_?norm|moving_(mean|variance))", "of a BatchNorm",
     "export the model to ONNX, where it is folded, or fold it with torch.nn.utils.fusion.fuse_linear_bn_eval"),
    (r"(^|[._])(ln|layer_?norm|norm|rms_?norm|group_?norm)[._0-9]", "of a normalisation",
     "a network of Sparsio has none"),
    (r"SCB$|scales?$|zero_points?$|weight_format$|qweight|qzeros|g_idx|quant", "of quantised weights",
     "dequantise the model and save it as float32"),
    (r"(^|[._])(optimizer|exp_avg\w*|momentum\w*|ema|ema_model|teacher|grads?)([._]|$)", "of training or a second model",
     "save the weights of the model alone"),
    (r"([qkv]|query|key|value|qkv|in)_proj|(^|[._])(query|key|value|c_attn|attn|attention)([._]|$)", "of an attention layer",
     "a network of Sparsio has none"),
    (r"weight_(ih|hh)|bias_(ih|hh)|(^|[._/])(lstm|gru|rnn)\w*([._/]|$)|recurrent", "of a recurrent layer",
     "a network of Sparsio has none"),
    (r"embed|(^|[._/])(emb|wte|wpe|pos|position\w*)([._/]|$)", "an embedding", "a network of Sparsio begins behind it"),
    (r"row_offsets|compressed|bitmask|(^|[._])(indices|values|offsets|indptr|crow_indices|col_indices)([._0-9]|$)",
     "of a sparse form that is not read", "save it dense, or with scipy.sparse.save_npz"),
)
COUNTERS = re.compile(r"num_batches_tracked$|(^|[._])(epochs?|steps?|iterations?|version|seed)$")


def is_harmless(name, array):
    """Text, or a count that training kept."""
    if not isinstance(array, np.ndarray):
        return False
    return array.dtype.kind in "USO" or (array.size <= 1 and COUNTERS.search(name) is not None)


def kind_of(name):
    """(what, remedy) of what is no layer by its name, or None."""
    return masks.ingredient(name) or next(((what, remedy) for pattern, what, remedy in KINDS if re.search(pattern, name)),
                                          None)


def is_layer(name, array, any_float):
    """May it be a layer, where the user chose none?"""
    if not isinstance(array, np.ndarray):
        return hasattr(array, "row")
    return array.ndim == 2 and kind_of(name) is None and (array.dtype.kind not in "iub" or not any_float)


def is_mask(array, others):
    """Only 0 and 1, and beside it a matrix of its shape that has more: no name is needed to see it."""
    def is_binary(one):
        return one.dtype.kind in "biuf" and ((one == 0) | (one == 1)).all()
    return is_binary(array) and any(one.shape == array.shape and not is_binary(one) for one in others)


def reason(name, array):
    found = kind_of(name)
    if found:
        return found
    if isinstance(array, np.ndarray) and array.dtype.kind in "iub":
        return "of whole numbers beside floats", "save weights as float32"
    if isinstance(array, np.ndarray) and array.ndim == 1:
        return "no bias of a layer by its name and length", "call it as its matrix (W1 b1, fc.weight fc.bias)"
    if isinstance(array, np.ndarray) and array.ndim == 2:
        return "a mask by its values, 0 and 1", masks.MERGE
    return "of a meaning that is not known", "export the model to ONNX"


def check(unused, arrays, layers):
    left = [name for name in unused if not is_harmless(name, arrays[name])]
    if not left:
        return
    told = (next((name for name in left if kind_of(name)), None) or
            next((name for name in left if getattr(arrays[name], "ndim", 1) > 1), left[0]))
    what, remedy = reason(told, arrays[told])
    names = " ".join(left[:SHOWN]) + (" ..." if len(left) > SHOWN else "")
    choice = f", or leave it out with --layers {','.join(layers)}" if layers else ""
    raise Refused(f"{names} would be left out, and {told} is {what}; {remedy}{choice}")
