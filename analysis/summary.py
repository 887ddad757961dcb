"""summary: the headline numbers, in one paragraph.

Each sentence is made of numbers that stand in the page below, and says which row they belong to.
"""

from cases import label, varying
from comparison import within_tenth, within_twice
from points import of
from wording import counted_noun, factor, listed, percent, rate, seconds, whole


def statuses(runs):
    counts = runs["status"].value_counts()
    if set(counts.index) == {"ok"}:
        return f"{counted_noun(len(runs), 'case')}, all ok."
    return f"{counted_noun(len(runs), 'case')}: " + listed([f"{number} {status or 'without a status'}"
                                                            for status, number in counts.items()]) + "."


def least_data(runs):
    """For each network the schedule nearest to the lower bound; more than four networks would be no headline."""
    sentences = []
    for network, rows in list(runs.dropna(subset=["ratio"]).groupby("network", sort=False))[:4]:
        best = rows.loc[rows["ratio"].idxmin()]
        memory = f" at M = {whole(best['memory_values'])} values" if best["memory_values"] > 0 else ""
        sentences.append(f"On {network} the best schedule, {label(best, ('order', 'policy'))}{memory}, "
                         f"moves {factor(best['ratio'])} the lower bound.")
    return sentences


def predictions(results):
    """One sentence for misses, level M first if it is there; simulated and measured apart."""
    found = of(results)
    found = found[found["traffic"] == "misses"]
    sentences = []
    for word, part in found.groupby("counted_by", sort=False):
        sentences.append(f"Of {counted_noun(len(part), 'miss count')} {word}, "
                         f"{percent(within_tenth(part).mean(), 0)} lie within 10 % of the predicted and "
                         f"{percent(within_twice(part).mean(), 0)} within a factor of two.")
    return sentences or ["No predicted number of lines could be set against a counted one."]


def within(row):
    """", between 71.4 ms and 73.1 ms with confidence 0.95"; or that there are too few runs to say."""
    if row["seconds_low"] != row["seconds_low"]:
        return f" of {counted_noun(row['timed_runs'], 'run')}, too few for an interval" if row["timed_runs"] > 0 else ""
    return (f", between {seconds(row['seconds_low'])} and {seconds(row['seconds_high'])} "
            f"with confidence {row['confidence']}")


def fastest(runs):
    """The fastest row of each track; tracks are never compared."""
    sentences = []
    timed = runs[(runs["status"] == "ok")].dropna(subset=["nominal_rate"])
    for track, rows in timed.groupby("track", sort=False):
        best = rows.loc[rows["nominal_rate"].idxmax()]
        executed = best["executed_edges"] / best["edges"]
        share = f", executing {percent(executed, 0)} of the edges" if executed == executed else ""
        who = label(best, ("engine", "order", "panel", "threads", *varying(rows, ("ranks", "driver"))))
        sentences.append(f"On track {track or 'not stated'} the highest nominal rate is {rate(best['nominal_rate'])} "
                         f"by {who} on {best['network']} "
                         f"({seconds(best['seconds'])}{within(best)}{share}).")
    return sentences


def sentences(results):
    runs = results.runs
    if runs.empty:
        return ["The file holds no cases yet."]
    counted_not = int(runs["misses_status"].str.startswith("unavailable").sum())
    last = [f"Counts were unavailable in {counted_noun(counted_not, 'row')}."] if counted_not else []
    return [statuses(runs)] + least_data(runs) + predictions(results) + fastest(runs) + last
