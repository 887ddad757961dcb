"""points: what is compared, one row at one level at a time: the lines that the model predicts, the lines that were counted.

Only rows that are `ok` and were counted give points. A level whose counter the machine's calibration does not trust
says so in `trust`.
"""

from functools import lru_cache

import numpy as np
import pandas as pd

import calibration
import columns
from wording import source_word

POINT_COLUMNS = ["level", "traffic", "counted_by", "network", "order", "policy", "engine", "panel", "memory_values",
                 "level_bytes", "predicted", "counted", "deviation", "trust", "run"]
NEEDED = {"network", "order", "policy", "engine", "panel", "memory_values", "misses_source", "run"} | {
    f"{level}_{what}" for level in columns.LEVELS for traffic in columns.TRAFFIC for what in (*traffic[1:], "bytes")}


def points(runs, provenance=None):
    """Every pair of a prediction and a count; `deviation` is counted / predicted - 1."""
    pieces = []
    sound = (runs["status"] == "ok") & ~runs["misses_status"].str.startswith("unavailable")
    sound = runs.loc[sound, [name for name in runs.columns if name in NEEDED]]
    for level in columns.LEVELS:
        for traffic, predicted, counted in columns.TRAFFIC:
            names = {f"{level}_{predicted}": "predicted", f"{level}_{counted}": "counted",
                     f"{level}_bytes": "level_bytes"}
            both = sound[sound[list(names)[:2]].notna().all(axis=1)]
            doubts = calibration.doubts(both, level, traffic, provenance or {})
            piece = both.rename(columns=names).assign(level=level, traffic=traffic, trust=doubts,
                                                      counted_by=both["misses_source"].map(source_word))
            pieces.append(piece.reindex(columns=POINT_COLUMNS))
    found = pd.concat(pieces, ignore_index=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        found["deviation"] = np.where(found["predicted"] == found["counted"], 0.0,
                                      found["counted"] / found["predicted"] - 1)
    return found


@lru_cache(maxsize=1)
def of(results):
    """The points of a whole file, which several figures and tables want."""
    return points(results.runs, results.provenance)
