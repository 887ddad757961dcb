"""npz: what numpy.savez or scipy.sparse.save_npz wrote. Needs numpy only. The archive keeps the order of its arrays."""

import numpy as np

from importing import named
from importing.layers import Refused

SAVE = "save it with numpy.savez, or a sparse matrix with scipy.sparse.save_npz"


def arrays_of(archive):
    found = {}
    for name in archive.files:
        try:
            found[name] = archive[name]
        except ValueError as error:
            if "allow_pickle" not in str(error):
                raise
            found[name] = named.Unread(f"{name} holds Python objects, not real numbers; save it as float32, or leave "
                                       "it out with --layers")
            continue
        if not isinstance(found[name], np.ndarray):
            raise Refused(f"{name} is no array; {SAVE}")
    return found


def read(path, chosen, options):
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = arrays_of(archive)
    except (Refused, MemoryError):
        raise
    except Exception as error:  # a damaged archive raises whatever zipfile, zlib and numpy's tokenizer do
        reason = " ".join(str(error).split()) or type(error).__name__
        raise Refused(f"not a .npz file that can be read ({reason}); {SAVE}") from error
    if not arrays:
        raise Refused(f"there is no array in it; {SAVE}")
    return named.chain(arrays, chosen, options.rows, True, path.name)
