"""io_roofline: rates against operational intensity, with data movement as the axis.

x is how many connections are executed for each byte that crosses the border of a level: W x panel of one pass over the
bytes of that pass (misses and write-backs, 64 each); y is the executed rate that the clock measured. A schedule that
moves less stands farther right; a filled mark has its bytes counted, an open one predicted. Under the slope (measured
memory bandwidth x intensity) data movement is the limit, under the flat roof (a fused multiply-add a connection) it is
arithmetic. Roofs are drawn where the file has them: a roof that was not measured on that machine is no roof. After
Williams, Waterman, Patterson, Roofline (CACM 2009).
"""

import numpy as np
import pandas as pd

import calibration
import columns
from cases import NO_ENGINE
from figures import axes as plain
from figures.drawing import INK, MARK, RASTER_FROM, Figure, Style, canvas, settings, swatch
from wording import SPACE, counted_noun, rate, source_word

LINE = 64
COLUMNS = ["network", "engine", "order", "panel", "threads_used", "level", "bytes_by", "bytes_a_pass", "intensity",
           "executed_rate", "run"]


def marks(runs):
    """One row a mark: each timed row of track general at the outermost level that is known, counted and predicted."""
    rows = runs[(runs["status"] == "ok") & runs["executed_rate"].notna() & ~runs["engine"].isin(NO_ENGINE)
                & runs["track"].isin(["general", ""])]
    rows = rows[[name for name in rows.columns if name in COLUMNS or name in ("network_connections", "misses_source")
                 or name.endswith(("_lines", "_misses", "_write_backs"))]]
    connections = rows["network_connections"] * pd.to_numeric(rows["panel"], errors="coerce")
    pieces = []
    for misses, writes, by in (("predicted_lines", "predicted_write_lines", "predicted"), ("misses", "write_backs", "")):
        moved, level = pd.Series(np.nan, index=rows.index), pd.Series("", index=rows.index, dtype=object)
        for name in ("memory", *columns.CACHES):  # the outermost that is there stays
            lines = rows[f"{name}_{misses}"] + rows[f"{name}_{writes}"]
            moved, level = lines.where(lines.notna(), moved), level.where(lines.isna(), name)
        bytes_by = by or [source_word(source) for source in rows["misses_source"]]
        piece = rows.assign(level=level, bytes_by=bytes_by, bytes_a_pass=moved * LINE)
        piece["intensity"] = connections / piece["bytes_a_pass"]
        pieces.append(piece.dropna(subset=["intensity"]))
    found = pd.concat(pieces, ignore_index=True)[COLUMNS]
    return found[(found["intensity"] > 0) & (found["executed_rate"] > 0)]


def rate_tick(value):
    """"30 G/s": a round rate has no digits to spare."""
    number, unit = rate(value).split(SPACE)
    return f"{float(number):g} {unit}"


def draw_panel(panel, engines, orders, bandwidth, peak):
    drawn, axes = canvas(height=330)
    across = plain.padded(list(panel["intensity"]), least=2)
    rates = list(panel["executed_rate"]) + [value for value in (peak,) if value]
    up = plain.padded(rates + ([bandwidth * across[0]] if bandwidth else []), least=2)
    plain.log_axis(axes.xaxis, axes.set_xscale, across, most=6)
    plain.log_axis(axes.yaxis, axes.set_yscale, up, most=6)
    axes.yaxis.set_major_formatter(lambda value, _: rate_tick(value))
    if bandwidth:
        reach = [x for x in np.geomspace(*across, 50) if not peak or bandwidth * x <= peak]
        axes.plot(reach, [bandwidth * x for x in reach], color=INK, linewidth=1.4)
    if peak:
        axes.axhline(peak, color=INK, linewidth=1.4)
    for (engine, order, by), part in panel.groupby(["engine", "order", "bytes_by"], sort=True):
        colour = orders.colour(order)
        axes.plot(part["intensity"], part["executed_rate"], linestyle="none", marker=engines.marker(engine),
                  markeredgecolor=colour, markerfacecolor="none" if by == "predicted" else colour, markeredgewidth=1.1,
                  markersize=8 if by == "predicted" else 5.5, alpha=0.85, rasterized=len(panel) > RASTER_FROM, gid=MARK)
    axes.set_xlabel("connections executed a byte moved")
    axes.set_ylabel("connections a second")
    return drawn


def make(results):
    found = marks(results.runs)
    figure = Figure("io-roofline", data=found)
    if found.empty:
        figure.notes.append("No row of track general has both a time and its bytes.")
        return figure
    threads = found["threads_used"].max()
    bandwidth, peak = calibration.roofs(results.provenance, threads)
    absent = [words for words, value in (("memory bandwidth", bandwidth), ("multiply-add peak", peak)) if value is None]
    if absent:
        figure.notes.append(f"No roof for {' and '.join(absent)}: the file has none that was measured on its machine "
                            "(`sparsio calibrate`).")
    orders, engines = Style(found["order"]), Style(found["engine"])
    with settings():
        for network, panel in found.groupby("network", sort=False):
            best = panel.loc[panel["executed_rate"].idxmax()]
            figure.add(network, draw_panel(panel, engines, orders, bandwidth, peak),
                       f"Roofline, {network}: {counted_noun(len(panel), 'mark')}; the highest rate is "
                       f"{rate(best['executed_rate'])} by {best['engine']} {best['order']} at "
                       f"{best['intensity']:.3g} connections a byte.")
    said = [(swatch(marker="o", filled=by != "predicted"), f"bytes {by}") for by in sorted(set(found["bytes_by"]))]
    figure.legend = [
        ("Order", [(swatch(orders.colour(name), marker="o"), name) for name in orders.names]),
        ("Engine", [(swatch(marker=engines.marker(name)), name) for name in engines.names]),
        ("Bytes", said),
        ("Roofs", [(swatch(dashes=()), "measured: bandwidth, multiply-adds")] if bandwidth or peak else [])]
    return figure
