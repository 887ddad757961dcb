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
    (r"emb|wte|wpe|position", "an embedding", "a network of Sparsio begins behind it"),
    (r"row_offsets|compressed|bitmask|(^|[._])(indices|values|offsets|indptr|crow_indices|col_indices)([._0-9]|$)",
     "of a sparse form that is not read", "save it dense, or with scipy.sparse.save_npz"),
)
COUNTERS = re.compile(r"num_batches_tracked$|(^|[._])(epochs?|steps?|iterations?|version|seed)$")


def is_harmless(name, array):
    """Text, or a count that training kept."""
    if not isinstance(array, np.ndarray):
        return False
    return array.dtype.kind in "USO" or (array.size <= 1 and COUNTERS.search(name) is not None)


def is_layer(name, array, any_float):
    """May it be a layer, where the user chose none?"""
    if not isinstance(array, np.ndarray):
        return hasattr(array, "row")
    if array.ndim != 2 or masks.ingredient(name) or re.search(r"emb|(^|[._])w[tp]e[._]", name):
        return False
    return array.dtype.kind not in "iub" or not any_float


def reason(name, array):
    found = masks.ingredient(name)
    if found:
        return found
    for pattern, what, remedy in KINDS:
        if re.search(pattern, name):
            return what, remedy
    if isinstance(array, np.ndarray) and array.dtype.kind in "iub":
        return "of whole numbers beside floats", "save weights as float32"
    if isinstance(array, np.ndarray) and array.ndim == 1:
        return "no bias of a layer by its name and length", "call it as its matrix (W1 b1, fc.weight fc.bias)"
    return "it is not known what it does", "export the model to ONNX"


def check(unused, arrays, layers):
    left = [name for name in unused if not is_harmless(name, arrays[name])]
    if not left:
        return
    told = next((name for name in left if masks.ingredient(name) or any(re.search(one[0], name) for one in KINDS)), left[0])
    what, remedy = reason(told, arrays[told])
    names = " ".join(left[:SHOWN]) + (" ..." if len(left) > SHOWN else "")
    choice = f", or leave it out with --layers {','.join(layers)}" if layers else ""
    raise Refused(f"{names} would be left out, and {told} is {what}; {remedy}{choice}")
