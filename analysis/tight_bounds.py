#!/usr/bin/env python3
"""tight_bounds: families on which a bound is met, each with its I/Os and both bounds, over the size of the network.

Left, who meets the lower bound; middle, who meets the upper bound of the 2-optimal method; right, how far the two are
apart.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from experiment import command, modelled, option, widths

COLUMNS = ["network", "policy", "memory_values", "network_connections", "total", "lower", "upper", "ratio"]


def family(spec):
    """What the networks of a family have in common."""
    if spec.startswith("compact_growth"):
        return f"compact growth, M = M_g = {option(spec, 'memory')}"
    return "one neuron, M = 3" if widths(spec)[-1] == 1 else "dense layers, M = 3"


def make(results, plot_of):
    table = modelled(results)[COLUMNS].drop_duplicates()
    table["family"] = [family(spec) for spec in table["network"]]
    table["upper_ratio"] = table["upper"] / table["lower"]
    table = table.sort_values(["family", "policy", "network_connections"])
    plot = plot_of(["lower bound met: I/Os / lower", "upper bound met: I/Os / upper",
                    "what lies between: upper / lower"], table["family"], table["policy"],
                   headings=("Family", "Policy"))
    table["of_upper"] = table["total"] / table["upper"]
    for axes, value in zip(plot.panels, ("ratio", "of_upper", "upper_ratio")):
        plot.lines(axes, table, "network_connections", value, "family", "policy")
        plot.log_x(axes, table["network_connections"])
        plot.bound(axes, name="the bound")
    plot.finish("W: connections", "ratio", one_scale=False)
    return plot, table


if __name__ == "__main__":
    sys.exit(command(__file__, make))
