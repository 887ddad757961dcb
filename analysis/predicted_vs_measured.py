#!/usr/bin/env python3
"""predicted_vs_measured: what configs/predicted_vs_measured.toml is for: the goals, and the report with its figures.

    python3 analysis/predicted_vs_measured.py [results/predicted_vs_measured.h5] [--out PAGE.html] [--figures FOLDER]

On stdout, beside the page's name: of the points that the model is made for (fully associative, rows of whole lines,
csr and connection_list, counted by callgrind) how many are predicted within 5 %, and how alike schedulers are ranked;
then the same for real geometries, for replays of larger memories, for targets that share a row, and for single inputs.
"""

import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import report

RESULTS = Path(__file__).resolve().parent.parent / "results" / "predicted_vs_measured.h5"
ENGINES = ("csr", "connection_list")


def parts(found):
    """{name: points}: what a goal or a sentence is about; misses only."""
    import pandas as pd

    misses = found[found["traffic"] == "misses"]
    panel = pd.to_numeric(misses["panel"], errors="coerce")
    rows = misses[misses["engine"].isin(ENGINES) & (panel % 16 == 0)]
    whole, small = rows["level"] == "memory", rows["memory_bytes"] <= 256 << 10
    program, replay = rows["misses_source"] == "callgrind", rows["misses_source"] == "simulated"
    counted = misses["misses_source"]
    twins = misses[(misses["engine"] == "twin_tiles") & (panel % 16 == 0)]
    return {
        "callgrind, fully associative, up to 256 KiB": rows[whole & small & program],
        "simulated, fully associative, up to 256 KiB": rows[whole & small & replay],
        "simulated, fully associative, larger": rows[whole & ~small & replay],
        "callgrind, few ways": rows[~whole & program],
        "simulated, few ways": rows[~whole & replay],
        "callgrind, twin_tiles": twins[counted[twins.index] == "callgrind"],
        "simulated, twin_tiles": twins[counted[twins.index] == "simulated"],
        "callgrind, several neurons a line": misses[(panel % 16 != 0) & (counted == "callgrind")],
    }


def judged(results):
    """A row of figures for each part."""
    import pandas as pd

    import comparison
    import points
    import ranking

    found = points.of(results)
    facts = results.runs.set_index("run")[["memory_bytes", "misses_source"]]
    found = found.join(facts, on="run")
    rows = []
    for name, part in parts(found).items():
        groups = ranking.groups(part)
        ratio = part["counted"] / part["predicted"]
        apart = groups["apart"].sum()
        rows.append({"part": name, "points": len(part), "within_5_percent": comparison.within(part, 0.05).mean(),
                     "within_10_percent": comparison.within_tenth(part).mean(), "least_ratio": ratio.min(),
                     "greatest_ratio": ratio.max(), "groups": int(groups["tau"].notna().sum()),
                     "tau_median": groups["tau"].median(), "tau_least": groups["tau"].min(),
                     "tau_from_0.9": (groups["tau"].dropna() >= 0.9).mean(),
                     "near_ties_as_ties_least": groups["tau_apart"].min(),
                     "near_ties_as_ties_from_0.9": (groups["tau_apart"].dropna() >= 0.9).mean(),
                     "apart_alike": groups["alike"].sum() / apart if apart else math.nan})
    return pd.DataFrame(rows)


def text_of(table):
    """The parts that have points."""
    there = table[table["points"] > 0]
    if there.empty:
        return "points: none; no row has misses both predicted and counted"
    return there.to_string(index=False, float_format=lambda value: f"{value:.3f}")


def main(arguments=None):
    code, results = report.command("predicted_vs_measured.py", "The goals of configs/predicted_vs_measured.toml, and "
                                   "the report with its figures.", RESULTS, arguments)
    if code == 0:
        print(text_of(judged(results)))
    return code


if __name__ == "__main__":
    sys.exit(main())
