"""Every figure has its data: a row of the CSV for each mark that is drawn, and none that is not; and it can be saved."""

import base64
import io
import xml.etree.ElementTree as xml

import pandas as pd
import pytest

import calibration
import page
import report
import results_file
import synthetic
from figures import predicted_lines
from figures.drawing import MARK


CALIBRATION = """# as `sparsio calibrate` writes it
source = "papi"
threads = 2
fma_one_thread = 6.0e+10
fma_all_threads = 1.0e+11
[[levels]]
level = "L1"
trusted = false
write_backs_trusted = true
reason = "gather_read 0.31 of what is known"
[[levels]]
level = "L2"
trusted = true
write_backs_trusted = false
reason = "misses within 2 % in 6 kernels"
[[reads]]
level = "memory"
one_thread = 1.0e+10
all_threads = 2.0e+10
"""


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """The synthetic sweep, counted by replay, and a part of it again by callgrind, which knows no write-backs."""
    rows = [row for row in synthetic.sweep() if row["network"] == list(synthetic.NETWORKS)[1]]
    for row in [row for row in rows if row["policy"] == "lru"]:
        without = {f"{level}_write_backs": float("nan") for level in synthetic.LEVELS}
        counts = {f"{level}_misses": row[f"{level}_misses"] * 1.01 for level in ("memory", "l1", "l2")}
        rows.append(row | without | counts | dict(run=f"{1000 + len(rows):032x}", misses_source="callgrind",
                                                  meter="callgrind"))
    rows.append(synthetic.make_row(1000 + len(rows), list(synthetic.NETWORKS)[1], "blocks", "lru", "100", "csr", 64,
                                   status="error", error="no", seconds=float("nan"), executed_rate=float("nan")))
    return results_file.load(synthetic.write(tmp_path_factory.mktemp("figures") / "sweep.h5", rows))


@pytest.fixture(scope="module")
def figures(results):
    return {figure.name: figure for figure in page.figures(results).values()}


def marks(panel):
    return sum(1 for group in xml.fromstring(panel.svg).iter() if group.get("class") == MARK
               for use in group.iter() if use.tag.endswith("use"))


DRAWN = {  # the rows of a figure's data that have a place on its axes
    "predicted-lines": lambda data: data[(data["predicted"] > 0) & (data["counted"] > 0)],
    "engine-times": lambda data: data[data["seconds"].notna()],
}
NAMES = ("predicted-lines", "error-distribution", "gap-ladder", "miss-curve", "io-against-memory", "io-roofline",
         "engine-times")


def test_every_figure_is_tried(figures):
    assert set(figures) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_mark_is_a_row_of_the_data(figures, name):
    figure = figures[name]
    rows = DRAWN.get(name, lambda data: data)(figure.data)
    assert len(rows) > 10 and figure.panels
    assert sum(marks(panel) for panel in figure.panels) == len(rows)
    assert len(pd.read_csv(io.StringIO(figure.csv()))) == len(figure.data)


def test_points_of_the_miss_curve_are_counts_of_the_results(figures, results):
    data = figures["miss-curve"].data
    runs = results.runs.set_index("run")
    for _, mark in data.iterrows():
        row = runs.loc[mark["run"]]
        assert mark["lines"] == row["memory_predicted_lines" if mark["kind"] == "predicted" else "memory_misses"]
    assert set(data["kind"]) == {"predicted", "simulated", "simulated by callgrind"}


def test_intensity_is_connections_over_bytes(figures, results):
    runs = results.runs.set_index("run")
    for _, mark in figures["io-roofline"].data.iterrows():
        row = runs.loc[mark["run"]]
        names = (("predicted_lines", "predicted_write_lines") if mark["bytes_by"] == "predicted"
                 else ("misses", "write_backs"))
        moved = 64 * sum(row[f"{mark['level']}_{name}"] for name in names)
        assert mark["level"] == "l2"
        assert mark["intensity"] == pytest.approx(row["network_connections"] * 64 / moved)
        assert mark["bytes_by"] != "simulated by callgrind"  # it knows no write-backs


def test_a_roof_is_drawn_only_where_it_was_measured(results, figures):
    from dataclasses import replace

    from figures import io_roofline

    assert any("No roof for memory bandwidth and multiply-add peak" in note
               for note in figures["io-roofline"].notes)
    measured = replace(results, provenance={"machine.calibration": CALIBRATION})
    roofed = io_roofline.make(measured)
    assert calibration.roofs(measured.provenance, 1) == (1e10, 6e10)
    assert not roofed.notes and len(roofed.panels[0].svg) > len(figures["io-roofline"].panels[0].svg)


def test_figures_are_written_as_svg_pdf_and_csv(results, tmp_path, figures):
    assert report.main([str(results.path), "--out", str(tmp_path / "a.html"), "--figures", str(tmp_path / "f")]) == 0
    for name, figure in figures.items():
        for number, panel in enumerate(figure.panels):
            svg = (tmp_path / "f" / f"{name}-{number}.svg").read_text()
            assert xml.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"
            assert "var(" not in svg and "currentColor" not in svg
            assert (tmp_path / "f" / f"{name}-{number}.pdf").read_bytes() == base64.b64decode(panel.pdf)
            assert base64.b64decode(panel.pdf).startswith(b"%PDF")
        assert (tmp_path / "f" / f"{name}.csv").read_text() == figure.csv()


def test_a_counter_that_is_not_trusted_is_said_and_faint(tmp_path):
    rows = synthetic.sweep()[:6]
    for row in rows:
        row |= dict(misses_source="papi", meter="papi")
    provenance = {"machine.calibration": CALIBRATION}
    results = results_file.load(synthetic.write(tmp_path / "a.h5", rows, provenance=provenance))
    figure = predicted_lines.make(results)
    doubted = figure.data[figure.data["trust"] != ""]
    assert set(zip(doubted["level"], doubted["traffic"])) == {("l1", "misses"), ("l2", "write-backs")}
    assert len(doubted) == 12
    assert [panel.title for panel in figure.panels if "not trusted" in panel.title] == [
        "L1: misses, measured by papi (not trusted: gather_read 0.31 of what is known)",
        "L2: write-backs, measured by papi (not trusted: misses within 2 % in 6 kernels)"]
    for row in rows:
        row |= dict(misses_source="simulated", meter="simulated")
    results = results_file.load(synthetic.write(tmp_path / "b.h5", rows, provenance=provenance))
    assert (predicted_lines.make(results).data["trust"] == "").all()


def test_ticks_of_rates_have_no_digits_to_spare():
    from figures.io_roofline import rate_tick

    assert [rate_tick(value) for value in (3e8, 1e9, 2.5e9, 3e10, 1e12)] == [
        "300 M/s", "1 G/s", "2.5 G/s", "30 G/s", "1 T/s"]


def test_networks_without_caches_are_said_in_one_note(tmp_path):
    from figures import io_against_memory

    unknown = {f"{level}_bytes": float("nan") for level in synthetic.CACHES}
    rows = [row | dict(network=f"mlp:widths={5 + at % 4}x2") | unknown for at, row in enumerate(synthetic.sweep()[:8])]
    figure = io_against_memory.make(results_file.load(synthetic.write(tmp_path / "a.h5", rows)))
    assert len(figure.panels) == 4 and not dict(figure.legend)["Caches"]
    assert figure.notes == ["No cache size is known for 4 networks: no cache is marked there."]
