"""safetensors: 8 bytes with the length of a JSON header, the header, the tensors. Read here, without the module.

https://github.com/huggingface/safetensors. bfloat16, which numpy lacks, is the upper half of a float32. Types that
numpy lacks otherwise (8-bit floats) stop an import only if a layer is made of them. The order of tensors says nothing:
most writers sort by name.
"""

import json
import math

import numpy as np

from importing import named
from importing.layers import Refused

TYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "I8": "<i1", "U8": "<u1", "I16": "<i2", "I32": "<i4",
         "I64": "<i8", "U16": "<u2", "U32": "<u4", "U64": "<u8", "BOOL": "|b1"}


def tensor(name, about, data):
    try:
        kind, shape = about["dtype"], [int(size) for size in about["shape"]]
        begin, end = (int(offset) for offset in about["data_offsets"])
    except (TypeError, KeyError, ValueError) as error:
        raise Refused(f"the header does not describe {name}; fetch the file again") from error
    if kind not in TYPES:
        return named.Unread(f"{name} is of type {kind}; have: {' '.join(TYPES)}", shape)
    size = np.dtype(TYPES[kind]).itemsize * math.prod(shape)
    if min(shape, default=0) < 0 or begin < 0 or end - begin != size or end > len(data):
        raise Refused(f"{name} does not lie within the file; it is truncated or damaged, fetch it again")
    array = np.frombuffer(data[begin:end], TYPES[kind]).reshape(shape)
    if kind == "BF16":
        array = (array.astype(np.uint32) << 16).view(np.float32)
    return array


def read(path, chosen, options):
    data = memoryview(path.read_bytes())
    length = int.from_bytes(data[:8], "little") if len(data) >= 8 else -1
    if length < 0 or length > len(data) - 8:
        raise Refused("not a safetensors file, or a truncated one; fetch it again")
    try:
        header = json.loads(bytes(data[8:8 + length]).decode())
    except ValueError as error:
        raise Refused(f"the header is not JSON ({error}); this is not a safetensors file") from error
    if not isinstance(header, dict):
        raise Refused("the header is no list of tensors; this is not a safetensors file")
    header.pop("__metadata__", None)
    data = data[8 + length:]
    arrays = {name: tensor(name, about, data) for name, about in header.items()}
    return named.chain(arrays, chosen, options.rows, keeps_order=False)
