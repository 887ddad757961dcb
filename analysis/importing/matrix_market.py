"""matrix_market: a Matrix Market file a layer, read by scipy. Several of them are one network."""

import warnings

from importing.layers import Refused, Weights, check_chain, from_dense, turned


def read(path, chosen, options):
    import numpy as np
    from scipy import io, sparse
    if chosen:
        raise Refused("--layers chooses tensors of .npz, .safetensors and .pt; a .mtx file is one layer")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            matrix = io.mmread(str(path))
    except Exception as error:  # scipy raises what its parser does
        reason = " ".join(str(error).split()) or type(error).__name__
        raise Refused(f"not a Matrix Market file that scipy can read ({reason}); write it with scipy.io.mmwrite") from error
    if sparse.issparse(matrix):
        found = Weights(path.name, matrix.shape, matrix.row.astype(np.int64), matrix.col.astype(np.int64), matrix.data)
    else:
        found = from_dense(path.name, np.asarray(matrix))
    found = turned(found) if options.rows == "sources" else found
    check_chain([found])
    return [found]
