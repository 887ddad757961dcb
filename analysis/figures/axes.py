"""axes: ticks in plain text.

matplotlib's log labels are mathematics set in pieces, which a page's own font tears apart; these are ordinary words
("200", "2×10⁶"), few enough not to touch on a phone.
"""

import math

from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from wording import SUPERSCRIPT


def tick_text(value, _=None):
    if value <= 0:
        return "0"
    exponent = math.floor(math.log10(value) + 1e-9)
    if -3 <= exponent < 5:
        return f"{value:.10g}"
    mantissa = value / 10**exponent
    power = f"10{str(exponent).translate(SUPERSCRIPT)}"
    return power if abs(mantissa - 1) < 1e-6 else f"{mantissa:.3g}×{power}"


def log_ticks(low, high, most=7):
    """Round values in [low, high]: whole decades if there are enough, else 1-3 or 1-2-5, else even steps."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    for mantissas in ((1,), (1, 3), (1, 2, 5)):
        ticks = [m * 10.0**e for e in range(first, last + 1) for m in mantissas if low <= m * 10.0**e <= high]
        if len(ticks) >= 3:
            return ticks[::math.ceil(len(ticks) / most)]
    ticks = MaxNLocator(nbins=4, steps=[1, 2, 5, 10]).tick_values(low, high)
    return [float(tick) for tick in ticks if low <= tick <= high]


def log_axis(axis, set_scale, limits, most=7):
    """`axis` logarithmic over `limits`, with few plain labels."""
    set_scale("log")
    axis.axes.set(**{f"{axis.axis_name}lim": limits})
    axis.set_major_locator(FixedLocator(log_ticks(*limits, most=most)))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(tick_text))


def padded(values, share=0.06, least=1.25):
    """Limits around positive `values` on a log axis, with some air never narrower than a factor `least` each way."""
    low, high = min(values), max(values)
    air = max((high / low) ** share, 1.08)
    if high / low < least:
        air = least
    return low / air, high * air


def apart(values, limits, share=0.17):
    """Those of the ascending `values` that stand far enough from the one before for their names not to touch."""
    kept = []
    for value in values:
        if not kept or math.log(value / kept[-1]) >= share * math.log(limits[1] / limits[0]):
            kept.append(value)
    return kept
