"""Layers in depth, small: both configs through the program, the script over the results. It asserts that a point is the
fastest panel of its variant among the runs that were not counted, that it stands over data_parallel with the same
kernel, that lines are those of the results and fewer in depth; and, on rows made by hand, what is which variant and
part. The drawing of docs/tiling.md is what its script draws.
"""

import subprocess
import sys

import pandas as pd
import pytest

import experiment
import results_file
import tiling
import tutorial
from built_program import PROGRAM
from family_plot import Sheet, Strip
from test_engine_rates import made, row

ROOT = PROGRAM.parents[2]
NETWORKS = ["radix_net:neurons=1024,layers=5", "radix_net:neurons=1024,layers=6,first=7",
            "mlp:widths=64x6,density=0.1"]
SMALL = [f"network={NETWORKS}", "inputs=images:count=140", "panel=[64,128]", "repetitions=2", "rounds=1", "verify=1",
         "caches='L1=32KiB/8,L2=128KiB/8'", "threads=2"]


@pytest.fixture(scope="module")
def experiment_made(tmp_path_factory):
    """(Results, points drawn, file) of configs/tiling.toml."""
    if not PROGRAM.exists():
        pytest.skip(f"{PROGRAM} is not built")
    file = tmp_path_factory.mktemp("tiling") / "tiling.h5"
    changes = [part for change in SMALL for part in ("--set", change)]
    done = subprocess.run([PROGRAM, "run", ROOT / "configs" / "tiling.toml", "--out", file, *changes],
                          capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert experiment.command(tiling.__file__, tiling.make, [str(file)]) == 0
    return results_file.load(file), pd.read_csv(file.with_suffix(".csv")), file


def test_points_are_best_panels_over_the_same_kernel(experiment_made):
    results, points, file = experiment_made
    runs = results.runs[results.runs["meter"] == "none"]
    best = runs.groupby(["network", "engine"])["nominal_rate"].max()
    assert len(points) == len(best)
    for point in points.itertuples():
        assert point.rate * 1e9 == pytest.approx(best[point.network, point.engine], rel=1e-8)
        base = best.get((point.network, f"data_parallel:kernel={point.kernel}"))
        assert point.over_data_parallel == pytest.approx(point.rate * 1e9 / base, rel=1e-7) if base else True
    tiles = points[points["part"].str.startswith("tiles")]
    assert set(points["variant"]) - set(tiles["variant"]) == set(tiling.VARIANTS)
    assert set(points["kernel"]) == set(tiling.KERNELS)
    assert points["part"].nunique() == 6 and len(tiles) == 3 * 6  # of each network, and of each with tiles
    shared = tiles[tiles["variant"].str.contains("2 threads a panel")]
    assert (shared["tiles"] > 1).all() and (shared["tile_edges"] > 0).all()
    assert file.with_suffix(".png").read_bytes().startswith(b"\x89PNG")
    screens = file.with_suffix(".figure.html").read_text()
    assert screens.count('<figure class="panel">') == 18 and "times that of data_parallel" in screens


def test_lines_are_those_of_the_results_and_fewer_in_depth(experiment_made):
    results, points, _ = experiment_made
    runs = results.runs[results.runs["misses_source"] == "simulated"].set_index(["network", "engine", "panel_used"])
    for point in points.dropna(subset=["counted_lines"]).itertuples():
        run = runs.loc[(point.network, point.engine, point.lines_panel)]
        work = run["network_connections"] * point.lines_panel / 1000
        assert point.counted_lines == pytest.approx(run["l2_misses"] / work, rel=1e-8)
        assert point.predicted_lines == pytest.approx(run["l2_predicted_lines"] / work, rel=1e-8)
    # Tiles are not counted, nor is row_pairs, which only shows what is faster where nothing closes.
    whole = points[~points["part"].str.startswith("tiles") & (points["kernel"] != "row_pairs")]
    assert whole["counted_lines"].notna().all() and set(whole["counted_by"]) == {"simulated"}
    ring = whole[whole["network"].str.contains("layers=5")].set_index(["kernel", "variant"])["counted_lines"]
    for kernel in ("csr", "twins"):
        assert ring[kernel, "depth 5"] < 0.7 * ring[kernel, tiling.BASE]


def test_the_larger_config_expands():
    if not PROGRAM.exists():
        pytest.skip(f"{PROGRAM} is not built")
    done = subprocess.run([PROGRAM, "run", ROOT / "configs" / "tiling_65536.toml", "--dry-run"], capture_output=True,
                          text=True, check=False, cwd=ROOT)
    assert done.returncode == 0 and "12 cases" in done.stdout + done.stderr, done.stdout + done.stderr


@pytest.mark.parametrize("engine, expected", [
    ("csr", ("csr", "data parallel")), ("data_parallel:kernel=twins", ("twins", "data parallel")),
    ("twin_tiles", ("twins", "in depth, by L2")), ("tiled:depth=0,kernel=csr", ("csr", "in depth, by L2")),
    ("tiled:depth=2,kernel=csr", ("csr", "depth 2")), ("row_pairs:block=0,vectors=0", ("row_pairs", "data parallel")),
    ("tiled:depth=5,kernel=twins,sync=weak,tiles=4", ("twins", "depth 5, 4 tiles × 1 slice, weak")), ("latency", None),
    ("tiled:depth=5,kernel=csr,model_threads=2,slices=4,sync=barrier",
     ("csr", "depth 5, tiles by L2 × 4 slices, 2 threads a panel, barrier"))])
def test_an_engine_is_a_variant_of_a_kernel(engine, expected):
    assert tiling.kernel_and_variant(engine) == expected


@pytest.mark.parametrize("network, expected", [
    ("radix_net:layers=5,neurons=16384", (0, "first 5 layers")),
    ("radix_net:layers=10,neurons=16384", (1, "first period")),
    ("radix_net:layers=6,neurons=1024", (1, "first period")),
    ("radix_net:first=11,layers=10,neurons=16384", (2, "permuted layers")),
    ("radix_net:first=61,layers=5,neurons=16384", (2, "layers 61 to 65")),
    ("radix_net:layers=120,neurons=1024", (3, "all 120 layers")),
    ("mlp:density=0.0078125,seed=1,widths=4096x6", (4, "random layers"))])
def test_a_network_is_a_part(network, expected):
    assert tiling.part_of_network(network) == expected


@pytest.mark.parametrize("at", range(4))
def test_the_page_says_what_its_commands_print(tmp_path, at):
    if not PROGRAM.exists():
        pytest.skip(f"{PROGRAM} is not built")
    found = [block for block in tutorial.blocks((ROOT / "docs" / "tiling.md").read_text()) if block.kind == "sh"]
    assert len(found) == 4 and all(block.said for block in found)
    tutorial.run(found[at], tmp_path, tutorial.environment(tmp_path, PROGRAM))


def test_the_drawing_is_what_its_script_draws():
    drawing = ROOT / "docs" / "tiling_drawing.py"
    done = subprocess.run([sys.executable, drawing], capture_output=True, text=True, check=True)
    assert done.stdout == (ROOT / "docs" / "tiling.svg").read_text()


@pytest.mark.parametrize("kind", [Strip, Sheet])
def test_both_sides_stand_at_their_best_and_counted_runs_have_no_rate(tmp_path, kind):
    network = "radix_net:layers=5,neurons=1024"
    rows = [row("csr", 32, 2e9), row("csr", 64, 4e9), row("tiled:depth=0,kernel=csr", 32, 6e9),
            row("tiled:depth=0,kernel=csr", 64, 5e9), row("row_pairs", 64, 3e9), row("latency", 1, 8e9),
            row("csr", 96, 9e9, meter="simulated", l2_predicted_lines=960, l2_misses=1920, misses_source="simulated"),
            row("csr", 64, 1e9, threads=4)]
    plot, table = tiling.make(made(tmp_path, [one | {"network": network} for one in rows]), kind)
    found = table[table["threads_used"] == 1].set_index(["kernel", "variant"])
    assert found["over_data_parallel"].to_dict() == {("csr", "data parallel"): 1, ("csr", "in depth, by L2"): 1.5,
                                                     ("row_pairs", "data parallel"): 1}
    assert found.loc[("csr", "data parallel"), "rate"] == 4
    assert found.loc[("csr", "data parallel"), ["predicted_lines", "counted_lines"]].tolist() == [10, 20]
    assert found.loc[("csr", "in depth, by L2"), "counted_by"] != "simulated" and len(plot.panels) == 3
