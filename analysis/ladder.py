"""ladder: from words to lines that a machine moved, rung by rung, like with like.

Between the model and the machine lie several steps, and each is a gap of its own kind. The rungs of one object (a case
at one level, whoever counted it) are
    model words      reads (or writes) of the word model, each value its bytes, without indices; level M at unit cost
    model lines      the same in whole lines, indices in the stream of weights
    predicted lines  what the line model says of an LRU cache of that geometry
    simulated lines  the engine's own trace in that cache
    callgrind        every access of the compiled program in that cache
    measured lines   the machine's counters
and a gap is a rung over the one below it that is there. Misses (reads, fills) and write-backs never share a ladder.
"""

import numpy as np
import pandas as pd

import columns

LINE = 64
COUNTED = {"simulated": "simulated", "callgrind": "callgrind", "papi": "measured"}
RUNGS = ("model words", "model lines", "predicted", "simulated", "callgrind", "measured")
# What lies between a rung and the one below it.
CAUSES = {
    "model lines": "whole lines, indices, M in whole lines",
    "predicted": "dead values stay, the stream takes space, set-up and search, sets of few ways",
    "simulated": "what the engine touches that its layout does not say",
    "callgrind": "stack, allocator, real addresses",
    "measured": "prefetchers, replacement that is not LRU, other levels, the system",
}
KEYS = list(columns.OBJECT)
COLUMNS = ["level", "traffic", "rung", "below", "gap", "lines", "lines_below", "network", "order", "policy", "engine",
           "panel", "memory_values", "level_bytes"]


def word_lines(runs, traffic):
    """The words of the model as bytes in lines: one float a value and input of the panel, one a weight."""
    panel = pd.to_numeric(runs["panel"], errors="coerce")
    if traffic == "misses":
        weights = runs["network_connections"]
        lines = ((runs["reads"] - weights) * 4 * panel + 4 * weights) / LINE
    else:
        lines = runs["writes"] * 4 * panel / LINE
    return lines.where(runs["cost"].isin(["unit", ""]) & (runs["engine"] != "reference"))


def rungs(sound, level, traffic, predicted, counted):
    """One row an object with a column for each rung, NaN where it is not there."""
    first = sound.drop_duplicates("object")
    table = first[["object", *KEYS, "memory_values"]].assign(level_bytes=first[f"{level}_bytes"])
    table["model words"] = word_lines(first, traffic) if level == "memory" else np.nan
    table["model lines"] = first[f"{level}_model_lines"] if traffic == "misses" else np.nan
    table["predicted"] = first[f"{level}_{predicted}"]
    table = table.set_index("object")
    for source, rung in COUNTED.items():
        part = sound[(sound["misses_source"] == source) & sound[f"{level}_{counted}"].notna()]
        table[rung] = part.drop_duplicates("object").set_index("object")[f"{level}_{counted}"].astype(float)
    return table.reset_index(drop=True)


def gaps(runs):
    """A row for each step between neighbouring rungs of each object that was counted."""
    pieces = []
    needed = KEYS + ["memory_values", "network_connections", "reads", "writes", "misses_source"] + [
        f"{level}_{what}" for level in columns.LEVELS for traffic in columns.TRAFFIC
        for what in (*traffic[1:], "bytes", "model_lines")]
    sound = runs.loc[runs["status"] == "ok", list(dict.fromkeys(needed))]
    sound = sound.assign(object=sound.groupby(KEYS, sort=False, dropna=False).ngroup())
    for level in columns.LEVELS:
        for traffic, predicted, counted in columns.TRAFFIC:
            table = rungs(sound, level, traffic, predicted, counted)
            table = table[table[list(COUNTED.values())].notna().any(axis=1)]
            lines, name = table[RUNGS[0]].to_numpy(float), np.full(len(table), RUNGS[0], dtype=object)
            for rung in RUNGS[1:]:
                here = table[rung].to_numpy(float)
                step = ~np.isnan(here) & ~np.isnan(lines)
                pieces.append(table[step].assign(level=level, traffic=traffic, rung=rung, below=name[step],
                                                 lines=here[step], lines_below=lines[step]))
                name = np.where(np.isnan(here), name, rung)
                lines = np.where(np.isnan(here), lines, here)
    found = pd.concat(pieces, ignore_index=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        found["gap"] = np.where(found["lines"] == found["lines_below"], 1.0, found["lines"] / found["lines_below"])
    return found[COLUMNS]
