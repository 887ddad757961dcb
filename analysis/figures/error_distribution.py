"""error_distribution: counted over predicted lines, for each level and scheduler.

The scatter shows sizes; this shows errors. One panel for each level and source of the count, a line for each scheduler
(engine and order), every case a dot. Misses only: write-backs are in the table below.
"""

import columns
from points import of
from figures import strips
from figures.drawing import Figure, Style, settings, swatch

MOST_LINES = 24


def make(results):
    found = of(results)
    found = found[(found["traffic"] == "misses") & (found["predicted"] > 0) & (found["counted"] > 0)]
    found = found.assign(ratio=found["counted"] / found["predicted"])
    figure = Figure("error-distribution", data=found.drop(columns=["deviation"]))
    if found.empty:
        figure.notes.append("No row has both a predicted and a counted number of lines.")
        return figure
    orders = Style(found["order"])
    ranks = {level: rank for rank, level in enumerate(columns.LEVELS)}
    with settings():
        for (level, word), panel in sorted(found.groupby(["level", "counted_by"], sort=False),
                                           key=lambda kind: ranks[kind[0][0]]):
            lines = []
            for (engine, order), part in panel.groupby(["engine", "order"], sort=True):
                ratios = part["ratio"]
                lines.append((f"{engine} · {order}" if order else engine, "", ratios, orders.colour(order),
                              (part["trust"] != "").any()))
            lines.sort(key=lambda line: abs(line[2].median() - 1))
            name = "M, the row's memory" if level == "memory" else columns.LEVELS[level]
            title = f"{name}: misses {word}, over the predicted"
            if len(lines) > MOST_LINES:
                figure.notes.append(f"{title}: the {MOST_LINES} schedulers farthest from 1 of {len(lines)} are drawn.")
                lines = lines[-MOST_LINES:]
            worst = lines[-1]
            figure.add(title, strips.draw(lines, f"{word} / predicted"),
                       f"Strip plot, {title}: {len(panel)} cases of {len(lines)} schedulers; farthest from 1 in the "
                       f"median is {worst[0]}, {strips.words_of(worst[2])}.")
    figure.legend = [("Marks", [(swatch(marker="o"), "one case"), (swatch(marker="|"), "median"),
                                (swatch(band=True), "within 10 %")])]
    return figure
