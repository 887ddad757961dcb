"""results_file: a results/*.h5 in memory.

`/runs` is a flat compound table, `/samples` every repetition, `/provenance` attributes and scalar texts. A file is read
once, whole; texts are decoded, absent columns are filled in as "nothing known", and whatever cannot be read is refused
with one message: the place, what is wrong there, what would be right.
"""

import os
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("HDF5_USE_FILE_LOCKING", "FALSE")  # NFS and Lustre may refuse locks; files are replaced whole

import h5py
import numpy as np
import pandas as pd

import columns
from command_line import BadInput

SAMPLE_COLUMNS = ("run", "repetition", "rank", "thread", "seconds")


class BadResults(BadInput):
    """A results file that cannot be used."""


@dataclass(frozen=True, eq=False)  # one is like itself alone, so that what is made of it can be kept by it
class Results:
    path: Path
    runs: pd.DataFrame      # a row a case; every name in columns.TEXTS and columns.NUMBERS is there
    samples: pd.DataFrame   # SAMPLE_COLUMNS; empty if the file has none
    provenance: dict        # dotted name -> text
    absent: frozenset       # columns that the file did not have
    declared: dict          # name of a column -> what the file says of it: unit, help, nature, identity, short, ...
    keys: tuple             # the columns that are keys of the case, in the order of the file
    label_keys: tuple       # those of them that tell cases apart


def as_text(value):
    """One value of HDF5 as text; NaN is no text."""
    if isinstance(value, np.ndarray) and value.shape == ():
        value = value[()]
    if isinstance(value, np.ndarray):
        return ", ".join(as_text(item) for item in value.ravel())
    if isinstance(value, bytes):
        return value.rstrip(b"\0").decode("utf-8", "replace")
    if isinstance(value, (float, np.floating)):
        return "" if np.isnan(value) else f"{value:.12g}"
    return str(value)


def texts_of(values):
    """A column as texts. A sweep of 10^5 rows has few distinct ones: each is made once and shared."""
    codes, distinct = pd.factorize(np.asarray(values, dtype=object), use_na_sentinel=False)
    return np.array([as_text(value) for value in distinct], dtype=object)[codes]


def table(dataset, place):
    """A flat compound dataset as a DataFrame."""
    names = dataset.dtype.names if isinstance(dataset, h5py.Dataset) else None
    if not names:
        raise BadResults(place, "is not a table", "give a file written by `sparsio run`")
    rows = np.atleast_1d(dataset[()])
    frame = {}
    for name in names:
        values = rows[name]
        if values.dtype.kind in "SOU":
            values = texts_of(values)
        now = columns.FORMER.get(name, name)
        frame[name if now in names else now] = values
    return pd.DataFrame(frame)


def declarations(dataset):
    """What the attributes of a table say of its columns: name -> {"unit": ..., "identity": ...}."""
    said = {}
    for attribute, value in dataset.attrs.items():
        name, dot, what = attribute.rpartition(".")
        if dot:
            said.setdefault(columns.FORMER.get(name, name), {})[what] = as_text(value)
    return said


def keys_of(names, declared, identities):
    """The columns with these identities. A file of schema 3 does not say them."""
    if any("identity" in said for said in declared.values()):
        return tuple(name for name in names if declared.get(name, {}).get("identity") in identities)
    return tuple(key for key in columns.KEYS if ("procedure" if key in columns.PROCEDURE else "case") in identities)


def completed(runs, keys=()):
    """`runs` with every known column, keys as texts, and the names of those that had to be made up."""
    absent = [name for name in columns.TEXTS + columns.NUMBERS if name not in runs.columns]
    known = {}
    for name in dict.fromkeys(columns.TEXTS + tuple(keys)):
        texts = texts_of(runs[name]) if name in runs else ""
        known[name] = pd.Series(texts, index=runs.index, dtype=object)
    for name in columns.NUMBERS:
        values = runs[name] if name in runs else pd.Series(np.nan, index=runs.index)
        known[name] = pd.to_numeric(values, errors="coerce").astype(float)
    more = runs[[name for name in runs.columns if name not in known]]
    return pd.concat([pd.DataFrame(known, index=runs.index), more], axis=1), frozenset(absent)


def provenance_of(file):
    """Attributes of the file and of /provenance, and its scalar datasets; groups inside it become dotted names."""
    found = {name: as_text(value) for name, value in file.attrs.items()}
    group = file.get("provenance")
    if not isinstance(group, h5py.Group):
        return found
    found.update({name: as_text(value) for name, value in group.attrs.items()})

    def visit(name, item):
        dotted = name.replace("/", ".")
        if isinstance(item, h5py.Group):
            found.update({f"{dotted}.{key}": as_text(value) for key, value in item.attrs.items()})
        elif item.dtype.names is None:
            found[dotted] = as_text(item[()])

    group.visititems(visit)
    return dict(sorted(found.items()))


def load(path):
    """The results in the file at `path`; BadResults if it is not a results file."""
    path = Path(path)
    if not os.path.isfile(path):  # False also where Path.is_file raises: a name too long, a folder closed to us
        raise BadResults(path, "no such file", "`sparsio run CONFIG` writes one")
    try:
        with h5py.File(path, "r") as file:
            if "runs" not in file:
                raise BadResults(path, "has no table /runs", "give a file written by `sparsio run`")
            runs = table(file["runs"], f"{path}: /runs")
            declared = declarations(file["runs"])
            samples = table(file["samples"], f"{path}: /samples") if "samples" in file else pd.DataFrame()
            provenance = provenance_of(file)
    except (OSError, RuntimeError, KeyError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise BadResults(path, f"cannot be read as HDF5 ({reason})", "give a file written by `sparsio run`") from error
    keys = keys_of(runs.columns, declared, ("case", "procedure"))
    label_keys = keys_of(runs.columns, declared, ("case",))
    runs, absent = completed(runs, keys)
    samples = samples.reindex(columns=list(SAMPLE_COLUMNS))
    return Results(path, runs, samples, provenance, absent, declared, keys, label_keys)
