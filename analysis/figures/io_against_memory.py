"""io_against_memory: how many I/Os a schedule needs with how much fast memory.

The picture users look at most. One panel a network; a series is an order under a policy; the horizontal lines are the
bounds, which hold for any order (lower) and for the 2-optimal method (upper), and the vertical marks are where the
machine's caches stand: a cache of C bytes holds floor(C / (4 B)) values when B inputs are processed together. Unit cost
only: every word costs 1. The numbers are the model's own, so a row whose engine failed still has its point.
"""

import math

import pandas as pd

import columns
from figures import axes as plain
from figures.drawing import INK, MARK, RASTER_FROM, Figure, Style, canvas, settings, swatch
from wording import SUPERSCRIPT, counted_noun, listed

DATA_COLUMNS = ["network", "order", "policy", "memory_values", "reads", "writes", "total", "lower", "upper", "ratio"]
BYTES_PER_VALUE = 4


def cache_marks(runs):
    """(values, "L1, panel 64") for each cache, size and panel in `runs`, ascending."""
    marks = {}
    for level in columns.CACHES:
        pairs = pd.DataFrame({"bytes": runs[f"{level}_bytes"], "panel": pd.to_numeric(runs["panel"], errors="coerce")})
        for size, panel in sorted(set(pairs.dropna().itertuples(index=False, name=None))):
            if panel >= 1:
                marks[(math.floor(size / (BYTES_PER_VALUE * panel)), f"{level.upper()}, panel {panel:.0f}")] = None
    return sorted(mark for mark in marks if mark[0] > 0)


def draw_marks(axes, marks, limits):
    """Vertical dotted lines with their names above the frame; names that would collide share one place."""
    span = math.log(limits[1] / limits[0])
    places = []
    for values, name in marks:
        axes.axvline(values, color=INK, linewidth=1, linestyle=(0, (1, 2)), alpha=0.8)
        if places and math.log(values / places[-1][0]) < 0.045 * span:
            places[-1][1].append(name)
        else:
            places.append((values, [name]))
    for values, names in places:
        axes.text(values, 1.015, "\n".join(names), transform=axes.get_xaxis_transform(), rotation=90, fontsize=9.5,
                  ha="center", va="bottom", linespacing=1.0)


def draw_panel(found, orders, policies, marks):
    drawn, axes = canvas(height=360 if marks else 310)
    limits = plain.padded(list(found["memory_values"]) + [values for values, _ in marks])
    plain.log_axis(axes.xaxis, axes.set_xscale, limits)
    highest = found[["total", "upper", "lower"]].max().max()
    lowest = found[["total", "lower"]].min().min()
    exponent = 3 * max(0, math.floor(math.log10(highest) / 3))
    unit = 10.0**exponent
    air = 0.06 * max(highest - lowest, 0.1 * highest)
    axes.set_ylim((lowest - air) / unit, (highest + air) / unit)
    for lower in found["lower"].dropna().unique():
        axes.axhline(lower / unit, color=INK, linewidth=1.6)
    for upper in found["upper"].dropna().unique():
        axes.axhline(upper / unit, color=INK, linewidth=1.2, dashes=(7, 3))
    draw_marks(axes, marks, limits)
    for (order, policy), series in found.groupby(["order", "policy"], sort=True):
        series = series.sort_values("memory_values")
        pattern = policies.dashes(policy)
        axes.plot(series["memory_values"], series["total"] / unit, color=orders.colour(order), linewidth=1.5,
                  linestyle=(0, pattern) if pattern else "-", marker=policies.marker(policy), markersize=5,
                  rasterized=len(found) > RASTER_FROM, gid=MARK)
    axes.set_xlabel("M: fast memory in values")
    power = f" (10{str(exponent).translate(SUPERSCRIPT)} words)" if exponent else " (words)"
    axes.set_ylabel("total I/Os" + power)
    return drawn


def make(results):
    runs = results.runs
    found = runs[runs["total"].notna() & runs["memory_values"].notna()]
    unit = found[found["cost"].isin(["unit", ""])]
    figure = Figure("io-against-memory", data=unit[DATA_COLUMNS].drop_duplicates().sort_values(DATA_COLUMNS[:4]))
    if len(found) > len(unit):
        figure.notes.append(f"{counted_noun(len(found) - len(unit), 'row')} with another cost than unit left out.")
    if unit.empty:
        figure.notes.append("No row has both a memory size and a total at unit cost.")
        return figure
    orders, policies = Style(unit["order"]), Style(unit["policy"])
    bare = []
    with settings():
        for network, panel in unit.groupby("network", sort=False):
            marks = cache_marks(panel)
            points = panel[DATA_COLUMNS].drop_duplicates()
            best = points.loc[points["total"].idxmin()]
            memory = points["memory_values"]
            alt = (f"Line plot of total I/Os against memory, {network}: {counted_noun(len(points), 'point')}, "
                   f"M from {memory.min():.0f} to {memory.max():.0f}, lower bound {best['lower']:.0f}, fewest "
                   f"{best['total']:.0f} by {best['order']} {best['policy']} at M = {best['memory_values']:.0f}.")
            figure.add(network, draw_panel(points, orders, policies, marks), alt)
            if not marks:
                bare.append(network)
    if bare:
        which = listed(bare) if len(bare) <= 3 else counted_noun(len(bare), "network")
        figure.notes.append(f"No cache size is known for {which}: no cache is marked there.")
    figure.legend = [
        ("Order", [(swatch(orders.colour(name), dashes=()), name) for name in orders.names]),
        ("Policy", [(swatch(marker=policies.marker(name), dashes=policies.dashes(name)), name)
                    for name in policies.names]),
        ("Bounds", [(swatch(dashes=()), "lower: no schedule can do with less"),
                    (swatch(dashes=(7, 3)), "upper: the 2-optimal method never needs more")]),
        ("Caches", [(swatch(dashes=(1, 2)), "values that a cache of this machine holds at that panel")]
         if len(bare) < len(figure.panels) else []),
    ]
    return figure
