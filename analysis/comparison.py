"""comparison: predicted against counted lines, point by point.

One point is one row at one level: the lines that the model predicts against the lines that a meter counted for the
same object (one tile, one thread, one pass, cold cache). Rows that are not `ok` give no points. No ratio is averaged:
what is said is how many points lie within a band, and which lie farthest out.
"""

import numpy as np
import pandas as pd

import columns
from wording import source_word

POINT_COLUMNS = ["level", "traffic", "counted_by", "network", "order", "policy", "engine", "tile", "memory_values",
                 "predicted", "counted", "deviation", "run"]


def points(runs):
    """Every pair of a prediction and a count; `deviation` is counted / predicted - 1."""
    pieces = []
    sound = runs[(runs["status"] == "ok") & ~runs["misses_status"].str.startswith("unavailable")]
    for level in columns.LEVELS:
        for traffic, predicted, counted in columns.TRAFFIC:
            piece = sound.assign(level=level, traffic=traffic, predicted=sound[f"{level}_{predicted}"],
                                 counted=sound[f"{level}_{counted}"],
                                 counted_by=sound["misses_source"].map(source_word))
            pieces.append(piece.dropna(subset=["predicted", "counted"]))
    found = pd.concat(pieces, ignore_index=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        found["deviation"] = np.where(found["predicted"] == found["counted"], 0.0,
                                      found["counted"] / found["predicted"] - 1)
    return found[POINT_COLUMNS]


def within(found, share):
    return (found["counted"] - found["predicted"]).abs() <= share * found["predicted"]


def within_tenth(found):
    return within(found, 0.1)


def within_twice(found):
    return (found["counted"] <= 2 * found["predicted"]) & (2 * found["counted"] >= found["predicted"])


def shares(found):
    """Points, and how many lie within 5 %, 10 % and a factor of two, for each kind of comparison."""
    kinds = ["level", "traffic", "counted_by", "policy", "engine"]
    marked = found.assign(points=1, twentieth=within(found, 0.05), tenth=within_tenth(found),
                          twice=within_twice(found))
    summed = marked.groupby(kinds, sort=False)[["points", "twentieth", "tenth", "twice"]].sum()
    return summed.astype(int).reset_index()


def worst(found, count=10):
    """The points farthest from y = x, in either direction, by the factor between the two numbers; what is the same
    count of the same thing under another policy stands once."""
    with np.errstate(divide="ignore", invalid="ignore"):
        distance = np.abs(np.log(found["counted"] / found["predicted"])).where(found["deviation"] != 0, 0.0)
    far = found.assign(distance=distance).drop_duplicates(
        ["level", "traffic", "counted_by", "network", "order", "engine", "tile", "level_bytes", "predicted", "counted"])
    far = far.sort_values("distance", ascending=False, kind="stable")
    return far[far["distance"] > 0].head(count).drop(columns="distance")
