"""sparse_arrays: the parts of sparse matrices in a bag of named arrays, put together.

scipy.sparse.save_npz writes `data indices indptr shape format` (CSR, CSC) or `row col data shape` (COO); who keeps
several in one file puts a prefix before or a number behind. torch has `crow_indices col_indices values` and `indices
values`. What has other parts (BSR, DIA) is refused by name.
"""

import numpy as np

from importing.layers import Refused, Weights

ANCHORS = {  # the part that tells the form: all its parts, then those of its shape
    "indptr": ("csr", {"pointer": "indptr", "index": "indices", "data": "data"}),
    "crow_indices": ("csr", {"pointer": "crow_indices", "index": "col_indices", "data": "values"}),
    "ccol_indices": ("csc", {"pointer": "ccol_indices", "index": "row_indices", "data": "values"}),
    "row": ("coo", {"row": "row", "column": "col", "data": "data"}),
    "indices": ("coo", {"both": "indices", "data": "values"}),
}
SIZES = ("shape", "size")


def indices_of(parts, name, axis_size, other_size):
    """Row and column of every entry of a compressed matrix, along the compressed axis and the other one."""
    pointer, index = parts["pointer"].astype(np.int64), parts["index"].astype(np.int64)
    sound = (pointer.ndim == index.ndim == 1 and len(pointer) == axis_size + 1 and pointer[0] == 0 and
             pointer[-1] == len(index) and (np.diff(pointer) >= 0).all() and len(parts["data"]) == len(index))
    if not sound or (len(index) and (index.min() < 0 or index.max() >= other_size)):
        raise Refused(f"{name} is damaged: its offsets or indices do not fit its shape; save it again")
    return np.repeat(np.arange(axis_size), np.diff(pointer)), index


def coordinates_of(parts, name, shape):
    if "both" in parts:
        if parts["both"].ndim != 2 or len(parts["both"]) != 2:
            raise Refused(f"{name} is damaged: its indices are not two rows; save it again")
        row, column = parts["both"].astype(np.int64)
    else:
        row, column = parts["row"].astype(np.int64), parts["column"].astype(np.int64)
    if not len(row) == len(column) == len(parts["data"]):
        raise Refused(f"{name} is damaged: it has not a row and a column for each entry; save it again")
    if len(row) and (min(row.min(), column.min()) < 0 or row.max() >= shape[0] or column.max() >= shape[1]):
        raise Refused(f"{name} is damaged: an index does not fit its shape; save it again")
    return row, column


def matrix(name, kind, parts):
    shape = tuple(int(size) for size in np.asarray(parts["shape"]).reshape(-1))
    if len(shape) != 2:
        raise Refused(f"{name} has the shape {shape}; give a matrix")
    if parts["data"].ndim != 1:
        raise Refused(f"{name} has blocks for entries (BSR); save it as csr, csc or coo")
    if kind == "csr":
        row, column = indices_of(parts, name, shape[0], shape[1])
    elif kind == "csc":
        column, row = indices_of(parts, name, shape[1], shape[0])
    elif kind == "coo":
        row, column = coordinates_of(parts, name, shape)
    else:
        raise Refused(f"{name} is in format {kind}; save it as csr, csc or coo")
    return Weights(name, shape, row, column, parts["data"])


def parts_at(arrays, anchor, name):
    """(name, kind, parts, names used) of the matrix of which `name` is the part `anchor`, or None."""
    at = name.rindex(anchor)
    head, tail = name[:at], name[at + len(anchor):]
    kind, roles = ANCHORS[anchor]
    used = {role: f"{head}{part}{tail}" for role, part in roles.items()}
    if not all(isinstance(arrays.get(one), np.ndarray) for one in used.values()):
        return None
    label = (head.rstrip("._/") + tail).strip("._/")
    used["shape"] = next((f"{head}{one}{tail}" for one in SIZES if f"{head}{one}{tail}" in arrays), None)
    if used["shape"] is None:
        raise Refused(f"{label or 'the sparse matrix'} has no shape in the file; save it with scipy.sparse.save_npz")
    parts = {role: arrays[one] for role, one in used.items()}
    given = f"{head}format{tail}"
    if given in arrays:
        used["format"] = given
        text = arrays[given].reshape(-1)[:1].tolist()[0] if arrays[given].size else ""
        kind = text.decode() if isinstance(text, bytes) else str(text)
        kind = "coo" if kind == "array" else kind
    elif kind == "csr" and len(parts["pointer"]) != int(parts["shape"].reshape(-1)[0]) + 1:
        kind = "csc"
    return label, kind, parts, set(used.values()) | {f"{head}_is_array{tail}"}


def put_together(arrays, whole):
    """`arrays` with each sparse matrix in the place of its parts; one without a prefix is called `whole`."""
    result = dict(arrays)
    for anchor in ANCHORS:
        for name in arrays:
            if anchor not in name or name not in result or not isinstance(result[name], np.ndarray):
                continue
            found = parts_at(result, anchor, name)
            if found is None:
                continue
            label, kind, parts, used = found
            merged = matrix(label or whole, kind, parts)
            result = {(merged.name if one == name else one): (merged if one == name else array)
                      for one, array in result.items() if one == name or one not in used}
    left = next((name for name in result if name.rpartition("format")[1] and "offsets" in result), None)
    if left is not None:
        raise Refused(f"{whole} is in format {np.asarray(result[left]).item()}; save it as csr, csc or coo")
    return result
