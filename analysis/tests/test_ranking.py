"""Kendall's tau against its definition and against scipy, and the rungs between the model and a machine."""

import itertools

import numpy as np
import pandas as pd
import pytest

import ladder
import points
import ranking
import results_file
import synthetic


def by_definition(x, y):
    """tau-b: pairs alike less pairs opposed, over the geometric mean of those untied in x and in y."""
    alike = opposed = untied_x = untied_y = 0
    for i, j in itertools.combinations(range(len(x)), 2):
        untied_x += x[i] != x[j]
        untied_y += y[i] != y[j]
        product = (x[i] - x[j]) * (y[i] - y[j])
        alike += product > 0
        opposed += product < 0
    return (alike - opposed) / (untied_x * untied_y) ** 0.5 if untied_x and untied_y else float("nan")


SEQUENCES = [np.random.default_rng(seed).integers(0, 8, size=(2, 3 + seed)) for seed in range(40)]


@pytest.mark.parametrize("x, y", SEQUENCES)
def test_tau_is_what_its_definition_says(x, y):
    assert ranking.kendall(x, y) == pytest.approx(by_definition(x, y), nan_ok=True)


def test_tau_is_scipys():
    stats = pytest.importorskip("scipy.stats", reason="scipy is not installed; the definition is tested above")
    for x, y in SEQUENCES:
        assert ranking.kendall(x, y) == pytest.approx(stats.kendalltau(x, y).statistic, nan_ok=True)


def test_tau_at_its_ends():
    assert ranking.kendall([1, 2, 3], [10, 20, 30]) == 1
    assert ranking.kendall([1, 2, 3], [30, 20, 10]) == -1
    assert np.isnan(ranking.kendall([1, 1, 1], [1, 2, 3]))


@pytest.mark.parametrize("x, y", SEQUENCES)
def test_near_ties_are_ties_on_both_sides(x, y):
    # A thousandth of noise on a few values that are far apart: ties again, pair by pair, whatever side it is on.
    noise = 1 + 0.001 * np.random.default_rng(1).random(size=(2, len(x)))
    assert ranking.kendall(x * noise[0], y * noise[1], apart=0.01) == pytest.approx(by_definition(x, y), nan_ok=True)


def test_near_ties_do_not_hide_what_is_apart():
    assert ranking.kendall([100, 100.5, 200], [100, 99.5, 200]) == pytest.approx(1 / 3)
    assert ranking.kendall([100, 100.5, 200], [100, 99.5, 200], apart=0.01) == 1
    assert ranking.kendall([100, 102, 200], [100, 98, 200], apart=0.01) == pytest.approx(1 / 3)
    assert np.isnan(ranking.kendall([100, 100.5, 100.2], [100, 200, 300], apart=0.01))
    # Apart in the prediction alone is an error of the model, which tau-b must go on showing.
    assert ranking.kendall([100, 150, 200], [100, 100.5, 200], apart=0.01) == pytest.approx(2 / 6 ** 0.5)


def rivals(counts):
    """Rows of one network, memory and panel, an order each, with these (predicted, counted) lines at level M."""
    network = list(synthetic.NETWORKS)[1]
    return [synthetic.make_row(n, network, "by_target", "lru", "100", "connection_list", 64) | dict(
        order=f"order{n}", memory_predicted_lines=predicted, memory_misses=counted)
        for n, (predicted, counted) in enumerate(counts)]


def loaded(folder, rows):
    return results_file.load(synthetic.write(folder / "a.h5", rows))


def test_rivals_are_compared_pair_by_pair(tmp_path):
    found = points.points(loaded(tmp_path, rivals([(100, 110), (200, 190), (300, 189.5), (400, 500)])).runs)
    groups = ranking.groups(found[(found["level"] == "memory") & (found["traffic"] == "misses")])
    assert len(groups) == 1
    group = groups.iloc[0]
    assert (group["schedulers"], group["pairs"]) == (4, 6)
    assert group["tau"] == pytest.approx(4 / 6)  # one pair of six the other way round
    assert (group["apart"], group["alike"]) == (5, 5)  # and that pair was counted within 1 %
    assert group["tau_apart"] == pytest.approx(5 / 30 ** 0.5)  # a tie among the counts, not among the predictions


def test_two_are_no_ranking(tmp_path):
    found = points.points(loaded(tmp_path, rivals([(100, 110), (200, 190)])).runs)
    assert ranking.groups(found).empty and ranking.summary(ranking.groups(found)).empty


def test_each_step_of_the_ladder_is_a_rung_over_the_one_below(tmp_path):
    row = synthetic.make_row(0, list(synthetic.NETWORKS)[1], "blocks", "lru", "100", "connection_list", 64)
    row |= dict(memory_model_lines=900.0, memory_predicted_lines=1000.0, memory_misses=1010.0)
    again = row | dict(run=f"{1:032x}", meter="callgrind", misses_source="callgrind", memory_misses=1111.0,
                       memory_write_backs=float("nan"))
    gaps = ladder.gaps(loaded(tmp_path, [row, again]).runs)
    misses = gaps[(gaps["level"] == "memory") & (gaps["traffic"] == "misses")].set_index("rung")
    words = ((row["reads"] - row["network_connections"]) * 4 * 64 + row["network_connections"] * 4) / 64
    assert misses.loc["model lines", "gap"] == pytest.approx(900 / words)
    assert misses.loc["predicted", "gap"] == pytest.approx(1000 / 900)
    assert misses.loc["simulated", "gap"] == pytest.approx(1.01)
    assert misses.loc["callgrind", "gap"] == pytest.approx(1.1) and misses.loc["callgrind", "below"] == "simulated"
    assert "measured" not in misses.index
    writes = gaps[(gaps["level"] == "memory") & (gaps["traffic"] == "write-backs")].set_index("rung")
    assert list(writes.index) == ["predicted", "simulated"] and writes.loc["predicted", "below"] == "model words"


def test_a_rung_that_is_not_there_is_stepped_over(tmp_path):
    row = synthetic.make_row(0, list(synthetic.NETWORKS)[1], "blocks", "lru", "100", "connection_list", 64)
    row |= dict(misses_source="papi", l1_model_lines=float("nan"), l1_predicted_lines=500.0, l1_misses=750.0)
    gaps = ladder.gaps(loaded(tmp_path, [row]).runs)
    step = gaps[(gaps["level"] == "l1") & (gaps["traffic"] == "misses")]
    assert step[["rung", "below", "gap"]].values.tolist() == [["measured", "predicted", 1.5]]


def test_an_object_counted_twice_is_one_on_the_rungs_that_are_the_same(tmp_path):
    rows = [row for row in synthetic.sweep() if row["engine"] == "connection_list"][:4]
    rows += [row | dict(run=f"{90 + n:032x}", meter="callgrind", misses_source="callgrind")
             for n, row in enumerate(rows)]
    gaps = ladder.gaps(loaded(tmp_path, rows).runs)
    counts = gaps[(gaps["level"] == "memory") & (gaps["traffic"] == "misses")]["rung"].value_counts()
    assert counts.to_dict() == {"model lines": 4, "predicted": 4, "simulated": 4, "callgrind": 4}
    assert isinstance(gaps, pd.DataFrame) and (gaps[gaps["rung"] == "callgrind"]["gap"] == 1).all()
