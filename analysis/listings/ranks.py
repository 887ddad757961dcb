"""ranks: does the model order the schedulers as the cache does? Kendall's tau over groups of rivals."""

import columns
import ranking
from points import of
from listings.table import Cell, Column, Table, number_cell, text_cell
from wording import percent, whole


ALL_TIE = "in no group two schedulers are more than 1 % apart"


def tau_text(value):
    return f"{value:.2f}".replace("-", "−")


def share(part, of):
    return Cell(f"{percent(part / of, 0)} ({part} of {of})", order=part / of, kind="number") if of else number_cell(
        None, whole, ALL_TIE)


def make(results):
    ranked = ranking.summary(ranking.groups(of(results)))
    if ranked.empty:
        return []
    table = Table("Are schedulers ranked alike?", [
        Column("level"), Column("traffic"), Column("counted: how"), Column("groups", kind="number", help=(
            "schedulers with the same network, panel and memory")),
        Column("tau, median", kind="number", help="Kendall's tau-b: 1 where every pair is ranked alike"),
        Column("tau, least", kind="number"), Column("groups with tau ≥ 0.9", kind="number"),
        Column("tau, near ties as ties: median", kind="number", help=(
            "the same with two predictions, or two counts, less than 1 % apart as a tie")),
        Column("least with near ties as ties", kind="number"),
        Column("groups with tau ≥ 0.9, near ties as ties", kind="number"),
        Column("pairs over 1 % apart ranked alike", kind="number")])
    for _, row in ranked.iterrows():
        table.rows.append([
            text_cell(columns.LEVELS[row["level"]]), text_cell(row["traffic"]), text_cell(row["counted_by"]),
            number_cell(row["groups"], whole, ""), number_cell(row["median"], tau_text, ""),
            number_cell(row["least"], tau_text, ""), share(row["high"], row["groups"]),
            number_cell(row["median_apart"], tau_text, ALL_TIE), number_cell(row["least_apart"], tau_text, ALL_TIE),
            share(row["high_apart"], row["groups_apart"]), share(row["alike"], row["apart"])])
    table.notes.append("Rivals are schedulers (engine and order) with the same network, panel and memory; groups of "
                       "fewer than three are left out. Schedulers less than 1 % apart are near ties, whose order says "
                       "nothing in practice but moves tau: it is given a second time with differences of less than 1 % "
                       "counted as ties, in the predictions as in the counts.")
    return [table]
