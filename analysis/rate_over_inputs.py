#!/usr/bin/env python3
"""rate_over_inputs: useful connections a second over the number of inputs at once, a panel a network.

Left, what one input alone gets; right, what a batch gets once every weight that is loaded serves a whole panel.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import engine_rates
from experiment import command, without


def make(results, plot_of):
    table = engine_rates.at_best_panel(results)
    networks = list(dict.fromkeys(table.sort_values("network_connections")["network"]))
    plot = engine_rates.plot(plot_of, [without(network, "seed") for network in networks], table)
    for axes, network in zip(plot.panels, networks):
        panel = table[table["network"] == network]
        plot.lines(axes, panel, "input_count", "rate", "engine", "side")
        plot.log_x(axes, table["input_count"])
        engine_rates.ticks(axes, [4**power for power in range(11)])
        engine_rates.peak_line(plot, axes, panel)
    return engine_rates.finish(plot, table, "inputs at once", "log")


if __name__ == "__main__":
    sys.exit(command(__file__, make))
