#!/usr/bin/env python3
"""tiling: what layers in depth bring over data parallel execution with the same kernel, by the size of a layer.

A row of panels for each part of the networks: the first layers, the first period, the layers behind it, all of them,
and layers of chance. Left useful connections a second, each variant at its best panel; in the middle the same over
data_parallel with the same kernel at *its* best panel; right the lines that one thread's L2 misses, predicted, with a
ring where they were counted, too. Of several numbers of threads the largest is drawn, the CSV has all; it also has the tiles of a row, their edges and how often somebody waited.
"""

import math
import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import pandas as pd

import engine_rates
from experiment import command, option, widths, without
from figures import axes as plain
from figures.drawing import Style
from wording import counted_noun, source_word

ALIASES = {"csr": "data_parallel:kernel=csr", "twin_tiles": "tiled:kernel=twins",
           "row_pairs": "data_parallel:kernel=row_pairs"}
BASE = "data parallel"
BY_L2 = "in depth, by L2"
VARIANTS = (BASE, "depth 1", "depth 2", "depth 5", BY_L2)  # a colour each in every figure
KERNELS = ("csr", "twins", "row_pairs")
OPTIONS = {"depth": "0", "tiles": "0", "slices": "1", "model_threads": "1", "sync": "none", "partitioner": "sequence"}
LEVEL = "l2"
CASE = ["network", "threads_used", "kernel", "variant"]
COLUMNS = ["part", "neurons", *CASE, "engine", "panel_used", "timed_runs", "seconds", "rate", "over_data_parallel",
           "peak", "share_of_peak", "predicted_lines", "counted_lines", "counted_by", "lines_panel", "tiles", "tile_edges", "waits"]
SAID = ("measured: useful connections a second, the median of the timed runs, each variant at its best panel, and how "
        "many times that of data_parallel with the same kernel. Lines that the L2 of one thread misses in one pass are "
        "predicted; where they were counted, a ring says by what.")


class Fixed(Style):
    """Names with a place that is the same in every figure; further ones behind."""

    def __init__(self, names, known):
        super().__init__(names)
        further = [name for name in self.names if name not in known]
        self.place = {name: at for at, name in enumerate([*known, *further])}
        self.names.sort(key=self.place.get)


def kernel_and_variant(engine):
    """("csr", "depth 5") of "tiled:depth=5,kernel=csr"; None of an engine that is no walk over a kernel."""
    kind = engine.partition(":")[0]
    spec = ALIASES.get(kind, engine)
    kind, kernel = spec.partition(":")[0], option(spec, "kernel")
    if kind == "data_parallel":
        return kernel or "csr", BASE
    if kind != "tiled":
        return None
    return kernel or "twins", ", ".join(words_of(spec))


def words_of(spec):
    """"depth 5", "4 tiles × 4 slices", "2 threads a panel, weak": what the options of `tiled` say, defaults left out."""
    given = {name: option(spec, name) or otherwise for name, otherwise in OPTIONS.items()}
    yield BY_L2 if given["depth"] == "0" else f"depth {given['depth']}"
    if given["tiles"] != "0" or given["slices"] != "1":
        tiles = "tiles by L2" if given["tiles"] == "0" else f"{given['tiles']} tiles"
        yield f"{tiles} × {counted_noun(int(given['slices']), 'slice')}"
    if given["model_threads"] != "1":
        yield f"{given['model_threads']} threads a panel"
    if given["sync"] != "none":
        yield given["sync"]
    if given["partitioner"] != "sequence":
        yield given["partitioner"]


def part_of(row):
    """(place, name) of the panels that a row stands in: tiles have some of their own."""
    place, name = part_of_network(row.network)
    return (place + 0.5, f"tiles, {name}") if " × " in row.variant else (place, name)


def part_of_network(network):
    """(place, name) of the part of a network that a SPEC is."""
    kind = network.partition(":")[0]
    if kind == "radix_net":
        layers, first = int(option(network, "layers") or 120), int(option(network, "first") or 1)
        period = round(math.log2(int(option(network, "neurons") or 1024) / 16))
        if first > 1:
            is_second = (first, layers) == (period + 1, period)
            return 2, "permuted layers" if is_second else f"layers {first} to {first + layers - 1}"
        if layers == period:
            return 1, "first period"
        return (0, f"first {layers} layers") if layers < 2 * period else (3, f"all {layers} layers")
    if kind == "mlp":
        return 4, "random layers"
    return 5, without(network, "seed")


def neurons(row):
    kind = row.network.partition(":")[0]
    if kind == "radix_net":
        return int(option(row.network, "neurons") or 1024)
    return widths(row.network)[0] if kind == "mlp" else row.network_inputs


def named(rows):
    """With the kernel and variant of each row; without engines that are no walk over a kernel."""
    found = [kernel_and_variant(engine) for engine in rows["engine"]]
    rows = rows.assign(kernel=[pair and pair[0] for pair in found], variant=[pair and pair[1] for pair in found])
    return rows[rows["kernel"].notna()]


