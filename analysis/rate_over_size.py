#!/usr/bin/env python3
"""rate_over_size: useful connections a second over the bytes of the weights, the machine's caches marked.

A connection is counted as 8 bytes, a weight and an index, for every engine, so that one place on the axis is one
network. The caches are those that hwloc found and the file keeps; in a virtual machine L3 is the host's, which others
use too.
"""

import sys
import xml.etree.ElementTree as tree
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import engine_rates
from experiment import command, without
from figures import axes as plain
from wording import size

BYTES_A_CONNECTION = 8
LEVELS = {"L1Cache": "L1", "L2Cache": "L2", "L3Cache": "L3"}


def caches(provenance):
    """[("L1", bytes)], ascending, of the machine that wrote the file; none if it keeps no topology."""
    try:
        topology = tree.fromstring(provenance.get("machine.xml", ""))
    except tree.ParseError:
        return []
    found = {}
    for item in topology.iter("object"):
        if item.get("type") in LEVELS and int(item.get("cache_size", 0)) > 0:
            found.setdefault(LEVELS[item.get("type")], int(item.get("cache_size")))
    return sorted(found.items(), key=lambda cache: cache[1])


def shape(spec):
    """What the networks of a panel have in common."""
    return without(without(spec, "widths"), "seed")


def make(results, plot_of):
    table = engine_rates.at_best_panel(results)
    table.insert(1, "bytes", BYTES_A_CONNECTION * table["network_connections"])
    table.insert(2, "shape", [shape(spec) for spec in table["network"]])
    shapes = sorted(table["shape"].unique())
    plot = engine_rates.plot(plot_of, shapes, table)
    low, high = plain.padded(table["bytes"])
    for axes, name in zip(plot.panels, shapes):
        panel = table[table["shape"] == name]
        plot.lines(axes, panel, "bytes", "rate", "engine", "side")
        plot.log_x(axes, table["bytes"])
        engine_rates.ticks(axes, [2.0**power for power in range(1, 50, 4)], size)
        engine_rates.peak_line(plot, axes, panel)
        for level, held in caches(results.provenance):
            if low <= held <= high:
                plot.mark(axes, held, f"{level}: {size(held)}", 0.925)  # under the peak
    return engine_rates.finish(plot, table, f"weights and indices, {BYTES_A_CONNECTION} bytes a connection")


if __name__ == "__main__":
    sys.exit(command(__file__, make))
