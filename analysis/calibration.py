"""calibration: what `sparsio calibrate` found of the machine that wrote a file: whose counts to trust, and its peaks.

The file keeps the text of that machine's calibration (TOML) as machine.calibration, or has none: then nothing is known,
nothing greyed out and no roof drawn. Only the machine's own counters can be distrusted here; what a program simulates is
the same on every machine.
"""

import tomllib
from functools import lru_cache


@lru_cache(maxsize=4)
def parsed(text):
    """The tables of a calibration; empty if there is none or it cannot be read."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}


def kept(provenance):
    return parsed(provenance.get("machine.calibration", ""))


def doubt(provenance, level, traffic):
    """Why counts of the machine's counters at a level are not to be trusted; "" if they are, or nothing is known."""
    found = kept(provenance)
    if found.get("source") != "papi":
        return ""
    key = "trusted" if traffic == "misses" else "write_backs_trusted"
    for entry in found.get("levels", []):
        if entry.get("level", "").lower() == level and not entry.get(key, True):
            return "not trusted: " + (entry.get("reason") or "no reason given")
    return ""


def doubts(rows, level, traffic, provenance):
    """For each row "" or why its counts at this level are not to be trusted."""
    said = doubt(provenance, level, traffic)
    return [said if source == "papi" else "" for source in rows["misses_source"]]


def roofs(provenance, threads):
    """(bytes a second from memory, multiply-adds a second) with that many threads; None where not measured."""
    found = kept(provenance)
    which = "one_thread" if threads == 1 else "all_threads"
    memory = [entry.get(which) for entry in found.get("reads", []) if entry.get("level") == "memory"]
    values = (memory[-1] if memory else None, found.get(f"fma_{which}"))
    return tuple(value if isinstance(value, float) and value > 0 else None for value in values)


def fma_peak(provenance, threads):
    """Multiply-adds a second with that many threads, NaN where it was not measured: known are one thread and as many as
    the calibration had."""
    if threads not in (1, kept(provenance).get("threads")):
        return float("nan")
    return roofs(provenance, threads)[1] or float("nan")
