#!/usr/bin/env python3
"""io_over_depth: I/Os over the number of layers of connections, mean over seeds with a band from least to greatest."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from experiment import Plot, command, mean_over_seeds, modelled, widths


def make(results):
    table = modelled(results)
    table["depth"] = [len(widths(spec)) - 1 for spec in table["network"]]
    means = mean_over_seeds(table, ["order", "policy", "memory_values", "depth"], ["ratio", "total", "lower"])
    memories = sorted(means["memory_values"].unique())
    plot = Plot([f"M = {memory:.0f}" for memory in memories], means["order"], means["policy"])
    for axes, memory in zip(plot.panels, memories):
        plot.lines(axes, means[means["memory_values"] == memory], "depth", "ratio", "order", "policy")
        plot.log_x(axes, means["depth"])
        plot.bound(axes)
    plot.finish("depth: layers of connections", "I/Os / lower bound")
    return plot, means


if __name__ == "__main__":
    sys.exit(command(__file__, make))
