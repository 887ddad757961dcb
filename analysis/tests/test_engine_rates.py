"""The figures of rates, small: each config through the program with the engines that this build has, each script over
its results. They assert that a point is the fastest panel of its engine in the results, none lost and none made up;
and, on numbers made by hand, where dense overtakes, what the share is of, where caches stand, what is left out."""

import importlib
import json
import subprocess

import pandas as pd
import pytest

import calibration
import engine_rates
import experiment
import rate_over_density
import rate_over_size
import results_file
from built_program import PROGRAM, sparsio
from family_plot import Sheet, Strip
from results_file import Results

ROOT = PROGRAM.parents[2]

# What makes each config small, but for engines; all else is used as it is.
FEW = ["panel=[0,32]", "repetitions=2", "rounds=1", "verify=1"]
SMALL = {
    "rate_over_density": ["network.widths=['40x3','60x2']", "network.density=[0.05,0.5,1]",
                          "inputs=random:count=40,density=0.5"],
    "rate_over_inputs": ["network=['mlp:widths=40x3,density=0.2']", "inputs.count=[1,20,70]"],
    "rate_over_threads": ["network=['mlp:widths=40x3,density=0.2']", "inputs=random:count=70,density=0.5"],
    "rate_over_size": ["network.widths=['20x2','40x2','200x2']", "inputs=random:count=40,density=0.5"],
    "pruned_models": ["network.density=['0.1','0.5']", "network.widths=['64-32','32-64-32']",
                      "inputs=['random:count=49','random:count=98']"],
}
CALIBRATION = 'threads = 4\nfma_one_thread = 5.0e+10\nfma_all_threads = 1.8e+11\n'
CASE = ["network", "input_count", "threads_used", "engine"]


def engines():
    """Three of ours, and at most two of others that this build has."""
    there = {entry["name"] for entry in json.loads(sparsio("list", "engines", "--json").stdout)["plugins"]}
    return ["row_pairs", "csr", "auto"] + [name for name in ("dense", "eigen", "xnnpack") if name in there][:2]


@pytest.fixture(scope="module")
def family(tmp_path_factory):
    """stem -> (Results, points drawn, file), each made once."""
    if not PROGRAM.exists():
        pytest.skip(f"{PROGRAM} is not built")
    folder = tmp_path_factory.mktemp("rates")
    made = {}

    def make(stem):
        if stem not in made:
            file = folder / f"{stem}.h5"
            changes = [part for change in [*FEW, *SMALL[stem], f"engine={engines()}"] for part in ("--set", change)]
            done = subprocess.run([PROGRAM, "run", ROOT / "configs" / f"{stem}.toml", "--out", file, *changes],
                                  capture_output=True, text=True, check=False, cwd=ROOT)
            assert done.returncode == 0, done.stderr
            module = importlib.import_module(stem)
            assert experiment.command(module.__file__, module.make, [str(file)]) == 0
            made[stem] = results_file.load(file), pd.read_csv(file.with_suffix(".csv")), file
        return made[stem]

    return make


@pytest.mark.parametrize("stem", SMALL)
def test_a_point_is_the_best_panel_of_its_engine(family, stem):
    results, points, file = family(stem)
    runs = results.runs
    assert set(runs["status"]) == {"ok"} and len(runs) > len(points) > len(engines())
    assert points["panels"].sum() == len(runs) and not points.duplicated(CASE).any()
    runs = runs.assign(engine=experiment.short_names(runs["engine"]))
    best = runs.groupby(CASE)["nominal_rate"].max()
    drawn = points.set_index(CASE)["nominal_rate"]
    assert len(best) == len(drawn) and drawn.sort_index().values == pytest.approx(best.sort_index().values, rel=1e-8)
    assert file.with_suffix(".png").read_bytes().startswith(b"\x89PNG")
    assert file.with_suffix(".svg").read_text().count("<use ") >= len(points)
    screens = file.with_suffix(".figure.html").read_text()
    assert "measured: useful connections a second" in screens and "predicted by the model" not in screens
    assert set(points["side"]) <= set(engine_rates.SIDES)


def row(engine="csr", panel=32, rate=1e9, threads=1, inputs=64, network="mlp:widths=9x2,density=0.1", **more):
    return dict(network=network, inputs="random", engine=engine, panel=str(panel), panel_used=panel, status="ok",
                track="general", threads_used=threads, input_count=inputs, network_connections=1000, seconds=1.0,
                nominal_rate=rate) | more


def made(tmp_path, rows, **provenance):
    runs, absent = results_file.completed(pd.DataFrame(rows))
    return Results(tmp_path / "made.h5", runs, pd.DataFrame(), provenance, absent, {}, (), ())


