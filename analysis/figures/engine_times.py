"""engine_times: how long the engines took, every repetition shown.

One panel for each network, inputs and track, because a track that may skip work must not stand beside one that may not.
A line is an engine with the keys that tell it apart; small dots are repetitions (the slowest rank and thread of each),
the bar is the median that the rates are made of, the line through it that median's rank-based interval. A failed case keeps its line, its status where the time would be.
"""

import math

import pandas as pd
from matplotlib.ticker import FuncFormatter

from cases import NO_ENGINE, label, varying
from figures import axes as plain
from figures.drawing import MARK, RASTER_FROM, Figure, Style, canvas, settings, swatch
from wording import counted_noun, percent, rate, seconds, whole

LINE_KEYS = ["engine", "order", "panel", "threads", "ranks", "driver"]
PANEL_KEYS = ["network", "inputs", "input_count", "track"]
MOST_LINES = 60  # a panel longer than this is not read; the data has all


def repetitions(samples):
    """(run, repetition, seconds): a repetition lasts as long as its slowest rank and thread."""
    return samples.dropna(subset=["seconds"]).groupby(["run", "repetition"], as_index=False)["seconds"].max()


def range_text(values, text):
    low, high = text(values.min()), text(values.max())
    return low if low == high else f"{low} to {high}"


def measured_words(rows):
    """"12.3 ms · 57.1 G/s nominal · 100 % executed", or the status where there is no time."""
    timed = rows[(rows["status"] == "ok") & rows["seconds"].notna()]
    words = [range_text(timed["seconds"], seconds)] if len(timed) else []
    if timed["nominal_rate"].notna().any():
        words.append(range_text(timed["nominal_rate"].dropna(), rate) + " nominal")
    executed = (timed["executed_edges"] / timed["edges"]).dropna()
    if len(executed):
        words.append(range_text(executed, lambda part: percent(part, 0)) + " executed")
    failed = rows[rows["status"] != "ok"]["status"].value_counts()
    words += [f"{number}× {status}" if number > 1 else status for status, number in failed.items()]
    return " · ".join(words) or "no time"


def cut(text, width):
    return text if len(text) <= width else text[:width - 1] + "…"


