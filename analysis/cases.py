"""cases: which keys tell the cases of a sweep apart.

A sweep varies a few keys and leaves the rest alone. Tables and labels name those that vary; what is the same in every
row is said once. Also here: why a cell of a row is empty, and whether a row's machine numbers may be shown at all.
"""

import columns
from wording import is_missing

# Keys whose value says by itself what it is; in a label the others stand behind their name.
SPEAKS = ("network", "inputs", "order", "policy", "engine", "track", "meter")
WORDS = {("threads", "0"): "all threads", ("engine", "none"): ""}

NO_ENGINE = ("", "none")  # such a row is the model's alone

MACHINE = {"seconds", "seconds_low", "seconds_high", "seconds_min", "edges", "nominal_rate", "executed_edges", "executed_rate", "speedup",
           "prepare_seconds", "category_count", "accuracy"}


def varying(runs, keys):
    """Those of `keys` with more than one value in `runs`, in their order."""
    return [key for key in keys if runs[key].nunique() > 1]


def constant(runs, keys):
    """(key, value) of those that are the same, and given, in every row."""
    return [(key, runs[key].iloc[0]) for key in keys if len(runs) and runs[key].nunique() == 1 and runs[key].iloc[0]]


def label(row, keys):
    """"csr · by_target · panel 64": names alone, numbers with their key."""
    said = [WORDS.get((key, row[key]), row[key] if key in SPEAKS or not row[key] else f"{key} {row[key]}")
            for key in keys]
    return " · ".join(words for words in said if words)


def level_of(column):
    level, _, what = column.partition("_")
    counted = {name for traffic in columns.TRAFFIC for name in traffic[1:]} | {"bytes"}
    return (level, what) if level in columns.LEVELS and what in counted else ("", column)


def why_missing(row, column, absent=frozenset()):
    """The reason for an empty cell, as far as the file tells."""
    level, what = level_of(column)
    if column in absent:
        return f"the file has no column {column}"
    if row["status"] not in ("ok", "") and (column in MACHINE or not what.startswith(("misses", "write_backs"))):
        return f"{row['status']}: {row['error']}" if row["error"] else f"status {row['status']}"
    if what in ("misses", "write_backs"):
        if row["misses_status"].startswith("unavailable"):
            return row["misses_status"]
        return f"no {what.replace('_', '-')} counted at this level (meter {row['meter'] or 'none'})"
    if level and what != "bytes" and is_missing(row[f"{level}_bytes"]) and level != "memory":
        return f"no {level.upper()} size is known for this row"
    # Files of older programs have no such column, and predict lines of every cache.
    why = str(row.get("predicted_status", ""))
    if level and what.startswith("predicted") and f"{level}: " in why:
        return why
    if column in ("speedup", "baseline_seconds"):
        return f"baseline {row['baseline']} has no time" if row["baseline"] else "the row names no baseline"
    if column in ("seconds_low", "seconds_high") and row["seconds_interval"]:
        return row["seconds_interval"]
    if column == "accuracy" and row["accuracy_status"]:
        return row["accuracy_status"]
    if column in MACHINE:
        return f"engine {row['engine']} reported none" if row["engine"] not in NO_ENGINE else "no engine was run"
    return "not recorded"


def trusted(row, column):
    """The row's number in `column`; None where a failed row's time or rate would stand."""
    value = row[column]
    if is_missing(value) or (column in MACHINE and row["status"] != "ok"):
        return None
    return value
