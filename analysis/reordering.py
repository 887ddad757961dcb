#!/usr/bin/env python3
"""reordering: I/Os before and after reordering the connections, a panel a network, a bar an order and policy.

"Before" is neuron-by-neuron order, by_target; below it the others, the best last. What each saves of the I/Os above the
lower bound is written behind its bar.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from experiment import command, modelled, without

COLUMNS = ["network", "order", "policy", "memory_values", "reads", "writes", "total", "lower", "ratio"]
BEFORE = "by_target"


def with_savings(table):
    """The share of the I/Os above the lower bound that an order saves against BEFORE; NaN where BEFORE is absent."""
    key = ["network", "policy", "memory_values"]
    before = table[table["order"] == BEFORE].set_index(key)["ratio"].rename("before")
    table = table.join(before, on=key)
    table["saved"] = 1 - (table["ratio"] - 1) / (table["before"] - 1)
    return table


def percent(share):
    """"-12 %"; no sign where it is nothing."""
    whole = round(100 * share)
    return f"{whole:+d} %" if whole else "0 %"


def make(results, plot_of):
    table = with_savings(modelled(results)[COLUMNS].drop_duplicates().sort_values(COLUMNS[:4]))
    groups = list(dict.fromkeys(zip(table["network"], table["memory_values"])))
    plot = plot_of([f"{without(network, 'seed')}, M = {memory:.0f}" for network, memory in groups], table["policy"], [],
                   headings=("Policy", ""), height=0.9 + 0.42 * table["order"].nunique())
    worst = table["ratio"].max()
    for axes, (network, memory) in zip(plot.panels, groups):
        panel = table[(table["network"] == network) & (table["memory_values"] == memory)]
        least = panel.groupby("order")["ratio"].min()
        orders = sorted(panel["order"].unique(), key=lambda name: (name != BEFORE, -least[name], name))
        breadth = 0.8 / len(plot.colours.names)
        for at, policy in enumerate(plot.colours.names):
            bars = panel[panel["policy"] == policy].set_index("order")
            for place, order in enumerate(orders):
                if order not in bars.index:
                    continue
                length, saved = bars.loc[order, "ratio"], bars.loc[order, "saved"]
                height = place + (at - (len(plot.colours.names) - 1) / 2) * breadth
                axes.barh(height, length - 1, 0.94 * breadth, left=1, color=plot.colours.colour(policy))
                if order != BEFORE and saved == saved:
                    axes.annotate(percent(-saved), (length, height), (3, 0), textcoords="offset points",
                                  fontsize=7, va="center", color=plot.ink)
        axes.set_yticks(range(len(orders)), orders)
        axes.set_ylim(len(orders) - 0.5, -0.5)
        axes.grid(False, axis="y")
        axes.set_xlim(1 - 0.02 * (worst - 1), worst + 0.16 * (worst - 1))
        plot.bound_of_bars(axes)
    plot.finish("I/Os / lower bound\n(%: what is above 1, against by_target)", "", one_scale=False)
    return plot, table


if __name__ == "__main__":
    sys.exit(command(__file__, make))
