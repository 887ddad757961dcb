"""machine_card: on what and with what the numbers were made.

Numbers without a machine are hearsay. The card has what a reader asks first; everything else that the file knows of its
origin follows, folded away, word for word.
"""

import columns
from wording import MISSING, counted_noun, listed, size, source_word, whole

# What the card takes from /provenance: (heading, names that it may have there).
ENTRIES = (
    ("Processor", ("host.cpu", "machine.cpu")),
    ("Host", ("host.name",)),
    ("System", ("host.system", "host.os", "host.kernel")),
    ("Compiler", ("build.compiler",)),
    ("Compiler flags", ("build.flags",)),
    ("Build", ("build.type",)),
)
CHANGED = {"1": True, "true": True, "yes": True, "dirty": True,
           "0": False, "false": False, "no": False, "clean": False}  # git.dirty
LONG = 160  # characters from which a value is folded away


def facts(provenance, name):
    """All values of a fact. Merged and resumed results may have several: name, name#2, name#3."""
    found = [provenance.get(name, "")]
    while (more := f"{name}#{len(found) + 1}") in provenance:
        found.append(provenance[more])
    return [value for value in found if value]


def distinct(runs, name):
    """"generated (12 rows)" for each value; without counts if there is one only."""
    counts = runs[name][runs[name] != ""].value_counts(sort=False)
    if len(counts) == 1 and counts.iloc[0] == len(runs):
        return [counts.index[0]]
    return [f"{value} ({counted_noun(number, 'row')})" for value, number in counts.items()]


def caches(runs):
    """"L1 32 KiB, L2 2 MiB", for each set of sizes that occurs, with how the config asked for them."""
    found = []
    names = [f"{level}_bytes" for level in columns.CACHES]
    for sizes, rows in runs.groupby(names, dropna=False, sort=False):
        known = [f"{level.upper()} {size(value)}" for level, value in zip(columns.CACHES, sizes) if value == value]
        asked = sorted({value for value in rows["caches"] if value})
        found.append((", ".join(known) or "no cache size known") + (f" (caches: {listed(asked)})" if asked else ""))
    return found


def memories(runs):
    """"L1: 32 KiB, 8 192 values, source hwloc" for each memory of the sweep."""
    names = ["memory", "memory_bytes", "memory_values", "memory_source"]
    found = []
    for memory, held, values, source in runs[names].drop_duplicates().itertuples(index=False, name=None):
        words = [size(held)] if held == held else []
        words += [f"{whole(values)} values"] if values == values else ["values unknown"]
        words += [f"source {source}" if source else "source not stated"]
        found.append(f"{memory or 'memory not stated'}: " + ", ".join(words))
    return found


def revision(results):
    stated = listed(facts(results.provenance, "git.revision") or distinct(results.runs, "revision"))
    changed = [CHANGED.get(word.strip().lower()) for word in facts(results.provenance, "git.dirty")]
    if stated == "none":
        return ""
    if True in changed:
        return f"{stated}, {'dirty' if all(changed) else 'in part dirty'}: built from changed files"
    if False in changed and None not in changed:
        return f"{stated}, clean"
    return f"{stated} (whether clean is not known)" if "dirty" not in stated else stated


def dates(runs):
    started = sorted(text for text in runs["started"] if text)
    if not started:
        return []
    return [started[0] if started[0] == started[-1] else f"{started[0]} to {started[-1]}"]


def inputs(runs):
    """Official inputs come from a file; generated ones must not be taken for them."""
    words = {"generated": "generated, not the official ones", "file": "read from a file"}
    found = runs[["inputs", "inputs_origin"]].drop_duplicates().itertuples(index=False, name=None)
    return [f"{name}: {words.get(origin, origin or 'origin not stated')}" for name, origin in found if name or origin]


def threads(runs):
    used = sorted({int(value) for value in runs["threads_used"].dropna()})
    return [f"used: {listed(used)}"] if used else []


def counts(runs):
    """Where each row's counts come from, or why it has none."""
    return [f"{source} {status}".strip() if status.startswith("unavailable") else "not asked for" if source == "none"
            else source_word(source) if source else ""
            for source, status in zip(runs["misses_source"], runs["misses_status"])]


def card(results):
    """[(heading, [lines])], every heading always there."""
    runs, provenance = results.runs, results.provenance
    entries = [(heading, [value for name in names for value in facts(provenance, name)]) for heading, names in ENTRIES]
    entries[1] = ("Host", entries[1][1] or distinct(runs, "host"))
    entries += [
        ("Revision", [revision(results)] if revision(results) else []),
        ("Started", dates(runs)),
        ("Caches", caches(runs)),
        ("Memory chosen", memories(runs)),
        ("Inputs", inputs(runs)),
        ("Threads", threads(runs)),
        ("Binding", distinct(runs, "binding")),
        ("SIMD", distinct(runs, "simd")),
        ("Counts", distinct(runs.assign(counts=counts(runs)), "counts")),
    ]
    return [(heading, lines or [f"{MISSING} not recorded"]) for heading, lines in entries]


def warnings(runs):
    return distinct(runs, "warnings")


def provenance(results):
    """(short, long): (name, text) pairs for a table, and those that need a fold of their own."""
    items = list(results.provenance.items())
    short = [item for item in items if len(item[1]) <= LONG and "\n" not in item[1]]
    return short, [item for item in items if item not in short]
