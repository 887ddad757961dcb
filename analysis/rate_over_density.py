#!/usr/bin/env python3
"""rate_over_density: where does sparse pay on this machine?

Useful connections a second over density, a panel a network. A sparse engine pays as long as its line is above that of
the dense product, which rises with the density because fewer of its multiplications are by zero. Where the two cross is
ringed and said.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import numpy as np

import engine_rates
from experiment import command, option, without


def crossing(densities, sparse, dense):
    """The least density from which on the dense product is faster, between two points as lines on logarithmic axes;
    None if it is not faster at the greatest. What it gains and loses again before does not count."""
    ahead = np.log(np.asarray(dense, float)) - np.log(np.asarray(sparse, float))
    if len(ahead) == 0 or ahead[-1] <= 0:
        return None
    slower = np.flatnonzero(ahead <= 0)
    if len(slower) == 0:
        return float(densities[0])
    at = slower[-1]
    part = -ahead[at] / (ahead[at + 1] - ahead[at])
    return float(np.exp((1 - part) * np.log(densities[at]) + part * np.log(densities[at + 1])))


def crossings(panel):
    """engine -> density from which on `dense` is faster, None: at none; without `dense`, empty."""
    rates = panel.pivot_table(index="density", columns="engine", values="rate").sort_index()
    if "dense" not in rates:
        return {}
    found = {}
    for engine in rates.columns.drop("dense"):
        both = rates[[engine, "dense"]].dropna()
        if len(both):
            found[engine] = crossing(both.index.to_numpy(), both[engine].to_numpy(), both["dense"].to_numpy())
    return found


def mark(plot, axes, panel):
    """A ring where dense overtakes an engine, and a word for each, left above, where a peak is far from every line."""
    found = crossings(panel)
    dense = panel[panel["engine"] == "dense"].sort_values("density")
    for engine, density in found.items():
        if density is not None:
            rate = np.exp(np.interp(np.log(density), np.log(dense["density"]), np.log(dense["rate"])))
            axes.plot([density], [rate], linestyle="none", marker="o", markersize=10, markerfacecolor="none",
                      markeredgecolor=plot.colours.colour(engine), markeredgewidth=1.3)
    ordered = sorted(found, key=lambda engine: (found[engine] is not None, -(found[engine] or 0), engine))
    lines = [(f"{engine}: {'at none' if found[engine] is None else f'{found[engine]:.2g}'}", plot.colours.colour(engine))
             for engine in ordered]
    for row, (words, colour) in enumerate([("dense is faster than … from density", plot.ink), *lines] if lines else []):
        axes.annotate(words, (0, 1), (6 + 6 * (row > 0), -21 - 11.5 * row), xycoords="axes fraction",
                      textcoords="offset points", fontsize=8.5, va="top", color=colour)
    return found


def make(results, plot_of):
    table = engine_rates.at_best_panel(results)
    table.insert(1, "density", [float(option(spec, "density")) for spec in table["network"]])
    table.insert(2, "shape", [without(without(spec, "density"), "seed") for spec in table["network"]])
    shapes = list(dict.fromkeys(table.sort_values("network_connections")["shape"]))
    plot = engine_rates.plot(plot_of, shapes, table)
    for axes, shape in zip(plot.panels, shapes):
        panel = table[table["shape"] == shape]
        plot.lines(axes, panel, "density", "rate", "engine", "side")
        plot.log_x(axes, table["density"])
        engine_rates.ticks(axes, (0.001, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1))
        engine_rates.peak_line(plot, axes, panel)
        dense_from = mark(plot, axes, panel)
        table.loc[panel.index, "dense_is_faster_from"] = panel["engine"].map(dense_from).astype(float)
    return engine_rates.finish(plot, table, "density: share of the possible connections")


if __name__ == "__main__":
    sys.exit(command(__file__, make))
