#!/usr/bin/env python3
"""pruned_models: useful connections a second on the layers of well-known pruned models, a panel a density, a line a
layer.

A line says the widths and the inputs; the first are whole feed-forward blocks of a transformer, the others 1x1
convolutions of ResNet-50, from many pixels and few channels to few pixels and many channels.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import engine_rates
from experiment import command, option
from figures.drawing import MARK


def place(line):
    """Blocks of several layers first, then by inputs, most first, then by size."""
    widths, inputs = line
    numbers = [int(width) for width in widths.split("-")]
    return len(numbers) < 3, -inputs, numbers


def make(results, plot_of):
    table = engine_rates.at_best_panel(results)
    table.insert(1, "density", [option(spec, "density") for spec in table["network"]])
    table.insert(2, "widths", [option(spec, "widths") for spec in table["network"]])
    lines = sorted(set(zip(table["widths"], table["input_count"])), key=place)
    densities = sorted(table["density"].unique(), key=lambda text: [float(part) for part in text.split("-")])
    plot = engine_rates.plot(plot_of, [f"density {density}" for density in densities], table,
                             height=1.1 + 0.24 * len(lines))
    table = table.sort_values(["density", "engine"])
    for axes, density in zip(plot.panels, densities):
        panel = table[table["density"] == density]
        for engine, rows in panel.groupby("engine", sort=True):
            heights = [lines.index(line) for line in zip(rows["widths"], rows["input_count"])]
            axes.plot(rows["rate"], heights, linestyle="none", color=plot.colours.colour(engine), gid=MARK,
                      marker=plot.dashes.marker(engine_rates.side(engine)), markersize=6,
                      markerfacecolor="none" if engine == "auto" else None)
        axes.set_yticks(range(len(lines)), [f"{widths} × {inputs:.0f}" for widths, inputs in lines], fontsize=8.5)
        axes.set_ylim(len(lines) - 0.4, -0.6)
        axes.set_xlim(0, 1.06 * max(table["rate"].max(), (panel["peak"] / 1e9).max()))
        peak = engine_rates.peak_of(panel)
        if peak is not None:
            axes.axvline(peak / 1e9, color=plot.ink, linewidth=1.1, linestyle=(0, (7, 3)))
            plot.name_bound(engine_rates.PEAK, (7, 3))
    plot.finish(engine_rates.RATE, "layer × inputs", one_scale=False)
    return plot, table


if __name__ == "__main__":
    sys.exit(command(__file__, make))
