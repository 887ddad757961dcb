"""rates: times and rates, one table for each track.

The nominal rate counts every connection of every input whether it was executed or not, so it is comparable only within
a track, and the executed connections stand beside it. A speed-up is over the baseline that its own cell names.
"""

from cases import NO_ENGINE, trusted, varying, why_missing
from listings.table import Cell, Column, Table, interval_cell, number_cell, status_cell, text_cell
from wording import counted_noun, factor, percent, rate, seconds, significant, whole

KEYS = ("network", "inputs", "engine", "order", "policy", "memory", "cost", "panel", "threads")
NUMBERS = (
    ("seconds", "seconds, median", seconds), ("seconds_min", "seconds, least", seconds),
    ("prepare_seconds", "prepare, apart", seconds), ("edges", "edges", whole), ("nominal_rate", "nominal rate", rate),
    ("executed_edges", "executed edges", whole), ("executed_rate", "executed rate", rate),
)
CHECKS = (("category_count", "categories", whole), ("max_relative_error", "largest relative error", significant),
          ("tied_inputs", "inputs tied at zero", whole), ("threads_used", "threads used", whole))
# Shown where some row has it: what labels say, and what the operating system counted in the pass that a meter watched.
SOMETIMES = (("accuracy", "accuracy", percent), ("page_faults", "page faults", whole),
             ("context_switches", "context switches", whole),
             ("task_clock_seconds", "processor time of the pass", seconds))


INTERVAL_HELP = "the true median lies between these two of the ordered times, whatever their distribution"


def interval_head(rows):
    levels = {level for level in rows["confidence"] if level}
    return f"its {float(levels.pop()):.4g} interval" if len(levels) == 1 else "its interval"


def speedup_cell(row, absent):
    value = trusted(row, "speedup")
    if value is None:
        return number_cell(None, factor, why_missing(row, "speedup", absent))
    base = row["baseline"] or "a baseline that is not stated"
    took = f" ({seconds(row['baseline_seconds'])})" if row["baseline_seconds"] > 0 else ""
    low, high = row["speedup_low"], row["speedup_high"]
    between = f" ({factor(low)} to {factor(high)})" if low == low and high == high else ""
    return Cell(f"{factor(value)}{between} over {base}{took}", order=value, kind="number")


def build(rows, track, results):
    absent = results.absent
    others = [key for key in results.label_keys if key not in KEYS and key != "track"]
    keys = varying(rows, [*KEYS, *others]) or ["network"]
    if "engine" not in keys:
        keys.append("engine")
    checks = CHECKS + tuple(one for one in SOMETIMES if rows[one[0]].notna().any())
    heads = [Column(key) for key in keys] + [Column("status")]
    heads += [Column(title, kind="number") for _, title, _ in NUMBERS]
    heads.insert(len(keys) + 2, Column(interval_head(rows), help=INTERVAL_HELP, kind="number"))
    heads += [Column("executed / edges", kind="number"), Column("speed-up and its baseline", kind="number")]
    heads += [Column("verified")] + [Column(title, kind="number") for _, title, _ in checks]
    heads += [Column("binding"), Column("simd")]
    table = Table(f"Track {track or 'not stated'}: {counted_noun(len(rows), 'row')}", heads)
    for _, row in table.shown(rows).iterrows():
        def number(name, say):
            return number_cell(trusted(row, name), say, why_missing(row, name, absent))
        edges, executed = trusted(row, "edges"), trusted(row, "executed_edges")
        share = executed / edges if edges and executed is not None else None
        table.rows.append(
            [text_cell(row[key]) for key in keys] + [status_cell(row)]
            + [number(*NUMBERS[0][::2]), interval_cell(row, absent)]
            + [number(name, say) for name, _, say in NUMBERS[1:]]
            + [number_cell(share, percent, why_missing(row, "executed_edges", absent)), speedup_cell(row, absent)]
            + [text_cell(row["verified"])] + [number(name, say) for name, _, say in checks]
            + [text_cell(row["binding"]), text_cell(row["simd"])])
    return table


def make(results):
    rows = results.runs[~results.runs["engine"].isin(NO_ENGINE)]
    rows = rows[rows["seconds"].notna() | (rows["status"] != "ok")]
    return [build(part, track, results) for track, part in rows.groupby("track", sort=False)]
