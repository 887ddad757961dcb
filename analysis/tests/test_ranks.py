"""Ranks that divide rows, small: configs/ranks.toml through the program on two ranks, the script over the results. It
asserts that a point is a row of the results, and on times set by hand what is how many times faster than one rank.
"""

import os
import shutil
import subprocess
from dataclasses import replace

import pandas as pd
import pytest

import experiment
import ranks
import results_file
from built_program import PROGRAM, sparsio

ROOT = PROGRAM.parents[2]
SMALL = ["network=radix_net:neurons=1024,layers=2", "inputs=images:count=20", "panel=20", "ranks=[1,2]", "repetitions=1",
         "verify=1", "partitioner=['contiguous','random']"]
ENVIRONMENT = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1", OMP_NUM_THREADS="1")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """(Results, points drawn, file); every sweep of the config becomes the same small network."""
    if not PROGRAM.exists() or shutil.which("mpirun") is None or "Open MPI" not in sparsio("--version").stdout:
        pytest.skip("no built program with Open MPI and its mpirun")
    file = tmp_path_factory.mktemp("ranks") / "ranks.h5"
    changes = [part for change in SMALL for part in ("--set", change)]
    done = subprocess.run(["mpirun", "--oversubscribe", "--bind-to", "none", "-n", "2", PROGRAM, "run",
                           ROOT / "configs" / "ranks.toml", "--out", file, *changes], env=ENVIRONMENT,
                          capture_output=True, text=True, check=False, cwd=ROOT, timeout=100)
    assert file.exists(), done.stderr
    assert experiment.command(ranks.__file__, ranks.make, [str(file)]) == 0
    return results_file.load(file), pd.read_csv(file.with_suffix(".csv")), file


def test_points_are_the_rows_that_crossed_words(made):
    results, points, file = made
    rows = results.runs[results.runs["words"].notna()]
    assert len(points) == len(rows) > 3
    assert points["exchange_share"].between(0, 1).all()
    assert sorted(points["words"]) == sorted(rows["words"])
    assert (points.loc[points["ranks"] == 1, "words"] == 0).all() and (points.loc[points["driver"] == "model", "words"].max() > 0)
    assert file.with_suffix(".png").read_bytes().startswith(b"\x89PNG")
    assert file.with_suffix(".figure.html").read_text().count('<figure class="panel">') == 4 * points["network"].nunique()


def test_speed_up_is_over_one_rank_of_the_same_network_and_regimes_are_told_apart(made):
    results = made[0]
    runs = results.runs.copy()
    runs["seconds"] = [8.0 if int(row.ranks) == 1 else 2.0 for row in runs.itertuples()]
    runs["exchange_seconds"] = 0.5
    runs["l2_bytes"] = 2 * 1024 * 32 * ranks.WEIGHT_BYTES / 2  # half of the weights
    samples = results.samples.assign(seconds=2.0)
    points = ranks.points(replace(results, runs=runs, samples=samples, provenance={"host.processors": "1"}))
    model = points[points["driver"] == "model"]
    alone, pair = model[model["ranks"] == 1], model[model["ranks"] == 2]
    assert set(alone["speed_up"]) == {1.0} and set(pair["speed_up"]) == {4.0} and set(pair["exchange_share"]) == {0.25}
    assert not alone["in_cache"].any() and pair["in_cache"].all()
    assert not alone["oversubscribed"].any() and pair["oversubscribed"].all()


def test_groups_of_a_grid_divide_rows_among_their_own_ranks():
    assert [ranks.parts_of("hybrid:model=2", 8), ranks.parts_of("hybrid", 8), ranks.parts_of("model", 8)] == [2, 2, 8]
