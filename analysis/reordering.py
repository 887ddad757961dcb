#!/usr/bin/env python3
"""reordering: I/Os before and after reordering the connections, a panel a network, a bar an order and policy.

"Before" is neuron-by-neuron order, by_target; what each other order saves of the I/Os above the lower bound is written
over its bar.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from experiment import Plot, command, modelled, without

COLUMNS = ["network", "order", "policy", "memory_values", "reads", "writes", "total", "lower", "ratio"]
BEFORE = "by_target"


def with_savings(table):
    """The share of the I/Os above the lower bound that an order saves against BEFORE; NaN where BEFORE is absent."""
    key = ["network", "policy", "memory_values"]
    before = table[table["order"] == BEFORE].set_index(key)["ratio"].rename("before")
    table = table.join(before, on=key)
    table["saved"] = 1 - (table["ratio"] - 1) / (table["before"] - 1)
    return table


def make(results):
    table = with_savings(modelled(results)[COLUMNS].drop_duplicates().sort_values(COLUMNS[:4]))
    groups = list(dict.fromkeys(zip(table["network"], table["memory_values"])))
    plot = Plot([f"{without(network, 'seed')}, M = {memory:.0f}" for network, memory in groups], table["policy"], [])
    for axes, (network, memory) in zip(plot.panels, groups):
        panel = table[(table["network"] == network) & (table["memory_values"] == memory)]
        orders = sorted(panel["order"].unique(), key=lambda name: (name != BEFORE, name))
        breadth = 0.8 / len(plot.colours.names)
        for at, policy in enumerate(plot.colours.names):
            bars = panel[panel["policy"] == policy].set_index("order")
            for place, order in enumerate(orders):
                if order not in bars.index:
                    continue
                height, saved = bars.loc[order, "ratio"], bars.loc[order, "saved"]
                left = place + (at - (len(plot.colours.names) - 1) / 2) * breadth
                axes.bar(left, height - 1, 0.94 * breadth, bottom=1, color=plot.colours.colour(policy))
                if order != BEFORE and saved == saved:
                    axes.annotate(f"{-100 * saved:+.0f} %", (left, height), (0, 2), textcoords="offset points",
                                  fontsize=7, ha="center")
        axes.set_xticks(range(len(orders)), orders)
        plot.bound(axes)
    plot.finish("order", "I/Os / lower bound")
    return plot, table


if __name__ == "__main__":
    sys.exit(command(__file__, make))
