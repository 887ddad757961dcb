"""torch_file: the tensors of a state_dict that torch.save wrote (.pt, .pth), read without torch and without running
code.

The file is a zip archive: data.pkl says with pickle which tensors there are, data/KEY has their bytes. A pickle may
call anything; here it may call what rebuilds tensors and dictionaries, each replaced by a function of ours, and nothing
else. A whole model (torch.save(model)) names its own classes, so it is refused, with what to do.
"""

import pickle
import zipfile
from collections import OrderedDict

import numpy as np

from importing import named
from importing.layers import Refused

SAVE = "save its weights with torch.save(model.state_dict(), path)"
TYPES = {"DoubleStorage": "<f8", "FloatStorage": "<f4", "HalfStorage": "<f2", "BFloat16Storage": "<u2",
         "CharStorage": "<i1", "ByteStorage": "<u1", "ShortStorage": "<i2", "IntStorage": "<i4", "LongStorage": "<i8",
         "BoolStorage": "|b1"}


class Storage:
    def __init__(self, kind):
        self.kind = kind


def rebuilt(storage, offset, size, stride, *_):
    """A tensor: a strided view of its storage."""
    kind, data = storage
    if isinstance(data, named.Unread):
        return data
    size, stride = tuple(size), tuple(stride)
    last = offset + sum((n - 1) * step for n, step in zip(size, stride))
    if offset < 0 or min(size, default=1) < 0 or min(stride, default=0) < 0:
        raise ValueError("a tensor outside its storage")
    if 0 in size:
        return np.zeros(size, data.dtype)
    if last >= len(data):
        raise ValueError("a tensor outside its storage")
    view = np.lib.stride_tricks.as_strided(data[offset:], size, [step * data.itemsize for step in stride])
    view = np.ascontiguousarray(view).reshape(size)
    return (view.astype(np.uint32) << 16).view(np.float32) if kind == "BFloat16Storage" else view


class Reader(pickle.Unpickler):
    """Knows what a state_dict is made of."""

    def __init__(self, file, archive, folder):
        super().__init__(file)
        self.archive, self.folder = archive, folder

    def find_class(self, module, name):
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) in (("torch._utils", "_rebuild_tensor_v2"), ("torch._utils", "_rebuild_tensor")):
            return rebuilt
        if (module, name) == ("torch._utils", "_rebuild_parameter"):
            return lambda data, *_: data
        if module in ("torch", "torch.storage") and name.endswith("Storage"):
            return Storage(name)
        raise Refused(f"it holds {module}.{name}, not only tensors; {SAVE}")

    def persistent_load(self, identity):
        _, storage, key = identity[:3]
        if storage.kind not in TYPES:
            return storage.kind, named.Unread(f"a tensor is a {storage.kind}; save it as float32")
        return storage.kind, np.frombuffer(self.archive.read(f"{self.folder}data/{key}"), TYPES[storage.kind])


def flattened(found, before=""):
    """A checkpoint may keep the state_dict in a dictionary of its own."""
    for name, value in found.items():
        if isinstance(value, dict):
            yield from flattened(value, f"{before}{name}.")
        elif isinstance(value, (np.ndarray, named.Unread)):
            yield f"{before}{name}", value
        elif isinstance(value, (int, float, bool)):
            yield f"{before}{name}", np.array(["a number"])  # of training; not a tensor


def read(path, chosen, options):
    try:
        with zipfile.ZipFile(path) as archive:
            index = next((one for one in archive.namelist() if one.endswith("data.pkl")), None)
            if index is None:
                raise Refused(f"a TorchScript or another archive, not a state_dict; {SAVE}")
            with archive.open(index) as file:
                found = Reader(file, archive, index[:-len("data.pkl")]).load()
    except (Refused, MemoryError):
        raise
    except Exception as error:  # a damaged file raises whatever zipfile and pickle do
        reason = " ".join(str(error).split()) or type(error).__name__
        raise Refused(f"not a .pt file that can be read ({reason}); {SAVE}") from error
    if not isinstance(found, dict):
        raise Refused(f"it holds no dictionary of tensors; {SAVE}")
    for name in ("state_dict", "model_state_dict", "model"):
        if isinstance(found.get(name), dict):
            found = found[name]
            break
    return named.chain(dict(flattened(found)), chosen, options.rows)
