#!/usr/bin/env python3
"""ranks: one network on several ranks that divide its rows, by partitioner.

A row of panels a network: words that cross between ranks for an input, by how much the slowest rank of each layer has
more work than the mean, how many times faster the ranks are than one, and the share of the time that the slowest of
them exchanges. A ring around a point of the speed-up says that a rank's weights fit in its L2: in-cache ranks
gain twice, by being several and by what each holds. Beyond the processors of the machine (dotted) ranks take turns on
them, and their times say nothing.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import pandas as pd

from experiment import command, short_names, without
from figures import axes as plain
from figures.drawing import Style

PARTITIONERS = ("contiguous", "random", "twins", "joint", "zoltan")  # a colour each in every figure
DRIVERS = ("model", "hybrid")
WEIGHT_BYTES = 8  # a float and an index
ONE = ["network", "inputs", "engine", "panel_used"]
COLUMNS = ["network", "driver", "partitioner", "ranks", "input_count", "words", "words_max", "receive_max", "messages",
           "pairs", "imbalance", "lower_words", "words_gap", "rank_bytes", "l2_bytes", "in_cache", "timed_runs",
           "seconds", "speed_up", "exchange_seconds", "exchange_share", "memory_max", "memory_sum",
           "processors", "oversubscribed"]
SAID = ("counted: words between ranks for an input; measured: the median of the timed runs over that of one rank, and "
        "the time in the exchange on the rank that spent most over that of the same run. A ring: the weights of a rank fit in its L2.")
IN_CACHE = "weights of a rank fit in its L2"
IDEAL = "as many times as ranks"


class Known(Style):
    """Names with the same place in every figure; further ones behind."""

    def __init__(self, names, known):
        super().__init__(names)
        further = [name for name in self.names if name not in known]
        self.place = {name: at for at, name in enumerate([*known, *further])}
        self.names.sort(key=self.place.get)


def parts_of(driver, ranks):
    """Ranks that divide the rows of one input: all of `model`, those of a group of `hybrid`."""
    kind, _, options = driver.partition(":")
    return ranks if kind == "model" else min(ranks, int(options.rpartition("model=")[2] or 2))


def last_run(results):
    """Seconds of each row's last timed run, by run: exchange_seconds is of that one."""
    whole = results.samples.dropna(subset=["seconds"]).sort_values(["run", "repetition", "rank", "thread"])
    return whole.drop_duplicates(["run", "repetition"]).groupby("run")["seconds"].last()  # all ranks have number -1


def points(results):
    """A row for each case of ranks that divided rows; BadResults if there is none."""
    from results_file import BadResults

    runs = results.runs
    kinds = runs["driver"].str.partition(":")[0]
    found = runs[kinds.isin(DRIVERS) & (runs["status"] == "ok") & runs["words"].notna() & runs["seconds"].notna()]
    if found.empty:
        raise BadResults(results.path, "has no row of ranks that divide rows",
                         f"run `mpirun -n 8 sparsio run configs/{results.path.stem}.toml`")
    found = found.assign(ranks=pd.to_numeric(found["ranks"]).astype(int), spec=found["driver"],
                         driver=kinds[found.index], partitioner=short_names(found["partitioner"]))
    parts = pd.Series([parts_of(row.spec, row.ranks) for row in found.itertuples()], index=found.index)
    one = found[found["ranks"] == 1].groupby(ONE)["seconds"].median()
    found = found.join(one.rename("one"), on=ONE)
    processors = pd.to_numeric(results.provenance.get("host.processors", "nan"), errors="coerce")
    found = found.assign(speed_up=found["one"] / found["seconds"],
                         exchange_share=found["exchange_seconds"] / found["run"].map(last_run(results)),
                         rank_bytes=WEIGHT_BYTES * found["network_connections"] / parts, processors=processors,
                         oversubscribed=found["ranks"] > processors)
    found["in_cache"] = found["rank_bytes"] <= found["l2_bytes"]
    return found.sort_values(["network_connections", "network", "driver", "partitioner", "ranks"]).reindex(
        columns=COLUMNS).reset_index(drop=True)


def draw_speed_up(plot, axes, panel, ranks):
    plot.lines(axes, panel, "ranks", "speed_up", "partitioner", "driver")
    if len(ranks) > 1:
        axes.plot(ranks, ranks, color=plot.ink, linewidth=1, linestyle=(0, (1, 2)))
        plot.name_bound(IDEAL, (1, 2))
    fits = panel[panel["in_cache"] & panel["speed_up"].notna()]
    axes.plot(fits["ranks"], fits["speed_up"], linestyle="none", marker="o", markersize=10, markerfacecolor="none",
              markeredgecolor=plot.ink, markeredgewidth=0.8)
    seen = [*panel["speed_up"].dropna(), 1, max(ranks)]
    plain.log_axis(axes.yaxis, axes.set_yscale, plain.padded(seen))


def make(results, plot_of):
    table = points(results)
    networks = list(dict.fromkeys(table["network"]))
    ranks = sorted(table["ranks"].unique())
    whats = ("words", "imbalance", "speed-up", "exchange")
    plot = plot_of([f"{without(network, 'seed')}\n{what}" for network in networks for what in whats],
                   Known(table["partitioner"], PARTITIONERS), Known(table["driver"], DRIVERS),
                   headings=("Partitioner", "Driver"), abreast=len(whats))
    plot.said = SAID
    processors = table["processors"].iloc[0]
    for at, network in enumerate(networks):
        words, imbalance, speed_up, exchange = plot.panels[len(whats) * at:len(whats) * (at + 1)]
        panel = table[table["network"] == network]
        plot.lines(words, panel[panel["ranks"] > 1], "ranks", "words", "partitioner", "driver")
        plot.lines(imbalance, panel.assign(percent=100 * panel["imbalance"]), "ranks", "percent", "partitioner", "driver")
        draw_speed_up(plot, speed_up, panel, ranks)
        plot.lines(exchange, panel.assign(percent=100 * panel["exchange_share"]), "ranks", "percent", "partitioner",
                   "driver")
        words.set_ylim(bottom=0)
        imbalance.set_ylim(0, max(5, 1.08 * imbalance.get_ylim()[1]))
        exchange.set_ylim(0, 100)
        for axes in (words, imbalance, speed_up, exchange):
            plain.log_axis(axes.xaxis, axes.set_xscale, plain.padded(ranks))
            axes.set_xticks(ranks, [f"{number}" for number in ranks])
        if processors < max(ranks):
            for axes in (speed_up, exchange):
                plot.mark(axes, processors, "processors")
    plot.finish("ranks", "", one_scale=False)
    for at in range(len(networks)):
        for axes, label in zip(plot.panels[len(whats) * at:], ("words an input", "slowest rank over\nthe mean, + %",
                                                               "times one rank\n(ring: weights fit in L2)",
                                                               "share of the time\nin the exchange, %")):
            axes.set_ylabel(label)
    return plot, table


if __name__ == "__main__":
    sys.exit(command(__file__, make))
