"""miss_curve: lines moved over the size of the cache, the prediction as a line and the counts as points on it.

A panel for each network and panel; a line for each scheduler under LRU, and a point where a meter counted: filled for a
count of the program itself (callgrind, the machine), open for a replay of its trace. Fully associative: the row's own
memory. There is no bound here: the model's is of words, and an engine may keep what the model would have to read.
"""

import pandas as pd

from cases import NO_ENGINE
from figures import axes as plain
from figures.drawing import MARK, RASTER_FROM, Figure, Style, canvas, settings, swatch
from wording import counted_noun, size, source_word

MOST_PANELS = 24
COLUMNS = ["network", "panel", "engine", "order", "memory_bytes", "kind", "lines", "run"]


def marks(runs):
    """One row a mark: predictions (each scheduler and size once) and counts (one a row of the results)."""
    rows = runs[(runs["status"] == "ok") & (runs["policy"] == "lru") & runs["memory_predicted_lines"].notna()
                & runs["memory_bytes"].notna() & ~runs["engine"].isin(NO_ENGINE)]
    rows = rows[["network", "panel", "engine", "order", "memory_bytes", "memory_predicted_lines", "memory_misses",
                 "misses_source", "run"]]
    who = ["network", "panel", "engine", "order", "memory_bytes"]
    predicted = rows.assign(kind="predicted", lines=rows["memory_predicted_lines"]).drop_duplicates(who + ["lines"])
    counted = rows.assign(kind=[source_word(source) for source in rows["misses_source"]],
                          lines=rows["memory_misses"]).dropna(subset=["lines"])
    found = pd.concat([predicted, counted], ignore_index=True)[COLUMNS]
    return found[found["lines"] > 0]


def draw_panel(panel, orders, engines):
    drawn, axes = canvas(height=320)
    limits = plain.padded(list(panel["memory_bytes"]))
    plain.log_axis(axes.xaxis, axes.set_xscale, limits)
    plain.log_axis(axes.yaxis, axes.set_yscale, plain.padded(list(panel["lines"])), most=6)
    axes.set_xticks(plain.apart(sorted(panel["memory_bytes"].unique()), limits))
    axes.xaxis.set_major_formatter(lambda value, _: size(value))
    for (engine, order), series in panel.groupby(["engine", "order"], sort=True):
        colour, marker = orders.colour(order), engines.marker(engine)
        line = series[series["kind"] == "predicted"].sort_values("memory_bytes")
        axes.plot(line["memory_bytes"], line["lines"], color=colour, linewidth=1.4, marker=".", markersize=4,
                  linestyle=(0, engines.dashes(engine)) if engines.dashes(engine) else "-", gid=MARK,
                  rasterized=len(panel) > RASTER_FROM)
        for kind, part in series[series["kind"] != "predicted"].groupby("kind", sort=True):
            replay = kind == source_word("simulated")
            axes.plot(part["memory_bytes"], part["lines"], linestyle="none", marker=marker,
                      markersize=9 if replay else 5.5, markeredgewidth=1.1, markeredgecolor=colour,
                      markerfacecolor="none" if replay else colour, gid=MARK,
                      rasterized=len(panel) > RASTER_FROM)
    axes.set_xlabel("M: size of the cache, fully associative")
    axes.set_ylabel("lines of 64 bytes, one pass")
    return drawn


def make(results):
    found = marks(results.runs)
    counted = found[found["kind"] != "predicted"]
    several = counted.groupby(["network", "panel"])["memory_bytes"].transform("nunique") > 1
    kept = set(map(tuple, counted[several][["network", "panel"]].drop_duplicates().to_numpy()))
    found = found[[pair in kept for pair in zip(found["network"], found["panel"])]]
    figure = Figure("miss-curve")
    if found.empty:
        figure.notes.append("No network was counted under LRU with more than one size of memory at the same panel.")
        return figure
    drawn = list(found.groupby(["network", "panel"], sort=False))
    if len(drawn) > MOST_PANELS:
        figure.notes.append(f"The first {MOST_PANELS} of {len(drawn)} networks and panels are drawn.")
        drawn = drawn[:MOST_PANELS]
    figure.data = pd.concat([panel for _, panel in drawn], ignore_index=True)
    orders, engines = Style(figure.data["order"]), Style(figure.data["engine"])
    with settings():
        for (network, inputs), panel in drawn:
            points = panel[panel["kind"] != "predicted"]
            figure.add(f"{network}, panel {inputs}", draw_panel(panel, orders, engines),
                       f"Miss curve of {network}, panel {inputs}: {counted_noun(len(points), 'count')} from "
                       f"{points['lines'].min():.0f} to {points['lines'].max():.0f} lines on the predicted curves of "
                       f"{panel.groupby(['engine', 'order']).ngroups} schedulers.")
    kinds = set(figure.data["kind"])
    said = [(swatch(marker="."), "predicted, joined by a line")]
    said += [(swatch(marker="o", filled=kind != source_word("simulated")), kind)
             for kind in sorted(kinds - {"predicted"})]
    figure.legend = [
        ("Order", [(swatch(orders.colour(name), dashes=()), name) for name in orders.names]),
        ("Engine", [(swatch(marker=engines.marker(name), dashes=engines.dashes(name)), name)
                    for name in engines.names]),
        ("Marks", said)]
    return figure
