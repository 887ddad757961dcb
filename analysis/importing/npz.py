"""npz: a matrix as scipy.sparse.save_npz writes it, or dense matrices as numpy.savez does. Needs numpy only."""

import numpy as np

from importing import named
from importing.layers import Refused, Weights

SAVE = "save it with numpy.savez, or a sparse matrix with scipy.sparse.save_npz"


def indices_of(matrix, name, axis_size, other_size):
    """Row and column of every entry of a compressed matrix, along the compressed axis and the other one."""
    pointer, index = matrix["indptr"].astype(np.int64), matrix["indices"].astype(np.int64)
    sound = (len(pointer) == axis_size + 1 and pointer[0] == 0 and pointer[-1] == len(index) and
             (np.diff(pointer) >= 0).all() and len(matrix["data"]) == len(index))
    if not sound or (len(index) and (index.min() < 0 or index.max() >= other_size)):
        raise Refused(f"{name} is damaged: its offsets or indices do not fit its shape; save it again")
    return np.repeat(np.arange(axis_size), np.diff(pointer)), index


def sparse(matrix, name):
    kind = matrix["format"].item()
    kind = kind.decode() if isinstance(kind, bytes) else str(kind)
    shape = tuple(int(size) for size in matrix["shape"])
    if len(shape) != 2:
        raise Refused(f"{name} has the shape {shape}; give a matrix")
    if kind == "csr":
        row, column = indices_of(matrix, name, shape[0], shape[1])
    elif kind == "csc":
        column, row = indices_of(matrix, name, shape[1], shape[0])
    elif kind == "coo":
        row, column = matrix["row"].astype(np.int64), matrix["col"].astype(np.int64)
        if not len(row) == len(column) == len(matrix["data"]):
            raise Refused(f"{name} is damaged: it has not a row and a column for each entry; save it again")
        if len(row) and (min(row.min(), column.min()) < 0 or row.max() >= shape[0] or column.max() >= shape[1]):
            raise Refused(f"{name} is damaged: an index does not fit its shape; save it again")
    else:
        raise Refused(f"{name} is in format {kind}; save it as csr, csc or coo")
    return Weights(name, shape, row, column, matrix["data"])


def read(path, chosen):
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        if "format" in arrays and "shape" in arrays:
            return [sparse(arrays, path.name)]
    except Refused:
        raise
    except Exception as error:  # a damaged archive raises whatever zipfile, zlib and numpy's tokenizer do
        reason = " ".join(str(error).split()) or type(error).__name__
        raise Refused(f"not a .npz file that can be read ({reason}); {SAVE}") from error
    if not arrays:
        raise Refused(f"there is no array in it; {SAVE}")
    return named.chain(arrays, chosen)
