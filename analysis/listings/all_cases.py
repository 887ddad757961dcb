"""all_cases: bound, schedule and machine side by side, one row a case.

The three answers of the suite in one line: how much data must move, how much moves under the schedule in the model, and
what a machine says. Units and tracks never share a column, so there is one table for each pair of cost and track. A
column in which no row has anything is left out and named below the table.
"""

import columns
from cases import constant, trusted, varying, why_missing
from listings.table import Column, Table, interval_cell, number_cell, status_cell, text_cell
from wording import MISSING, counted_noun, factor, listed, rate, seconds, source_word, whole

BOUND = (("lower", "lower", whole), ("upper", "upper", whole), ("max_live", "max live", whole),
         ("perfect_memory", "perfect M", whole))
SCHEDULE = (("memory_values", "M values", whole), ("reads", "reads", whole), ("writes", "writes", whole),
            ("total", "total", whole), ("ratio", "total / lower", factor))
MACHINE = (("seconds", "seconds, median", seconds), ("nominal_rate", "nominal rate", rate))
HELP = {
    "lower": "no schedule can move less", "upper": "the 2-optimal method never needs more",
    "max_live": "most neurons live at once in this order",
    "perfect_memory": "the M at which this order reaches the lower bound",
    "nominal_rate": "inputs x connections / seconds, however many connections were skipped",
}


def line_columns(rows, words):
    """(kind, title, group, column) of lines predicted and counted, by level; counts of other sources apart."""
    found = []
    for level, name in columns.LEVELS.items():
        for traffic, predicted, counted in columns.TRAFFIC:
            short = "" if traffic == "misses" else f" {traffic}"
            found.append(("", f"{name}{short} predicted", "Lines in the model", f"{level}_{predicted}"))
            found += [(word, f"{name}{short} {word}", "Lines counted", f"{level}_{counted}") for word in words]
    found.sort(key=lambda column: column[2] == "Lines counted")
    return [column for column in found if rows[column[3]].notna().any()]


def build(rows, cost, track, results):
    absent = results.absent
    keys = [key for key in varying(rows, results.label_keys) if key not in ("cost", "track")] or ["network"]
    rows = rows.assign(counted_by=rows["misses_source"].map(source_word))
    counts = rows[[f"{level}_{what}" for level in columns.LEVELS for what in ("misses", "write_backs")]]
    words = list(dict.fromkeys(rows["counted_by"][counts.notna().any(axis=1)]))
    unit = "bytes" if cost == "bytes" else "words"
    sets = [("Bound", f"Bound ({unit})", BOUND), ("Schedule", f"Schedule in the model ({unit})", SCHEDULE)]
    plan = [("", title, group, name, say) for _, group, entries in sets for name, title, say in entries]
    plan += [(*column, whole) for column in line_columns(rows, words)]
    plan += [("", title, f"Machine (track {track or 'not stated'})", name, say) for name, title, say in MACHINE]
    empty = [entry for entry in plan if rows[entry[3]].isna().all()]
    plan = [entry for entry in plan if entry not in empty]

    heads = [Column(key, "Case") for key in keys] + [Column("status", "Case")]
    heads += [Column(title, group, HELP.get(name, ""), "number") for _, title, group, name, _ in plan]
    has_interval = bool(rows["seconds_low"].notna().any())
    heads += [Column("interval of the median", f"Machine (track {track or 'not stated'})", kind="number")] * has_interval
    heads += [Column("verified", f"Machine (track {track or 'not stated'})")]
    named = f"cost {cost or 'not stated'}, track {track or 'not stated'}"
    table = Table(f"{counted_noun(len(rows), 'case')}, {named}", heads)
    for _, row in table.shown(rows).iterrows():
        cells = [text_cell(row[key]) for key in keys] + [status_cell(row)]
        for word, _, _, name, say in plan:
            if word and word != row["counted_by"] and not row["misses_status"].startswith("unavailable"):
                cells.append(number_cell(None, say, f"this row's counts are not {word}"))
            else:
                cells.append(number_cell(trusted(row, name), say, why_missing(row, name, absent)))
        cells += [interval_cell(row, absent)] * has_interval
        table.rows.append(cells + [text_cell(row["verified"])])
    same = constant(rows, results.keys)
    if same:
        table.notes.append("The same in every row: " + ", ".join(f"{key} {value}" for key, value in same) + ".")
    if empty:
        table.notes.append(f"{MISSING} in every row, and left out: {listed([title for _, title, *_ in empty])}.")
    return table


def make(results):
    groups = results.runs.groupby(["cost", "track"], sort=False)
    return [build(rows, cost, track, results) for (cost, track), rows in groups]
