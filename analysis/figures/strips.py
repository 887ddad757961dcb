"""strips: a line for each name, a dot for each case on a logarithmic axis of ratios around 1, a bar at the median.

What the error distribution and the ladder have in common. No ratio is averaged: every dot is there, the median is one
of them (or between two), and the words beside the name say how far the ends lie.
"""

import math

from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from figures.drawing import INK, MARK, RASTER_FROM, canvas
from wording import counted_noun


def ratio_text(value, _=None):
    """"−5 %", "+0.1 %", "2×", "1/3×"."""
    if value >= 1.995:
        return f"{value:.3g}×"
    if value <= 0.501:
        return f"1/{1 / value:.3g}×"
    percent = 100 * (value - 1)
    if value == 1:
        return "exact"
    return f"{percent:+.{0 if abs(percent) >= 9.5 else 1}f} %".replace("-", "−")


def tick_text(value, _=None):
    """A round ratio, with no more digits than it has."""
    if 0.501 < value < 1.995 and value != 1:
        return f"{100 * (value - 1):+.3g} %".replace("-", "−")
    return ratio_text(value)


def ticks(low, high, share=0.17):
    """Round ratios in [low, high], from 1 outwards, none so near to another that their names would touch."""
    near = [0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5]
    far = [digit * 10**power for power in range(5) for digit in (1, 2, 5)][1:]
    apart = share * math.log(high / low)

    def outwards(candidates):
        kept, last = [], 0.0
        for tick in candidates:
            if low <= tick <= high and abs(math.log(tick)) >= last + apart:
                kept.append(tick)
                last = abs(math.log(tick))
        return kept

    above = [1 + step for step in near] + [float(factor) for factor in far]
    below = [1 - step for step in near] + [1 / factor for factor in far[1:]]
    return sorted([1.0, *outwards(above), *outwards(below)])


def words_of(ratios):
    low, middle, high = ratios.min(), ratios.median(), ratios.max()
    return f"{counted_noun(len(ratios), 'case')} · median {ratio_text(middle)} · {ratio_text(low)} to {ratio_text(high)}"


def draw(lines, label, band=0.1):
    """`lines`: [(name, beneath, ratios > 0, colour, faint)]."""
    drawn, axes = canvas(height=58 + 48 * len(lines))
    axes.set_ylim(len(lines) - 0.2, -0.55)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    every = [ratio for _, _, ratios, _, _ in lines for ratio in ratios]
    low, high = min([0.98, *every]) / 1.012, max([1.02, *every]) * 1.012
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    axes.xaxis.set_major_locator(FixedLocator(ticks(low, high)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(tick_text))
    axes.axvspan(max(low, 1 - band), min(high, 1 + band), color=INK, alpha=0.1, linewidth=0)
    axes.axvline(1, color=INK, linewidth=1, alpha=0.45)
    place = axes.get_yaxis_transform()
    for at, (name, beneath, ratios, colour, faint) in enumerate(lines):
        axes.text(0, at - 0.25, name, transform=place, fontsize=11, fontweight="bold", va="bottom")
        axes.text(0, at + 0.03, beneath or words_of(ratios), transform=place, fontsize=10, va="bottom")
        axes.plot(ratios, [at + 0.28] * len(ratios), linestyle="none", marker="o", markersize=5, markeredgewidth=0,
                  markerfacecolor=colour, alpha=0.25 if faint else 0.5, rasterized=len(every) > RASTER_FROM, gid=MARK)
        axes.plot([ratios.median()], [at + 0.28], linestyle="none", marker="|", markersize=13, markeredgewidth=2,
                  color=INK if faint else colour)
    axes.set_xlabel(label)
    return drawn


