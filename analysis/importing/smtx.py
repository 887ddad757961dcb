"""smtx: a layer's pattern as the Deep Learning Matrix Collection has it. Several of them are one network.

Three lines of whole numbers, apart by blanks and commas: rows, columns and nonzeros; an offset a row and the end; a
column a nonzero. There are no weights in it: they are drawn, uniform with the variance of He et al. 2015, and that is
said. `sparsio convert` reads a single one; its stream of random numbers is another.
"""

import re

import numpy as np

from importing import sparse_arrays
from importing.layers import Refused, say, turned

SEED = 1


def read(path, chosen, options):
    if chosen:
        raise Refused("--layers chooses tensors of .npz, .safetensors and .pt; a .smtx file is one layer")
    text = path.read_bytes()
    if not re.fullmatch(rb"[\d\s,]*", text):
        raise Refused("not a .smtx file, which has whole numbers only; give one of the Deep Learning Matrix Collection")
    numbers = [int(one) for one in re.split(rb"[\s,]+", text.strip(b" \t\r\n,"))] if text.strip() else []
    rows, columns, count = numbers[:3] if len(numbers) >= 3 else (0, 0, 0)
    if len(numbers) != 3 + rows + 1 + count or max(numbers) >= 2**31:
        raise Refused(f"it has {len(numbers)} numbers, and not the {3 + rows + 1 + count} that its first line says; fetch it "
                      "again")
    pointer, index = np.array(numbers[3:4 + rows]), np.array(numbers[4 + rows:], np.int64)
    degree = np.maximum(np.repeat(np.diff(pointer), np.maximum(np.diff(pointer), 0)), 1)
    bound = np.sqrt(6 / degree) if len(degree) == count else np.ones(count)
    value = np.random.default_rng(SEED).uniform(-bound, bound).astype(np.float32)
    parts = {"pointer": pointer, "index": index, "data": value, "shape": np.array([rows, columns])}
    found = sparse_arrays.matrix(path.name, "csr", parts)
    say(f"the weights of {path.name} are drawn: the file has a pattern only")
    return [turned(found) if options.rows == "sources" else found]
