"""engine_rates: what the figures of rates have in common.

A rate is of useful connections: inputs x connections of the network over the median of the timed runs, whatever else an
engine multiplies; a dense product's zeros count nothing. Each engine stands at its best panel, as a user would set it.
The share is of the multiply-adds a second that `sparsio calibrate` measured on the machine of the file with as many
threads; a file without a calibration has rates and no shares. Colours belong to engines in all figures; what Sparsio
brings is a full line, what a user has without it a dashed one.
"""

import pandas as pd
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

import calibration
from cases import NO_ENGINE
from experiment import short_names
from figures import axes as plain
from figures.drawing import Style, settings

OURS = ("row_pairs", "csr", "twin_tiles", "latency", "connection_list", "reference", "data_parallel", "auto")
FIRST = ("row_pairs", "csr", "twin_tiles", "latency", "dense", "eigen", "xnnpack", "auto")  # a colour each
SIDES = ("Sparsio", "others")
KEPT = ["network", "network_connections", "input_count", "threads_used", "engine", "engine_used", "side", "panel_used",
        "timed_runs", "seconds", "nominal_rate", "rate", "peak", "share_of_peak", "panels"]
RATE = "useful connections, 10⁹ a second"
PEAK = "measured peak"
SAID = ("measured: useful connections a second (zeros that a dense product multiplies count nothing), the median of "
        "the timed runs, each engine at its best panel.")


class Engines(Style):
    """The engines that there are, ours before the others, each with the colour that it has in every figure."""

    def __init__(self, names):
        super().__init__(names)
        further = [name for name in self.names if name not in FIRST]
        self.place = {name: at for at, name in enumerate([*FIRST, *further])}
        self.names.sort(key=lambda name: (side(name) != SIDES[0], self.place[name]))


class Sides(Style):
    """Sparsio first, each with the same line in every figure, also where the other is not there."""

    def __init__(self, names):
        super().__init__(names)
        self.place = {name: at for at, name in enumerate(SIDES)}
        self.names.sort(key=self.place.get)


def side(engine):
    return SIDES[0] if engine.partition(":")[0] in OURS else SIDES[1]


def at_best_panel(results, by=()):
    """A row for each engine and number of threads on each network and number of inputs: the fastest of its panels.
    Only what executes every connection (track general) is compared; BadResults if there is none."""
    from results_file import BadResults

    runs = results.runs
    found = runs[(runs["status"] == "ok") & ~runs["engine"].isin(NO_ENGINE) & (runs["nominal_rate"] > 0)
                 & runs["track"].isin(["general", ""])]
    if found.empty:
        raise BadResults(results.path, "has no row with a rate on track general",
                         f"run `sparsio run configs/{results.path.stem}.toml`")
    found = found.assign(engine=short_names(found["engine"]), rate=found["nominal_rate"] / 1e9)
    found["side"] = [side(engine) for engine in found["engine"]]
    by = ["network", "input_count", "threads_used", "engine"]
    groups = found.groupby(by, sort=True)
    best = found.loc[groups["nominal_rate"].idxmax()].assign(panels=groups.size().to_numpy())
    best["peak"] = [calibration.fma_peak(results.provenance, threads) for threads in best["threads_used"]]
    best["share_of_peak"] = best["nominal_rate"] / best["peak"]
    return best.reindex(columns=KEPT).reset_index(drop=True)


def plot(plot_of, titles, table, height=3.6):
    """A Plot with a panel a title, its colours and lines those of the engines in `table`."""
    made = plot_of(titles, Engines(table["engine"]), Sides(table["side"]), headings=("Engine", "Whose"), height=height)
    made.said = SAID
    return made


def ticks(axes, values, text=plain.tick_text):
    """Of `values` those within the horizontal axis as its labels."""
    low, high = axes.get_xlim()
    there = [value for value in values if low <= value <= high]
    axes.set_xticks(there, [text(value) for value in there])


def percent_axis(axes, peak):
    """The share of the peak, right of a panel whose rates are in 10⁹ a second."""
    with settings():  # its colour becomes the page's
        right = axes.secondary_yaxis("right", functions=(lambda rate: 100e9 * rate / peak,
                                                         lambda share: share * peak / 100e9))
    right.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{plain.tick_text(float(f'{share:.3g}'))} %"))
    right.spines["right"].set_visible(True)
    if axes.get_yscale() == "log":
        shares = [100e9 * rate / peak for rate in axes.get_ylim()]  # its own limits are set when it is drawn
        right.yaxis.set_major_locator(FixedLocator(plain.log_ticks(*shares)))
        right.yaxis.set_minor_locator(NullLocator())
    return right


def peak_of(table):
    """The peak of rows that have one and the same; None otherwise."""
    peaks = table["peak"].dropna().unique()
    return float(peaks[0]) if len(peaks) == 1 else None


def peak_line(made, axes, table):
    """The measured peak as a line, shares on the right."""
    peak = peak_of(table)
    if peak is not None:
        made.bound(axes, peak / 1e9, PEAK, (7, 3))
    return peak


def finish(made, table, label, scale="linear"):
    """Scales of rates, alike in all panels, from 0 or logarithmic; shares on the right where the peak is known."""
    peak = peak_of(table)
    rates = pd.concat([table["rate"], table["peak"].dropna() / 1e9])
    for axes in made.panels:
        if scale == "log":
            plain.log_axis(axes.yaxis, axes.set_yscale, plain.padded(rates))
        else:
            axes.set_ylim(0, 1.06 * rates.max())
        if peak is not None:
            percent_axis(axes, peak)
    made.finish(label, RATE + ("\n(right: share of the peak)" if peak else ""))
    return made, table
