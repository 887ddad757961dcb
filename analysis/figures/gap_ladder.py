"""gap_ladder: where a gap between the model and the machine arises.

A panel for each level and kind of traffic; a line for each step between neighbouring rungs (ladder.py), every case a
dot at the ratio of the rung to the one below it. What a step adds stands in its own line, so that a miss can be laid to
the granularity of lines, the line model, the engine's trace, the program or the machine.
"""

import columns
import ladder
from figures import strips
from figures.drawing import Figure, settings, swatch
from wording import SOURCE_WORDS

NAMES = {"model words": "model words", "model lines": "model lines", "predicted": "predicted lines",
         "simulated": SOURCE_WORDS["simulated"], "callgrind": SOURCE_WORDS["callgrind"],
         "measured": SOURCE_WORDS["papi"]}
COLOURS = {"model lines": 4, "predicted": 0, "simulated": 2, "callgrind": 3, "measured": 1}


def make(results):
    from figures.drawing import SERIES

    found = ladder.gaps(results.runs)
    found = found[(found["gap"] > 0) & (found["lines_below"] > 0)]
    figure = Figure("gap-ladder", data=found)
    if found.empty:
        figure.notes.append("No row has lines on two rungs.")
        return figure
    with settings():
        for (level, traffic), panel in found.groupby(["level", "traffic"], sort=False):
            lines, said = [], []
            for rung in ladder.RUNGS[1:]:
                for below in ladder.RUNGS:
                    part = panel[(panel["rung"] == rung) & (panel["below"] == below)]
                    if part.empty:
                        continue
                    name = f"{NAMES[below]} → {NAMES[rung]}"
                    lines.append((name, "", part["gap"], SERIES[COLOURS[rung]], False))
                    said.append(f"{name}: {strips.words_of(part['gap'])}")
            place = "M, the row's memory" if level == "memory" else columns.LEVELS[level]
            title = f"{place}: " + ("misses (reads, fills)" if traffic == "misses" else "write-backs")
            figure.add(title, strips.draw(lines, "a rung over the one below it"),
                       f"Strip plot of the steps from the model to the machine, {title}. " + "; ".join(said) + ".")
    steps = [rung for rung in ladder.RUNGS[1:] if (found["rung"] == rung).any()]
    figure.legend = [("What a step adds", [(swatch(SERIES[COLOURS[rung]], marker="o"),
                                            f"to {NAMES[rung]}: {ladder.CAUSES[rung]}") for rung in steps])]
    return figure