def time_tick(value, _=None):
    """"400 µs", "2 s"."""
    scales = ((1, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
    factor, unit = next((scale for scale in scales if value >= 0.999 * scale[0]), scales[-1])
    return f"{value / factor:.4g} {unit}"


def draw_panel(lines, engines, limits, same):
    """`lines`: (name, rows, repetitions) from the fastest to those without a time; `same`: what no line's name says."""
    drawn, axes = canvas(height=52 + 46 * len(lines))
    axes.set_ylim(len(lines) - 0.2, -0.55)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    plain.log_axis(axes.xaxis, axes.set_xscale, limits, most=6)
    axes.xaxis.set_major_formatter(FuncFormatter(time_tick))
    many = sum(len(repeated) + 2 * len(rows) for _, rows, repeated in lines) > RASTER_FROM
    place = axes.get_yaxis_transform()
    for at, (name, rows, repeated) in enumerate(lines):
        colour = engines.colour(rows["engine"].iloc[0])
        axes.text(0, at - 0.25, cut(name, 58), transform=place, fontsize=11, fontweight="bold", va="bottom")
        axes.text(0, at + 0.03, cut(measured_words(rows), 66), transform=place, fontsize=10.5, va="bottom")
        axes.plot(repeated["seconds"], [at + 0.27] * len(repeated), linestyle="none", marker="o", markersize=5,
                  markerfacecolor=colour, markeredgewidth=0, alpha=0.55, rasterized=many, gid=MARK)
        timed = rows[(rows["status"] == "ok") & rows["seconds"].notna()]
        sure = timed.dropna(subset=["seconds_low", "seconds_high"])
        axes.hlines([at + 0.27] * len(sure), sure["seconds_low"], sure["seconds_high"], color=colour, linewidth=2,
                    rasterized=many)
        axes.plot(timed["seconds"], [at + 0.27] * len(timed), linestyle="none", marker="|", markersize=13,
                  markeredgewidth=2, color=colour, rasterized=many, gid=MARK)
    axes.set_xlabel("time" + (f" ({same} in every line)" if same else ""))
    return drawn


def point_table(rows, repeated):
    """Every dot and bar of the figure."""
    keys = ["run", "status"] + PANEL_KEYS + LINE_KEYS
    dots = repeated.merge(rows[keys], on="run").assign(point="repetition")
    bars = rows.assign(point="median")
    wanted = keys + ["point", "repetition", "seconds", "seconds_low", "seconds_high", "seconds_interval",
                     "nominal_rate", "edges", "executed_edges"]
    return pd.concat([bars.reindex(columns=wanted), dots.reindex(columns=wanted)], ignore_index=True)


def make(results):
    runs = results.runs
    rows = runs[~runs["engine"].isin(NO_ENGINE) & (runs["seconds"].notna() | (runs["status"] != "ok"))]
    needed = {"run", "status", "seconds", "seconds_low", "seconds_high", "seconds_interval", "nominal_rate", "edges",
              "executed_edges", *PANEL_KEYS, *LINE_KEYS}
    rows = rows[[name for name in rows.columns if name in needed]]
    rows = rows.assign(seconds=rows["seconds"].where(rows["status"] == "ok"))
    sound = set(rows[rows["status"] == "ok"]["run"])
    repeated = repetitions(results.samples)
    repeated = repeated[repeated["run"].isin(sound)]
    figure = Figure("engine-times", data=point_table(rows, repeated))
    if rows["seconds"].notna().sum() == 0:
        figure.notes.append("No row that is ok has a time.")
        return figure
    engines = Style(rows["engine"])
    with settings():
        for key, panel in rows.groupby(PANEL_KEYS, sort=False, dropna=False):
            if panel["seconds"].notna().sum() == 0:
                figure.notes.append(f"No engine has a time for {key[0]}, track {key[3] or 'not stated'}.")
                continue
            keys = ["engine"] + [key for key in varying(panel, LINE_KEYS) if key != "engine"]
            dots = dict(list(repeated.merge(panel[["run", *LINE_KEYS]], on="run").groupby(LINE_KEYS, sort=False)))
            by_line = [(label(part.iloc[0], keys), part, dots.get(line, repeated.head(0)))
                       for line, part in panel.groupby(LINE_KEYS, sort=False)]
            by_line.sort(key=lambda line: line[1]["seconds"].min() if line[1]["seconds"].notna().any() else math.inf)
            inputs = f"{key[1]} ({whole(key[2])})" if pd.notna(key[2]) else key[1]
            title = f"{key[0]} · {inputs or 'inputs not stated'} · track {key[3] or 'not stated'}"
            times = list(panel["seconds"].dropna()) + [second for part in dots.values() for second in part["seconds"]]
            if len(by_line) > MOST_LINES:
                figure.notes.append(f"{title}: the {MOST_LINES} fastest of {len(by_line)} lines are drawn; "
                                    "all are in the data.")
            best = by_line[0]
            alt = (f"Dot plot of times, {title}: {counted_noun(len(by_line), 'line')}; the fastest is {best[0]} with "
                   f"{measured_words(best[1])}.")
            drawn = draw_panel(by_line[:MOST_LINES], engines, plain.padded([time for time in times if time > 0]),
                               label(panel.iloc[0], [key for key in LINE_KEYS if key not in keys]))
            figure.add(title, drawn, alt)
    bare = sound - set(repeated["run"]) - set(rows[rows["seconds"].isna()]["run"])
    if bare:
        figure.notes.append(f"{counted_noun(len(bare), 'row')} without single repetitions in /samples: "
                            "only the median is drawn.")
    figure.legend = [
        ("Engine", [(swatch(engines.colour(name), marker="o"), name) for name in engines.names]),
        ("Marks", [(swatch(marker="o"), "one repetition"), (swatch(marker="|"), "median of a row"),
                   (swatch(dashes=()), "its interval")]),
    ]
    return figure