def test_what_failed_or_skipped_connections_has_no_rate(tmp_path):
    rows = [row(rate=2e9), row(panel=64, rate=3e9), row(panel=96, rate=9e9, status="incorrect"),
            row(panel=48, rate=8e9, track="value"), row("none", rate=7e9), row("dense", rate=5e9, threads=2)]
    best = engine_rates.at_best_panel(made(tmp_path, rows))
    assert best[["engine", "panel_used", "nominal_rate", "panels"]].values.tolist() == [
        ["csr", 64, 3e9, 2], ["dense", 32, 5e9, 1]]
    assert best["side"].tolist() == ["Sparsio", "others"] and best["peak"].isna().all()
    with pytest.raises(results_file.BadResults, match="no row with a rate"):
        engine_rates.at_best_panel(made(tmp_path, [row(status="error")]))


def test_shares_are_of_the_peak_of_as_many_threads(tmp_path):
    rows = [row(rate=2e10, threads=threads) for threads in (1, 2, 4)]
    best = engine_rates.at_best_panel(made(tmp_path, rows, **{"machine.calibration": CALIBRATION}))
    assert best["share_of_peak"].tolist() == pytest.approx([0.4, float("nan"), 1 / 9], nan_ok=True)
    assert calibration.fma_peak({}, 1) != calibration.fma_peak({}, 1)  # NaN


def test_dense_is_ahead_from_a_crossing_on_to_another():
    def ahead(sparse, dense):
        return rate_over_density.ahead([0.01, 0.1, 1], sparse, dense)

    assert ahead([4, 4, 4], [1, 1, 1]) is None
    assert ahead([1, 1, 1], [2, 2, 2]) == (0.01, None)
    assert ahead([2, 2, 2], [1, 1, 4]) == (pytest.approx(10**-0.5), None)
    assert ahead([2, 2, 2], [4, 1, 4]) == (pytest.approx(10**-0.5), None)  # the stretch before is over
    assert ahead([2, 2, 8], [1, 8, 4]) == (pytest.approx(10 ** (-2 + 1 / 3)), pytest.approx(10 ** (-1 + 2 / 3)))
    assert ahead([2, 2, 2], [1, 1, 2]) is None  # as fast at 1 is not faster
    assert rate_over_density.words_of(ahead([2, 2, 8], [1, 8, 4])) == "0.022 to 0.46"


@pytest.mark.parametrize("kind", [Strip, Sheet])
def test_the_crossing_is_written_and_kept(tmp_path, kind):
    rates = {"csr": (8e9, 8e9, 8e9), "dense": (1e9, 8e9 / 4, 32e9), "row_pairs": (9e9, 9e9, 40e9)}
    rows = [row(engine, rate=rate, network=f"mlp:widths=9x2,density={density},seed=1")
            for engine, line in rates.items() for density, rate in zip((0.01, 0.04, 0.64), line)]
    plot, table = rate_over_density.make(made(tmp_path, rows, **{"machine.calibration": CALIBRATION}), kind)
    words = [text.get_text() for text in plot.panels[0].texts]
    assert "csr: 0.16" in words and "row_pairs: at none" in words and not any("dense:" in word for word in words)
    kept = table.drop_duplicates("engine").set_index("engine")["dense_is_faster_from"]
    assert kept["csr"] == pytest.approx(0.16) and kept[["dense", "row_pairs"]].isna().all()
    assert table["dense_is_faster_to"].isna().all()  # ahead of csr to the end
    assert plot.panels[0].get_ylim()[1] > 50  # the peak is in the picture


def test_without_dense_nothing_is_crossed(tmp_path):
    plot, table = rate_over_density.make(made(tmp_path, [row(), row(network="mlp:density=0.5,widths=9x2")]), Strip)
    assert not plot.panels[0].texts and table["dense_is_faster_from"].isna().all() and not plot.bounds


def test_an_engine_has_one_colour_and_ours_stand_first():
    few, many = engine_rates.Engines(["eigen", "csr"]), engine_rates.Engines([*engine_rates.FIRST, "scipy", "eigen"])
    assert few.names == ["csr", "eigen"] and few.colour("eigen") == many.colour("eigen")
    assert many.names[-2:] == ["xnnpack", "scipy"] and many.names.index("auto") < many.names.index("dense")
    assert len({few.colour(name) for name in few.names}) == 2


def test_caches_are_those_of_the_topology(tmp_path):
    xml = ('<!DOCTYPE topology SYSTEM "hwloc2.dtd"><topology><object type="Machine"><object type="L3Cache" '
           'cache_size="33554432"><object type="L2Cache" cache_size="1048576"/><object type="L2Cache" '
           'cache_size="1048576"/></object></object></topology>')
    assert rate_over_size.caches({"machine.xml": xml}) == [("L2", 2**20), ("L3", 2**25)]
    assert rate_over_size.caches({}) == [] and rate_over_size.caches({"machine.xml": "?"}) == []
    rows = [row(network=f"mlp:widths={width}x2,density=0.1", network_connections=width**2 // 10)
            for width in (64, 4096)]
    plot, table = rate_over_size.make(made(tmp_path, rows, **{"machine.xml": xml}), Strip)
    assert [text.get_text() for text in plot.panels[0].texts] == ["L2: 1\N{NARROW NO-BREAK SPACE}MiB"]  # L3 is beyond
    assert table["bytes"].tolist() == [8 * (4096**2 // 10), 8 * 409]
