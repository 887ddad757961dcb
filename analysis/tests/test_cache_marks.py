"""Where the caches stand on the memory axis, and the ticks of the axes."""

import pandas as pd
import pytest

from figures.axes import log_ticks, tick_text
from figures.io_against_memory import cache_marks


def runs(*rows):
    return pd.DataFrame(rows, columns=["panel", "l1_bytes", "l2_bytes", "l3_bytes"])


def test_a_cache_holds_its_bytes_over_four_times_the_tile():
    nan = float("nan")
    twice = ("64", 32768.0, 2097152.0, nan)
    assert cache_marks(runs(twice, twice, ("48", 32768.0, nan, nan))) == [
        (128, "L1, panel 64"), (170, "L1, panel 48"), (8192, "L2, panel 64")]


def test_no_sizes_or_no_tile_is_no_mark():
    nan = float("nan")
    assert cache_marks(runs(("64", nan, nan, nan), ("", 32768.0, nan, nan), ("0", 32768.0, nan, nan))) == []


@pytest.mark.parametrize("low,high", [(1, 10), (80, 12000), (1e-4, 1e3), (5.1e5, 5.4e5), (3, 1e12), (99, 101)])
def test_ticks_lie_inside_are_few_and_at_least_two(low, high):
    ticks = log_ticks(low, high)
    assert 2 <= len(ticks) <= 7
    assert all(low <= tick <= high for tick in ticks)
    assert len({tick_text(tick) for tick in ticks}) == len(ticks)
