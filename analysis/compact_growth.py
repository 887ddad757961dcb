#!/usr/bin/env python3
"""compact_growth: I/Os over M / M_g for networks grown to reach the lower bound at M_g, a panel a network."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from experiment import command, modelled, option

COLUMNS = ["network", "order", "policy", "memory_values", "reads", "writes", "total", "lower", "ratio"]


def make(results, plot_of):
    table = modelled(results)[COLUMNS].drop_duplicates()
    table["grown_for"] = [float(option(spec, "memory")) for spec in table["network"]]
    table["share"] = table["memory_values"] / table["grown_for"]
    table = table.sort_values(["grown_for", "policy", "share"])
    networks = list(dict.fromkeys(table["network"]))
    plot = plot_of([f"M_g = {option(network, 'memory')}, in-degree {option(network, 'in_degree')}"
                 for network in networks], table["policy"], table["policy"], headings=("Policy", ""))
    for axes, network in zip(plot.panels, networks):
        plot.lines(axes, table[table["network"] == network], "share", "ratio", "policy", "policy")
        plot.mark(axes, 1, "M = M_g")
        plot.bound(axes)
    plot.finish("M / M_g", "I/Os / lower bound")
    return plot, table


if __name__ == "__main__":
    sys.exit(command(__file__, make))
