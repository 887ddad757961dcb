"""deviations: how good the predictions are, in two tables.

First how many points of each kind lie within 5 %, 10 % and a factor of two; no mean of ratios, which would let a
good half hide a bad one. Then the points that lie farthest out, to look into.
"""

import columns
from cases import varying
from comparison import shares, worst
from listings.table import Cell, Column, Table, number_cell, text_cell
from points import of
from wording import counted_noun, percent, significant, whole


def share_table(found):
    table = Table("Share of points near the prediction", [
        Column("level"), Column("traffic"), Column("counted: how"), Column("policy"), Column("engine"),
        Column("points", kind="number"), Column("within 5 %", kind="number"), Column("within 10 %", kind="number"),
        Column("within 2×", kind="number")])
    for _, kind in shares(found).iterrows():
        def share(name):
            part = kind[name] / kind["points"]
            return Cell(f"{percent(part, 0)} ({kind[name]} of {kind['points']})", order=part, kind="number")
        table.rows.append([
            text_cell(columns.LEVELS[kind["level"]]), text_cell(kind["traffic"]), text_cell(kind["counted_by"]),
            text_cell(kind["policy"]), text_cell(kind["engine"]), number_cell(kind["points"], whole, ""),
            share("twentieth"), share("tenth"), share("twice")])
    return table


def deviation_text(value):
    if abs(value) >= 10:
        return f"{significant(value + 1)}×"
    return f"{100 * value:+.1f} %".replace("-", "−")


def worst_table(found):
    far = worst(found)
    keys = varying(found, ("network", "order", "policy", "engine", "panel")) or ["network"]
    table = Table(f"The {counted_noun(len(far), 'point')} farthest from the prediction",
                  [Column("level"), Column("traffic"), Column("deviation", kind="number"),
                   Column("predicted", kind="number"), Column("counted", kind="number"), Column("counted: how")]
                  + [Column(key) for key in keys] + [Column("M values", kind="number")])
    for _, point in far.iterrows():
        table.rows.append(
            [text_cell(columns.LEVELS[point["level"]]), text_cell(point["traffic"]),
             number_cell(point["deviation"], deviation_text, ""), number_cell(point["predicted"], whole, ""),
             number_cell(point["counted"], whole, ""), text_cell(point["counted_by"])]
            + [text_cell(point[key]) for key in keys] + [number_cell(point["memory_values"], whole, "not recorded")])
    return table


def make(results):
    found = of(results)
    return [share_table(found), worst_table(found)] if len(found) else []
