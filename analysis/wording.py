"""wording: how numbers and sources are said.

Predicted, simulated and measured are three different words. `predicted` is what the I/O model says, `simulated` what a
program that imitates a cache counted (ours or callgrind), `measured` what the machine's own counters or clock said. A
number that is not there is an en dash with the reason, never 0.
"""

import math
import os

MISSING = "\N{EN DASH}"
SPACE = "\N{NARROW NO-BREAK SPACE}"
SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

# What a count's source lets us call it.
SOURCE_WORDS = {
    "simulated": "simulated",
    "callgrind": "simulated by callgrind",
    "papi": "measured by papi",
}


def readable(name):
    """The name of a file for a page: what of it is not UTF-8 stands as the sign for that."""
    return os.fsencode(name).decode("utf-8", "replace")


def source_word(source):
    """"simulated" or "measured by papi"; an unknown source is named and not vouched for."""
    if not source:
        return "counted (source not stated)"
    return SOURCE_WORDS.get(source, f"counted by {source}")


def is_missing(value):
    return value is None or value == "" or (isinstance(value, float) and math.isnan(value))


def whole(value):
    """A count, exact, in groups of three."""
    if is_missing(value):
        return MISSING
    if math.isinf(value):
        return "∞"
    if value != int(value):
        return significant(value)
    return f"{int(value):,}".replace(",", SPACE)


def significant(value, digits=3):
    """Three significant digits in plain notation where that is short, else m×10ⁿ."""
    if is_missing(value):
        return MISSING
    if math.isinf(value):
        return "∞"
    if value == 0 or 1e-3 <= abs(value) < 1e5:
        decimals = digits - 1 - (math.floor(math.log10(abs(value))) if value else 0)
        return f"{value:.{max(0, decimals)}f}"
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    return f"{mantissa}×10{str(int(exponent)).translate(SUPERSCRIPT)}"


def scaled(value, unit, scales):
    if is_missing(value):
        return MISSING
    for factor, prefix in scales:
        if abs(value) >= factor:
            return f"{significant(value / factor)}{SPACE}{prefix}{unit}"
    factor, prefix = scales[-1]
    return f"{significant(value / factor)}{SPACE}{prefix}{unit}"


def seconds(value):
    return scaled(value, "s", ((1, ""), (1e-3, "m"), (1e-6, "µ"), (1e-9, "n")))


def interval(low, high):
    """"71.4 ms to 73.1 ms"."""
    return MISSING if is_missing(low) or is_missing(high) else f"{seconds(low)} to {seconds(high)}"


def rate(value):
    """Connections a second; the caller says on which track, and whether nominal or executed."""
    return scaled(value, "/s", ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1, "")))


def size(value):
    """Bytes; without digits after the point where there is nothing after it."""
    if is_missing(value):
        return MISSING
    scales = ((2**30, "Gi"), (2**20, "Mi"), (2**10, "Ki"), (1, ""))
    unit, prefix = next((scale for scale in scales if value >= scale[0]), scales[-1])
    return (whole if value % unit == 0 else significant)(value / unit) + f"{SPACE}{prefix}B"


def percent(part, digits=1):
    return MISSING if is_missing(part) else f"{100 * part:.{digits}f}{SPACE}%"


def factor(value):
    return MISSING if is_missing(value) else f"{significant(value)}×"


def counted_noun(number, noun):
    """"1 row", "3 rows"."""
    return f"{whole(number)} {noun}" + ("" if number == 1 else "s")


def listed(items):
    """"a", "a and b", "a, b and c"."""
    items = [str(item) for item in items]
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " and " + items[-1] if items else "none"
