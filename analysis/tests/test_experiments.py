"""The experiment families, small: each config through the program, each script over its results.

They assert that every case is ok, that the figure files are there, that the points drawn are the rows of the results
(none lost, none made up), and what is known of each family: bounds are kept, MIN reads least, compact growth arrives.
"""

import importlib
import subprocess
from pathlib import Path

import pandas as pd
import pytest

import experiment
import results_file

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAM = ROOT / "build" / "release" / "sparsio"

# What makes each family small; every config is used as it is otherwise.
SMALL = {
    "io_over_memory": ["network=mlp:widths=40x4,density=0.2"],
    "io_over_density": ["network.widths=40x3", "memory=20"],
    "io_over_width": ["network.widths=['10x3', '20x3', '40x3']", "memory=20"],
    "io_over_depth": ["network.widths=['40x2', '40x3', '40x5']", "memory=20"],
    "policies": ["network=['mlp:widths=40x3,density=0.2', 'mlp:widths=60x3,density=0.1']"],
    "reordering": ["network=['mlp:widths=40x3,density=0.3', 'mlp:widths=40x3,density=0.1']", "memory=20",
                   "order=['by_target', 'by_source', 'blocks', 'window', 'greedy', 'twins', 'cluster', "
                   "'stays:iterations=200', 'auto:iterations=200', 'anneal:from=window']"],
    "pruned_block": ["network.widths=32-128-32"],
    "compact_growth": ["network.steps=200"],
    "tight_bounds": ["network=['mlp:widths=100-1,density=1', 'mlp:widths=8x3,density=1', "
                     "'compact_growth:memory=8,in_degree=4,steps=100']"],
}


@pytest.fixture(scope="module")
def family(tmp_path_factory):
    """stem -> (Results, points drawn), each made once."""
    if not PROGRAM.exists():
        pytest.skip(f"{PROGRAM} is not built")
    folder = tmp_path_factory.mktemp("experiments")
    made = {}

    def make(stem):
        if stem not in made:
            file = folder / f"{stem}.h5"
            changes = [part for change in SMALL[stem] for part in ("--set", change)]
            done = subprocess.run([PROGRAM, "run", ROOT / "configs" / f"{stem}.toml", "--out", file, *changes],
                                  capture_output=True, text=True, check=False, cwd=ROOT)
            assert done.returncode == 0, done.stderr
            module = importlib.import_module(stem)
            assert experiment.command(module.__file__, module.make, [str(file)]) == 0
            made[stem] = results_file.load(file), pd.read_csv(file.with_suffix(".csv")), file
        return made[stem]

    return make


@pytest.mark.parametrize("stem", SMALL)
def test_every_row_is_drawn_and_the_bounds_hold(family, stem):
    results, points, file = family(stem)
    runs = results.runs
    assert len(runs) > 0 and set(runs["status"]) == {"ok"}
    assert (runs["total"] >= runs["lower"]).all()
    assert points["cases"].sum() == len(runs) if "cases" in points else len(points) == len(runs)
    assert points["ratio"].mean() > 1 and not points["ratio"].isna().any()
    screens = file.with_suffix(".figure.html").read_text()
    assert screens.count('<figure class="panel">') >= 1 and "var(--series-1" in screens and "#010203" not in screens
    png, svg = file.with_suffix(".png"), file.with_suffix(".svg").read_text()
    assert png.read_bytes().startswith(b"\x89PNG") and png.stat().st_size > 10000
    drawn = svg.count("<use ")  # markers; bars are paths
    assert drawn >= len(points) or stem == "reordering" and svg.count('<g id="patch_') >= len(points)


@pytest.mark.parametrize("stem", SMALL)
def test_min_reads_least(family, stem):
    runs = family(stem)[0].runs
    reads = runs.pivot_table(index=["network", "order", "memory_values"], columns="policy", values="reads")
    assert (reads.sub(reads["min"], axis=0) >= 0).all().all()


def test_every_row_predicts_lines_for_the_caches_it_knows(family):
    runs = family("policies")[0].runs
    known = [level for level in ("l1", "l2", "l3") if runs[f"{level}_bytes"].notna().any()]
    if not known:
        pytest.skip("no cache size is known on this machine")
    for level in known:
        assert runs[f"{level}_predicted_lines"].notna().all()


def test_compact_growth_arrives_at_its_memory(family):
    points = family("compact_growth")[1]
    points = points[points["grown_for"] == 100]  # the pool of the larger one is not all used in so few steps
    arrived = points["share"] >= 1
    assert (points[arrived]["ratio"] == 1).all() and arrived.any()
    assert (points[points["share"] < 0.9]["ratio"] > 1).all()


def test_the_tight_families_meet_their_bounds(family):
    points = family("tight_bounds")[1]
    lower = points[points["family"].str.startswith("compact") & (points["memory_values"] == 8)]
    assert len(lower) == 3 and (lower["total"] == lower["lower"]).all()
    upper = points[points["family"].str.startswith("dense") & (points["memory_values"] == 3)]
    assert len(upper) == 3 and (upper["total"] == upper["upper"]).all()
    one = points[points["family"].str.startswith("one neuron")]
    assert (one["lower"] == one["upper"]).all() and len(one) > 0


def test_savings_are_those_above_the_lower_bound():
    import reordering

    table = pd.DataFrame({"network": "n", "policy": "lru", "memory_values": 9.0, "order": ["by_target", "blocks"],
                          "ratio": [1.8, 1.2]})
    assert reordering.with_savings(table)["saved"].tolist() == pytest.approx([0.0, 0.75])


def test_specs_are_taken_apart():
    spec = "mlp:density=0.1,seed=1,widths=10-20-30"
    assert experiment.option(spec, "density") == "0.1" and experiment.option(spec, "idths") == ""
    assert experiment.widths(spec) == [10, 20, 30] and experiment.widths("mlp:widths=5x2") == [5, 5]
    assert experiment.without(spec, "seed") == "mlp:density=0.1,widths=10-20-30"
    names = experiment.short_names(pd.Series(["blocks:size=0", "window:a=1", "window:a=2", "by_target"]))
    assert names.tolist() == ["blocks", "window:a=1", "window:a=2", "by_target"]


def test_a_file_without_io_is_refused(tmp_path, capsys):
    module = importlib.import_module("policies")
    assert experiment.command(module.__file__, module.make, [str(tmp_path / "none.h5")]) == 1
    assert capsys.readouterr().err.startswith("policies.py: ")
