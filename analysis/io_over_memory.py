#!/usr/bin/env python3
"""io_over_memory: I/Os over the size of fast memory, a panel a policy, with both bounds and the caches.

The picture of the model: how fast each order comes down to the lower bound, and where it arrives.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from experiment import command, modelled

COLUMNS = ["network", "order", "policy", "memory_values", "reads", "writes", "total", "lower", "upper", "ratio",
           "perfect_memory"]


def mark_caches(plot, axes, runs, most):
    """Where the caches of the machine that wrote the file stand, by the values that each holds at the row's panel."""
    from figures.io_against_memory import cache_marks

    for values, name in cache_marks(runs):
        if 3 <= values <= most:
            plot.mark(axes, values, name)


def make(results, plot_of):
    table = modelled(results)[COLUMNS].drop_duplicates().sort_values(COLUMNS[:4])
    table["upper_ratio"] = table["upper"] / table["lower"]
    policies = sorted(table["policy"].unique())
    plot = plot_of(policies, table["order"], ["", *table["network"].unique()])
    for axes, policy in zip(plot.panels, policies):
        panel = table[table["policy"] == policy]
        plot.lines(axes, panel, "memory_values", "ratio", "order", "network")
        plot.log_x(axes, table["memory_values"])
        plot.bound(axes)
        mark_caches(plot, axes, results.runs, table["memory_values"].max())
        for upper in panel["upper_ratio"].unique():
            plot.bound(axes, upper, "upper bound of the 2-optimal method", (7, 3))
    plot.finish("M: fast memory in values", "I/Os / lower bound")
    return plot, table


if __name__ == "__main__":
    sys.exit(command(__file__, make))
