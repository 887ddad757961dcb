"""predicted_lines: does the machine, or a simulated one, move the lines that the model predicts?

One panel for each level, kind of traffic and source of the count, because a simulated and a measured count are not the
same thing. Both axes are logarithmic and alike; on the line y = x the prediction is exact, the band is +-10 %. The
colour is the order, the marker the engine; a filled marker is LRU, which is what caches come nearest to, an open one
any other policy, which no cache promises to follow. A level whose counter `sparsio calibrate` found wrong is grey.
"""

import columns
from points import of
from figures import axes as plain
from figures.drawing import INK, MARK, RASTER_FROM, Figure, Style, canvas, settings, swatch
from wording import counted_noun, listed


UNTRUSTED = INK  # faint


def draw_panel(found, orders, engines, word):
    drawn, axes = canvas(height=340)
    limits = plain.padded(list(found["predicted"]) + list(found["counted"]))
    plain.log_axis(axes.xaxis, axes.set_xscale, limits, most=6)
    plain.log_axis(axes.yaxis, axes.set_yscale, limits, most=6)
    axes.plot(limits, limits, color=INK, linewidth=1)
    axes.fill_between(limits, [0.9 * x for x in limits], [1.1 * x for x in limits], color=INK, alpha=0.14, linewidth=0)
    kinds = ["order", "engine", found["policy"] == "lru", found["trust"] != ""]
    for (order, engine, lru, distrusted), series in found.groupby(kinds, sort=True):
        colour = UNTRUSTED if distrusted else orders.colour(order)
        axes.plot(series["predicted"], series["counted"], linestyle="none", marker=engines.marker(engine),
                  markerfacecolor=colour if lru else "none", markeredgecolor=colour, markeredgewidth=1.1,
                  alpha=0.35 if distrusted else 0.85, rasterized=len(found) > RASTER_FROM, gid=MARK)
    axes.set_box_aspect(0.86)
    axes.set_xlabel("predicted lines")
    axes.set_ylabel(f"lines {word}")
    return drawn


def legend(found, orders, engines):
    others = sorted(set(found["policy"]) - {"lru"})
    fills = [(swatch(marker="o"), "lru")] if "lru" in set(found["policy"]) else []
    if others:
        fills.append((swatch(marker="o", filled=False), listed([name or "no policy" for name in others])))
    trust = [(swatch(marker="o"), "counter not to be trusted here: see Machine")] if (found["trust"] != "").any() else []
    return [
        ("Order", [(swatch(orders.colour(name), marker="o"), name) for name in orders.names]),
        ("Engine", [(swatch(marker=engines.marker(name)), name) for name in engines.names]),
        ("Policy", fills),
        ("Faint", trust),
        ("Guides", [(swatch(dashes=()), "y = x: exact"), (swatch(band=True), "within 10 %")]),
    ]


def make(results):
    found = of(results)
    figure = Figure("predicted-lines", data=found)
    if found.empty:
        figure.notes.append("No row has both a predicted and a counted number of lines.")
        return figure
    orders, engines = Style(found["order"]), Style(found["engine"])
    figure.legend = legend(found, orders, engines)
    kinds = found.groupby(["traffic", "level", "counted_by"], sort=False)
    ranks = {level: rank for rank, level in enumerate(columns.LEVELS)}
    hidden = 0
    with settings():
        ordered = sorted(kinds, key=lambda kind: (kind[0][0] != "misses", ranks[kind[0][1]]))
        for (traffic, level, word), panel in ordered:
            shown = panel[(panel["predicted"] > 0) & (panel["counted"] > 0)]
            hidden += len(panel) - len(shown)
            if shown.empty:
                continue
            name = "M, the row's memory" if level == "memory" else columns.LEVELS[level]
            doubt = next((text for text in shown["trust"] if text), "")
            title = f"{name}: {traffic}, {word}" + (f" ({doubt})" if doubt else "")
            far = shown["deviation"].abs().max()
            alt = (f"Scatter plot, {title}: {counted_noun(len(shown), 'point')}, predicted lines from "
                   f"{shown['predicted'].min():.4g} to {shown['predicted'].max():.4g}; "
                   f"the largest deviation is {100 * far:.3g} %.")
            drawn = draw_panel(shown, orders, engines, word)
            figure.add(title, drawn, alt)
    if hidden:
        figure.notes.append(f"{counted_noun(hidden, 'point')} with a true zero cannot stand on a logarithmic axis and "
                            f"{'is' if hidden == 1 else 'are'} in the data only.")
    return figure
