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


def ahead(densities, sparse, dense):
    """(from, to): the densities between which the dense product is faster, those at the right end if there are several
    such stretches; `to` is None where it stays ahead. None if it is nowhere. Between points lines are straight on
    logarithmic axes."""
    where, lead = np.log(densities), np.log(dense) - np.log(sparse)
    faster = np.flatnonzero(lead > 0)
    if len(faster) == 0:
        return None
    slower = np.flatnonzero(lead <= 0)

    def between(at):
        return float(np.exp(where[at] + (where[at + 1] - where[at]) * lead[at] / (lead[at] - lead[at + 1])))

    last = faster[-1]
    before = slower[slower < last]
    return (between(before[-1]) if len(before) else float(densities[0]),
            between(last) if last + 1 < len(lead) else None)


def leads_of_dense(panel):
    """engine -> where `dense` is faster; without `dense`, empty."""
    rates = panel.pivot_table(index="density", columns="engine", values="rate").sort_index()
    if "dense" not in rates:
        return {}
    found = {}
    for engine in rates.columns.drop("dense"):
        both = rates[[engine, "dense"]].dropna()
        if len(both):
            found[engine] = ahead(both.index.to_numpy(), both[engine].to_numpy(), both["dense"].to_numpy())
    return found


def words_of(lead):
    if lead is None:
        return "at none"
    return f"{lead[0]:.2g}" + (f" to {lead[1]:.2g}" if lead[1] else "")


def mark(plot, axes, panel):
    """A ring where dense overtakes an engine, and a word for each, left above, where a peak is far from every line."""
    found = leads_of_dense(panel)
    dense = panel[panel["engine"] == "dense"].sort_values("density")
    for engine, lead in found.items():
        if lead is not None:
            rate = np.exp(np.interp(np.log(lead[0]), np.log(dense["density"]), np.log(dense["rate"])))
            axes.plot([lead[0]], [rate], linestyle="none", marker="o", markersize=10, markerfacecolor="none",
                      markeredgecolor=plot.colours.colour(engine), markeredgewidth=1.3)
    ordered = sorted(found, key=lambda engine: (found[engine] is not None, -(found[engine] or [0])[0], engine))
    lines = [(f"{engine}: {words_of(found[engine])}", plot.colours.colour(engine)) for engine in ordered]
    if lines:
        lines.insert(0, ("dense is faster than … from density", plot.ink))
    for row, (words, colour) in enumerate(lines):
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
        leads = mark(plot, axes, panel)
        for place, name in enumerate(("dense_is_faster_from", "dense_is_faster_to")):
            ends = [(leads.get(engine) or (None, None))[place] for engine in panel["engine"]]
            table.loc[panel.index, name] = np.array(ends, float)
    return engine_rates.finish(plot, table, "density: share of the possible connections")


if __name__ == "__main__":
    sys.exit(command(__file__, make))
