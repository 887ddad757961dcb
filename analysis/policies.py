#!/usr/bin/env python3
"""policies: LRU, round robin and MIN on the same orders, over the size of fast memory, a panel a network."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from experiment import command, modelled, without

COLUMNS = ["network", "order", "policy", "memory_values", "reads", "writes", "total", "lower", "ratio"]


def make(results, plot_of):
    table = modelled(results)[COLUMNS].drop_duplicates().sort_values(COLUMNS[:4])
    networks = list(dict.fromkeys(table["network"]))
    plot = plot_of([without(network, "seed") for network in networks], table["policy"], table["policy"],
                   headings=("Policy", ""))
    for axes, network in zip(plot.panels, networks):
        panel = table[table["network"] == network]
        plot.lines(axes, panel, "memory_values", "ratio", "policy", "policy")
        plot.log_x(axes, panel["memory_values"])
        plot.bound(axes)
    plot.finish("M: fast memory in values", "I/Os / lower bound")
    return plot, table


if __name__ == "__main__":
    sys.exit(command(__file__, make))
