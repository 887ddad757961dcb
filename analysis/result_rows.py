"""result_rows: rows measured outside the program, written as results that the program reads.

The program merges a file by the names of its columns and fills in what it lacks: of a key its fallback, else "nothing
known". So a row here is a dict of what is known. `sparsio merge` puts the rows to others and seals the file.
"""

import hashlib
import math
import os
import statistics

os.environ.setdefault("HDF5_USE_FILE_LOCKING", "FALSE")  # as in results_file.py

import h5py
import numpy as np

SCHEMA = 4  # record/results.hpp
SAMPLE = np.dtype([("run", "S32"), ("repetition", "<i8"), ("rank", "<i8"), ("thread", "<i8"), ("seconds", "<f8"),
                   ("round", "<i8"), ("began", "<f8")])


def run_id(*parts):
    """32 hex digits that name a case, the same on every machine. The program's own ids hash otherwise."""
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:32]


def innermost_rank(count, confidence):
    """The largest rank whose values enclose the median with the confidence, and its coverage; rank 0: there is none.
    statistics/median_interval.hpp says why."""
    coverage = 0.0
    for rank in range(count // 2, 0, -1):
        coverage = sum(math.comb(count, k) for k in range(rank, count - rank + 1)) / 2**count
        if coverage >= confidence - 1e-12:
            return rank, coverage
    return 0, coverage


def times(seconds, confidence=0.95):
    """The columns that a row has of its repetitions."""
    ordered = sorted(seconds)
    rank, coverage = innermost_rank(len(ordered), confidence)
    words = (f"values {rank} and {len(ordered) + 1 - rank} of {len(ordered)}, coverage {coverage:.3g}" if rank else
             f"none: {len(ordered)} values cover {coverage:.3g} at most; {confidence:g} needs more")
    return {"timed_runs": float(len(ordered)), "seconds": statistics.median(ordered), "seconds_min": ordered[0],
            "seconds_low": ordered[rank - 1] if rank else math.nan,
            "seconds_high": ordered[-rank] if rank else math.nan,
            "seconds_coverage": coverage, "seconds_interval": words, "confidence": confidence}


def samples(run, seconds, rounds, began):
    return [(run.encode(), number, 0, 0, *one) for number, one in enumerate(zip(seconds, rounds, began))]


def table(rows):
    """Dicts as one compound array, a column where any of them has something."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    kinds, filled = [], []
    for name in names:
        values = [row.get(name) for row in rows]
        known = next(value for value in values if value is not None)
        if isinstance(known, str):
            values = [(value or "").encode() for value in values]
            kinds.append(f"S{max(1, *map(len, values))}")
        elif isinstance(known, int):
            kinds.append("<i8")
        else:
            values = [math.nan if value is None else value for value in values]
            kinds.append("<f8")
        filled.append(values)
    return np.array(list(zip(*filled)), dtype=list(zip(names, kinds)))


def write(path, rows, sample_rows, provenance):
    """A results file without a seal, for `sparsio merge`."""
    with h5py.File(path, "w") as file:
        file.attrs.create("schema_version", SCHEMA, dtype="<i4")
        file.attrs.create("program", np.bytes_(b"sparsio"))
        file.create_dataset("runs", data=table(rows))
        file.create_dataset("samples", data=np.array(sample_rows, SAMPLE))
        facts = file.create_group("provenance")
        for name, text in provenance.items():
            facts.attrs.create(name, np.bytes_(text.encode()))
