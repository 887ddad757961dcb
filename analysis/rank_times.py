#!/usr/bin/env python3
"""rank_times: the picture of what `sparsio rank_times` predicts of ranks that compute one network together.

    build/release/sparsio rank_times --network SPEC --partitioner twins --json > one.json
    python3 analysis/rank_times.py one.json another.json ... --out rank_times.png

A panel for each network, size of message and what is known of messages; in it milliseconds of a panel of inputs over
ranks. Colours are work, exchange, both after one another and both at once, dashes are partitioners. A ring is around
the total where the latency of messages alone exceeds work, whatever the bandwidth; lines that are not seen lie beneath
the total. All is predicted; nothing here was timed. The PNG has an SVG beside it.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import output_file
from command_line import BadInput, Parser
from required_modules import require

QUANTITIES = {"work_seconds": "work", "exchange_seconds": "exchange", "seconds": "total",
              "seconds_overlapped": "overlapped"}
FIXED = ("network", "partitioner", "panel", "messages")


def read(path):
    """What the command said, as it said it; BadInput if it is something else."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        names = {*QUANTITIES, "parts", "latency_exceeds_work"}
        complete = all(name in told for name in FIXED) and told["predicted"] and all(
            names <= row.keys() for row in told["predicted"])
    except OSError as error:
        raise BadInput(path, f"cannot be read ({error.strerror})", "give what `sparsio rank_times` wrote") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        complete = False
    if not complete:
        raise BadInput(path, "is no prediction of ranks", "give what `sparsio rank_times --json` wrote")
    return told


def table_of(told):
    """A row for each number of ranks and quantity of all predictions."""
    import pandas as pd

    rows = [{**{name: one[name] for name in FIXED}, "ranks": row["parts"], "quantity": word,
             "milliseconds": 1e3 * row[name], "latency_exceeds_work": row["latency_exceeds_work"] == "yes"}
            for one in told for row in one["predicted"] for name, word in QUANTITIES.items()]
    return pd.DataFrame(rows)


def title_of(network, panel, messages):
    name, _, options = network.partition(":")
    return f"{name} {options.replace(',', ', ')}\npanel {panel}, messages {messages}"


def make(table, plot_of):
    from experiment import short_names
    from figures import axes as plain

    table = table.assign(partitioner=short_names(table["partitioner"]))
    shown = table[table["milliseconds"] > 0]  # a rank alone exchanges nothing, and has no place on a log axis
    panels = list(shown.groupby(["network", "panel", "messages"], sort=False))
    plot = plot_of([title_of(*of) for of, _ in panels], QUANTITIES.values(), table["partitioner"],
                   abreast=min(2, len(panels)))
    for spare in plot.panels[len(panels):]:
        spare.remove()
    plot.panels = plot.panels[:len(panels)]
    for axes, (_, panel) in zip(plot.panels, panels):
        plot.lines(axes, panel, "ranks", "milliseconds", "quantity", "partitioner")
        ringed = panel[panel["latency_exceeds_work"] & (panel["quantity"] == "total")]
        axes.plot(ringed["ranks"], ringed["milliseconds"], linestyle="none", marker="o", markersize=10,
                  markerfacecolor="none", markeredgecolor=plot.ink, markeredgewidth=0.9, gid="ring")
        ranks = sorted(panel["ranks"].unique())
        plot.log_x(axes, ranks)
        axes.set_xticks(ranks, [f"{number}" for number in ranks], fontsize=9)
        plain.log_axis(axes.yaxis, axes.set_yscale, plain.padded(list(shown["milliseconds"])))
    plot.finish("ranks (ring: latency alone exceeds work)", "milliseconds, predicted")
    for axes in plot.panels[::plot.abreast]:
        axes.set_ylabel("milliseconds, predicted")
    return plot


def main(given=None):
    parser = Parser(prog="rank_times.py", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("predictions", type=Path, nargs="+", help="what `sparsio rank_times --json` wrote")
    parser.add_argument("--out", type=Path, required=True, help="the PNG; an SVG goes beside it")
    options = parser.parse_args(given)
    require(("numpy", "pandas", "matplotlib"), "rank_times.py")
    try:
        if options.out.suffix != ".png":
            raise BadInput(options.out, "is no PNG", "give --out a name that ends in .png")
        for path in (options.out, options.out.with_suffix(".svg")):
            output_file.check(path, options.predictions)
        from family_plot import Strip

        make(table_of([read(path) for path in options.predictions]), Strip).save(options.out)
    except BadInput as error:
        print(f"rank_times.py: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"rank_times.py: {options.out}: cannot be written ({error.strerror}); give another --out",
              file=sys.stderr)
        return 1
    output_file.say(options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
