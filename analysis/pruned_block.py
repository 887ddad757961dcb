#!/usr/bin/env python3
"""pruned_block: I/Os of a pruned transformer MLP block over its density, a panel a size of fast memory."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from experiment import Plot, command, mean_over_seeds, modelled, option


def make(results):
    table = modelled(results)
    table["density"] = [float(option(spec, "density")) for spec in table["network"]]
    means = mean_over_seeds(table, ["order", "policy", "memory_values", "density"], ["ratio", "total", "lower"])
    memories = sorted(means["memory_values"].unique())
    plot = Plot([f"M = {memory:.0f}" for memory in memories], means["order"], means["policy"])
    for axes, memory in zip(plot.panels, memories):
        plot.lines(axes, means[means["memory_values"] == memory], "density", "ratio", "order", "policy")
        plot.log_x(axes, means["density"])
        plot.bound(axes)
    plot.finish("density after pruning", "I/Os / lower bound")
    return plot, means


if __name__ == "__main__":
    sys.exit(command(__file__, make))
