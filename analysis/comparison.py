"""comparison: how near counted lines are to predicted ones, of the points that points.py makes.

No ratio is averaged: what is said is how many points lie within a band, and which lie farthest out.
"""

import numpy as np


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
        ["level", "traffic", "counted_by", "network", "order", "engine", "panel", "level_bytes", "predicted",
         "counted"])
    far = far.sort_values("distance", ascending=False, kind="stable")
    return far[far["distance"] > 0].head(count).drop(columns="distance")