def rates(results):
    """A row for each kernel and variant on each network and number of threads, and how many times data_parallel it is.
    Runs that were counted are there for their lines."""
    timed = named(results.runs[results.runs["meter"].isin(["", "none"])])
    timed = timed.assign(walk=timed["kernel"] + ":" + timed["variant"], spec=timed["engine"])  # an alias is the same
    known = timed.drop_duplicates("walk").set_index("walk")
    walks = {walk: f"{at}" for at, walk in enumerate(known.index)}  # names that at_best_panel does not make shorter
    best = engine_rates.at_best_panel(replace(results, runs=timed.assign(engine=timed["walk"].map(walks))))
    found = known.set_index([known.index.map(walks)])[["kernel", "variant", "spec"]]
    best = best.join(found, on="engine").assign(engine=lambda rows: rows["spec"])
    base = best[best["variant"] == BASE].set_index(["network", "threads_used", "kernel"])["nominal_rate"]
    best = best.join(base.rename("base"), on=["network", "threads_used", "kernel"])
    told = [name for name in ("tiles", "tile_edges", "waits") if name in timed]  # of tiles that wait for each other
    run = ["network", "threads_used", "panel_used", "spec"]
    best = best.merge(timed.drop_duplicates(run)[[*run, *told]], "left", run)
    return best.assign(over_data_parallel=best["nominal_rate"] / best["base"])


def lines(results):
    """A row for each kernel, variant and counter on each network: lines a 1000 multiply-adds, predicted and counted. Of
    what was not counted a prediction alone."""
    runs = results.runs
    rows = named(runs[(runs["status"] == "ok") & runs[f"{LEVEL}_predicted_lines"].notna()])
    work = rows["network_connections"] * rows["panel_used"] / 1000
    counted = ~rows["misses_status"].str.startswith("unavailable") & rows[f"{LEVEL}_misses"].notna()
    rows = rows.assign(predicted_lines=rows[f"{LEVEL}_predicted_lines"] / work,
                       counted_lines=(rows[f"{LEVEL}_misses"] / work).where(counted),
                       counted_by=rows["misses_source"].map(source_word).where(counted, ""),
                       lines_panel=rows["panel_used"])
    walk = ["network", "kernel", "variant"]
    is_counted = counted.groupby([rows[name] for name in walk]).transform("any")
    rows = rows[counted | ~is_counted].drop_duplicates([*walk, "counted_by"])
    return rows[[*walk, "predicted_lines", "counted_lines", "counted_by", "lines_panel"]]


def points(results):
    """Everything that is drawn."""
    table = rates(results).merge(lines(results), "left", ["network", "kernel", "variant"])
    table["part"] = [part_of(row) for row in table.itertuples()]
    table["neurons"] = [neurons(row) for row in table.itertuples()]
    table = table.sort_values(["part", "neurons", *CASE[1:]])
    return table.reindex(columns=COLUMNS).reset_index(drop=True)


def draw_lines(plot, axes, panel, limits):
    """Predicted as lines, counted as rings around their points, of the kind of who counted."""
    if panel["predicted_lines"].notna().any():
        plot.lines(axes, panel.dropna(subset=["predicted_lines"]), "neurons", "predicted_lines", "variant", "kernel")
        for source, rows in panel[panel["counted_lines"].notna()].groupby("counted_by"):
            for row in rows.itertuples():
                axes.plot([row.neurons], [row.counted_lines], linestyle="none", markersize=10, markerfacecolor="none",
                          marker="s" if "measured" in source else "o", markeredgewidth=0.9,
                          markeredgecolor=plot.colours.colour(row.variant))
    else:
        axes.annotate("none predicted", (0.5, 0.5), xycoords="axes fraction", ha="center", color=plot.ink)
    plain.log_axis(axes.yaxis, axes.set_yscale, limits)


def make(results, plot_of):
    table = points(results)
    drawn = table[table["threads_used"] == table.groupby("part")["threads_used"].transform("max")]
    parts = list(dict.fromkeys(drawn["part"]))
    titles = [f"{name}: {what}" for _, name in parts for what in ("rate", "over data parallel", "lines")]
    plot = plot_of(titles, Fixed(table["variant"], VARIANTS), Fixed(table["kernel"], KERNELS),
                   headings=("Variant", "Kernel"), abreast=3)
    plot.said = SAID
    peak = engine_rates.peak_of(drawn)
    fastest = max([drawn["rate"].max()] + ([peak / 1e9] if peak else []))
    counts = pd.concat([drawn["predicted_lines"], drawn["counted_lines"]]).dropna()
    limits = plain.padded(counts[counts > 0]) if (counts > 0).any() else (1, 10)
    sizes = sorted(drawn["neurons"].unique())
    for at, part in enumerate(parts):
        rate, ratio, missed = plot.panels[3 * at:3 * at + 3]
        panel = drawn[drawn["part"] == part]
        once = panel.drop_duplicates(CASE)
        plot.lines(rate, once, "neurons", "rate", "variant", "kernel")
        rate.set_ylim(0, 1.06 * fastest)
        engine_rates.peak_line(plot, rate, panel)
        plot.lines(ratio, once[once["variant"] != BASE], "neurons", "over_data_parallel", "variant", "kernel")
        ratio.set_ylim(0, 1.08 * max(1.2, drawn["over_data_parallel"].max()))
        plot.bound(ratio, 1, "as fast as data parallel", (2, 2))
        draw_lines(plot, missed, panel, limits)
        for axes in (rate, ratio, missed):
            plot.log_x(axes, sizes)
            axes.set_xticks(sizes, [f"{size:.0f}" for size in sizes])
    plot.finish("neurons a layer", "", one_scale=False)
    for part, rate, ratio, missed in zip(parts, *(plot.panels[column::3] for column in range(3))):
        threads = counted_noun(drawn.loc[drawn["part"] == part, "threads_used"].iloc[0], "thread")
        rate.set_ylabel(f"connections, 10⁹ a second,\n{threads}")
        ratio.set_ylabel("times data parallel")
        missed.set_ylabel("L2 misses, lines a 1000\nmultiply-adds")
    return plot, table.assign(part=[name for _, name in table["part"]])


if __name__ == "__main__":
    sys.exit(command(__file__, make))
