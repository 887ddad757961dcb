"""ranks: does the model order the schedulers as the cache does? Kendall's tau over groups of rivals."""

import columns
import ranking
from points import of
from listings.table import Cell, Column, Table, number_cell, text_cell
from wording import percent, whole


def tau_text(value):
    return f"{value:.2f}".replace("-", "−")


def share(part, of):
    return Cell(f"{percent(part / of, 0)} ({part} of {of})", order=part / of, kind="number") if of else number_cell(
        None, whole, "no two schedulers were counted more than 1 % apart")


def make(results):
    ranked = ranking.summary(ranking.groups(of(results)))
    if ranked.empty:
        return []
    table = Table("Are schedulers ranked alike?", [
        Column("level"), Column("traffic"), Column("counted: how"), Column("groups", kind="number", help=(
            "schedulers with the same network, tile and memory")),
        Column("tau, median", kind="number", help="Kendall's tau-b: 1 where every pair is ranked alike"),
        Column("tau, least", kind="number"), Column("groups with tau ≥ 0.9", kind="number"),
        Column("pairs over 1 % apart ranked alike", kind="number")])
    for _, row in ranked.iterrows():
        table.rows.append([
            text_cell(columns.LEVELS[row["level"]]), text_cell(row["traffic"]), text_cell(row["counted_by"]),
            number_cell(row["groups"], whole, ""), number_cell(row["median"], tau_text, ""),
            number_cell(row["least"], tau_text, ""), share(row["high"], row["groups"]),
            share(row["alike"], row["apart"])])
    table.notes.append("Rivals are schedulers (engine and order) with the same network, tile and memory; groups of "
                       "fewer than three are left out.")
    return [table]
