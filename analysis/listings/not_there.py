"""not_there: every point that failed or could not be had.

A failure is a result. A row is here if its status is not `ok`, or if its counts are `unavailable`; first how many for
which reason, then each. None is dropped, and the section stands even if there is nothing in it.
"""

from cases import varying
from listings.table import Column, Table, number_cell, status_cell, text_cell
from wording import counted_noun, whole


def failed(runs):
    return runs["status"] != "ok"


def uncounted(runs):
    return runs["misses_status"].str.startswith("unavailable")


def what_is_missing(row):
    """The row's failure in words: its error, or its status where it left none; then its counts."""
    words = []
    if row["status"] != "ok":
        words.append(row["error"] or f"status {row['status'] or 'not stated'}, no error text")
    if row["misses_status"].startswith("unavailable"):
        words.append(f"counts {row['misses_status']}")
    return "; ".join(words)


def make(results):
    runs = results.runs
    rows = runs[failed(runs) | uncounted(runs)]
    if rows.empty:
        return []
    rows = rows.assign(why=[what_is_missing(row) for _, row in rows.iterrows()])
    by_reason = Table("By reason", [Column("status"), Column("reason"), Column("rows", kind="number")])
    for (_, why), part in sorted(rows.groupby(["status", "why"], sort=False), key=lambda group: -len(group[1])):
        by_reason.rows.append([status_cell(part.iloc[0]), text_cell(why), number_cell(len(part), whole, "")])
    keys = varying(runs, results.label_keys) or ["network", "engine"]
    each = Table(counted_noun(len(rows), "point"), [Column("status")] + [Column(key) for key in keys]
                 + [Column("reason"), Column("run")])
    for _, row in rows.iterrows():
        each.rows.append([status_cell(row)] + [text_cell(row[key]) for key in keys]
                         + [text_cell(row["why"]), text_cell(row["run"], "run")])
    return [by_reason, each]
