#!/usr/bin/env python3
"""rate_over_threads: useful connections a second over threads, a panel a network.

The dotted line is as many times the best rate of one thread as there are threads: the base is the fastest engine, not
one's own slow start. The peak is drawn where it was measured, at one thread and at all of the calibration.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import engine_rates
from experiment import command, without
from figures import axes as plain

IDEAL = "threads × the best of one"


def make(results, plot_of):
    table = engine_rates.at_best_panel(results)
    networks = list(dict.fromkeys(table.sort_values("network_connections")["network"]))
    plot = engine_rates.plot(plot_of, [without(network, "seed") for network in networks], table)
    threads = sorted(table["threads_used"].unique())
    for axes, network in zip(plot.panels, networks):
        panel = table[table["network"] == network]
        plot.lines(axes, panel, "threads_used", "rate", "engine", "side")
        plain.log_axis(axes.xaxis, axes.set_xscale, plain.padded(threads))
        axes.set_xticks(threads, [f"{number:.0f}" for number in threads])
        alone = panel[panel["threads_used"] == 1]["rate"]
        if len(alone) and len(threads) > 1:
            axes.plot(threads, [alone.max() * number for number in threads], color=plot.ink, linewidth=1,
                      linestyle=(0, (1, 2)))
            plot.name_bound(IDEAL, (1, 2))
        peaks = panel.dropna(subset=["peak"]).drop_duplicates("threads_used").sort_values("threads_used")
        if len(peaks):
            axes.plot(peaks["threads_used"], peaks["peak"] / 1e9, color=plot.ink, linewidth=1.1, linestyle=(0, (7, 3)),
                      marker="_", markersize=9)
            plot.name_bound(engine_rates.PEAK, (7, 3))
    return engine_rates.finish(plot, table, "threads")


if __name__ == "__main__":
    sys.exit(command(__file__, make))
