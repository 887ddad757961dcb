"""The report of a synthetic sweep: each section has its data, and nothing is there that is not in the file."""

import math
import re
from types import SimpleNamespace

import pandas as pd
import pytest

import columns
import machine_card
import report
import results_file
import summary
import synthetic
import wording
from page_reader import Page
from listings import all_cases, deviations, not_there, rates
from wording import MISSING, SPACE, whole

NAN = float("nan")
MLP = "mlp:widths=500x5,density=0.1"
UNTIMED = {name: NAN for name in ("seconds", "seconds_min", "prepare_seconds", "edges", "nominal_rate",
                                  "executed_edges", "executed_rate", "category_count")}
UNCOUNTED = {name: NAN for name in synthetic.REALS if name.endswith(("_misses", "_write_backs"))}


def written(folder, rows, **options):
    """The text of the report of `rows`."""
    file = synthetic.write(folder / "sweep.h5", rows, **options)
    assert report.main([str(file)]) == 0
    return (folder / "sweep.html").read_text(encoding="utf-8")


def plain_sweep(start=0):
    """A few rows for tests that add their own."""
    return [synthetic.make_row(start + n, MLP, order, "lru", memory, "connection_list", 64)
            for n, (order, memory) in enumerate([("by_target", "100"), ("by_target", "L1"), ("blocks", "100")])]


@pytest.fixture(scope="module")
def sweep():
    return synthetic.sweep()


@pytest.fixture(scope="module")
def text(sweep, tmp_path_factory):
    return written(tmp_path_factory.mktemp("sweep"), sweep)


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


def test_the_synthetic_file_is_what_pandas_opens(tmp_path, sweep):
    frame = pd.read_hdf(synthetic.write(tmp_path / "sweep.h5", sweep), "runs")
    assert len(frame) == len(sweep)


def test_the_page_needs_nothing_from_outside(text, page):
    for tag, attributes in page.attributes:
        for name in ("src", "href", "xlink:href", "action"):
            target = attributes.get(name, "")
            assert target.startswith(("#", "data:")) or not target, (tag, name, target)
    assert "@import" not in text
    assert not re.search(r"url\((?!#)", text)
    outside = set(re.findall(r"https?://[^\"'\s<]+", text))
    assert outside <= {"http://www.w3.org/1999/xlink", "http://www.w3.org/2000/svg"}


def test_sections_stand_in_order(page):
    assert list(page.sections) == ["machine", "lines", "gaps", "memory", "roofline", "times", "cases", "not-there"]


def test_ids_are_unique_and_every_reference_has_its_target(text, page):
    ids = [attributes["id"] for _, attributes in page.attributes if "id" in attributes]
    assert len(ids) == len(set(ids))
    for target in re.findall(r'(?:href="#|url\(#)([^")]+)', text):
        assert target in ids, target


def test_figures_say_in_words_what_they_show_and_follow_the_theme(text, page):
    pictures = [attributes for tag, attributes in page.attributes
                if tag == "svg" and attributes.get("class") != "swatch"]
    # Three levels of misses and write-backs, twice; the errors of three levels; a panel for each network, four times.
    assert len(pictures) == 2 * 3 * 2 + 3 + 4 * 2
    assert all(picture["role"] == "img" and len(picture["aria-label"]) > 40 for picture in pictures)
    assert "currentColor" in text and "var(--series-1" in text
    drawn = "".join(re.findall(r"<svg.*?</svg>", text, re.S))
    assert set(re.findall(r"(?:fill|stroke)[:=] ?\"?#([0-9a-f]+)", drawn)) == set()  # each follows the theme


@pytest.mark.parametrize("dirty, words", [
    (["no"], "abc, clean"), (["no", "no"], "abc, clean"), (["yes"], "abc, dirty: built from changed files"),
    (["no", "yes"], "abc, in part dirty: built from changed files"), (["no", "unknown"], "abc (whether clean is not known)"),
    ([], "abc (whether clean is not known)")])
def test_revision_of_merged_results(dirty, words):
    provenance = {"git.revision": "abc"} | {f"git.dirty#{k + 1}" if k else "git.dirty": word
                                            for k, word in enumerate(dirty)}
    assert machine_card.revision(SimpleNamespace(provenance=provenance, runs=None)) == words


def test_facts_of_merged_results():
    provenance = {"host.name": "a", "host.name#2": "b", "host.name#3": "c", "host.cpu": "d"}
    assert machine_card.facts(provenance, "host.name") == ["a", "b", "c"]
    assert machine_card.facts(provenance, "host.cpu") == ["d"]
    assert machine_card.facts(provenance, "host.kernel") == []


def test_machine_card(page):
    card = page.sections["machine"]
    for words in ("A Processor @ 2.70GHz", "g++ 12.2.0", "0123abcd, dirty", "2024-05-01T10:00:00Z",
                  f"L1 32{SPACE}KiB, L2 2{SPACE}MiB", f"L1: 32{SPACE}KiB, 128 values, source hwloc", "cores 0 1",
                  "images: generated, not the official ones", "L3 of 480 MiB looks like the host's"):
        assert words in card, words
    assert '<topology>\n<object type="Machine"/>' in card


def test_every_point_of_predicted_against_counted_is_in_the_data(page, sweep):
    points = page.points("predicted-lines")
    expected = {(row["run"], level, traffic, row[f"{level}_{predicted}"], row[f"{level}_{counted}"])
                for row in sweep for level in ("memory", "l1", "l2")
                for traffic, predicted, counted in (("misses", "predicted_lines", "misses"),
                                                    ("write-backs", "predicted_write_lines", "write_backs"))}
    found = {(point["run"], point["level"], point["traffic"], float(point["predicted"]), float(point["counted"]))
             for point in points}
    assert found == expected
    assert {point["counted_by"] for point in points} == {"simulated"}


def test_shares_are_counted_one_by_one(page, sweep):
    rows = [row for row in sweep if row["policy"] == "rr" and row["engine"] == "connection_list"]
    near = sum(abs(row["l1_misses"] - row["l1_predicted_lines"]) <= 0.1 * row["l1_predicted_lines"] for row in rows)
    share = next(row for row in page.rows("lines", 0)
                 if [row[key] for key in ("level", "traffic", "policy", "engine")]
                 == ["L1", "misses", "rr", "connection_list"])
    assert share["points"] == str(len(rows))
    assert share["within 10 %"].endswith(f"({near} of {len(rows)})")
    assert share["within 2×"].endswith(f"({len(rows)} of {len(rows)})")


def test_the_worst_point_comes_first(page, sweep):
    factors = [row[f"{level}_{counted}"] / row[f"{level}_{predicted}"]
               for row in sweep for level in ("memory", "l1", "l2")
               for predicted, counted in (("predicted_lines", "misses"), ("predicted_write_lines", "write_backs"))]
    worst = page.rows("lines", 1)
    assert len(worst) == 10
    assert worst[0]["deviation"] == f"{100 * (max(factors) - 1):+.1f} %"


def test_every_point_of_ios_against_memory_is_in_the_data(page, sweep):
    found = {(point["network"], point["order"], point["policy"], float(point["memory_values"]), float(point["total"]),
              float(point["lower"]), float(point["upper"])) for point in page.points("io-against-memory")}
    assert found == {(row["network"], row["order"], row["policy"], row["memory_values"], row["total"], row["lower"],
                      row["upper"]) for row in sweep}


def test_every_repetition_is_in_the_data_and_lasts_as_long_as_its_slowest_thread(page, sweep):
    points = page.points("engine-times")
    dots = {(point["run"], int(float(point["repetition"]))): float(point["seconds"])
            for point in points if point["point"] == "repetition"}
    slowest = {}
    for run, repetition, _, _, seconds in synthetic.samples_of(sweep):
        key = (run.decode(), repetition)
        slowest[key] = max(slowest.get(key, 0), seconds)
    assert dots == {key: pytest.approx(value, rel=1e-6) for key, value in slowest.items()}
    bars = {point["run"]: float(point["seconds"]) for point in points if point["point"] == "median"}
    assert bars == {row["run"]: pytest.approx(row["seconds"], rel=1e-6) for row in sweep}


def test_one_row_a_case(page, sweep):
    rows = page.rows("cases", 0)
    assert len(rows) == len(sweep)
    for row, case in zip(rows, sweep):
        assert (row["network"], row["order"], row["policy"], row["memory"], row["engine"]) == tuple(
            case[key] for key in ("network", "order", "policy", "memory", "engine"))
        assert row["total"] == whole(case["total"]) and row["lower"] == whole(case["lower"])
        assert row["L1 predicted"] == whole(case["l1_predicted_lines"])
        assert row["L1 simulated"] == whole(case["l1_misses"])


def test_nothing_failed(page):
    assert page.sections["not-there"].split() == "Failed or unavailable points none".split()


def test_simulated_is_never_called_measured(page):
    assert "measured by" not in page.sections["lines"]
    assert not [row for table in page.tables["cases"] for row in table[:2] if "measured" in " ".join(row)]


def test_summary_has_the_headline_numbers(text, sweep):
    lead = re.search(r'id="summary">(.*?)</div>', text, re.S).group(1)
    assert f">{len(sweep)} cases, all ok.<" in lead
    best = min(row["ratio"] for row in sweep if row["network"] == MLP)
    assert f"moves {best:.2f}× the lower bound" in lead
    assert "On track general the highest nominal rate is" in lead


def test_a_missing_number_is_a_dash_with_its_reason_and_never_a_zero(tmp_path):
    rows = plain_sweep()
    rows[1] |= UNCOUNTED | dict(meter="papi", misses_source="papi", misses_status="unavailable: no PMU")
    text = written(tmp_path, rows)
    page = Page(text)
    row = page.rows("cases", 0)[1]
    assert row["L1 simulated"] == MISSING and row["L1 predicted"] == whole(rows[1]["l1_predicted_lines"])
    assert text.count('<abbr title="unavailable: no PMU">' + MISSING) == 6  # three levels, misses and write-backs
    assert rows[1]["run"] not in {point["run"] for point in page.points("predicted-lines")}
    assert "no PMU" in page.sections["not-there"]
    cells = [cell for table in page.tables.values() for one in table for row in one for cell in row]
    assert "nan" not in {cell.lower() for cell in cells}


def test_sources_of_counts_share_no_column_and_no_panel(tmp_path):
    rows = plain_sweep()
    rows[1] |= dict(misses_source="papi")
    rows[2] |= dict(misses_source="callgrind")
    text = written(tmp_path, rows)
    table = Page(text).rows("cases", 0)
    assert [row["L1 measured by papi"] for row in table] == [MISSING, whole(rows[1]["l1_misses"]), MISSING]
    assert [row["L1 simulated"] for row in table] == [whole(rows[0]["l1_misses"]), MISSING, MISSING]
    assert [row["L1 simulated by callgrind"] for row in table] == [MISSING, MISSING, whole(rows[2]["l1_misses"])]
    titles = re.findall(r"<h3>(L1: misses, [^<]*)</h3>", text)
    assert titles == ["L1: misses, simulated", "L1: misses, measured by papi", "L1: misses, simulated by callgrind"]


def test_tracks_share_no_table_and_no_panel(tmp_path):
    rows = plain_sweep()
    rows[1] |= dict(track="value", executed_edges=rows[1]["edges"] / 50)
    text = written(tmp_path, rows)
    page = Page(text)
    assert [len(page.rows("times", number)) for number in (0, 1)] == [2, 1]
    assert [len(page.rows("cases", number)) for number in (0, 1)] == [2, 1]
    assert page.rows("times", 1)[0]["executed / edges"] == f"2.0{SPACE}%"
    assert len(re.findall(r"<h3>[^<]*track (?:general|value)</h3>", text)) == 2


def test_costs_share_no_table_and_only_unit_cost_is_drawn(tmp_path):
    rows = plain_sweep()
    rows[1] |= dict(cost="bytes", total=rows[1]["total"] * 4)
    page = Page(written(tmp_path, rows))
    assert len(page.tables["cases"]) == 2
    assert len(page.points("io-against-memory")) == 2
    assert "1 row with another cost than unit left out" in page.sections["memory"]


def test_a_table_too_long_to_show_says_so_and_failures_are_all_there(tmp_path, monkeypatch):
    monkeypatch.setattr("listings.table.MOST_ROWS", 3)
    rows = [synthetic.make_row(n, MLP, "by_target", "lru", "100", "csr", 64 + n, status="error", error="no", **UNTIMED)
            for n in range(5)]
    page = Page(written(tmp_path, rows))
    assert len(page.rows("cases", 0)) == 3 and "The first 3 of 5 rows" in page.sections["cases"]
    assert len(page.rows("not-there", 1)) == 5


def test_what_the_system_counted_is_shown_where_a_row_has_it(tmp_path):
    counted = [synthetic.make_row(0, MLP, "by_target", "lru", "100", "csr", 64, page_faults=1234.0,
                                  context_switches=0.0, task_clock_seconds=0.25)]
    def titles(rows):
        file = synthetic.write(tmp_path / "sweep.h5", rows)
        return [column.title for table in rates.make(results_file.load(file)) for column in table.columns]
    assert {"page faults", "context switches", "processor time of the pass"} <= set(titles(counted))
    assert "page faults" not in titles(plain_sweep())


def test_an_accuracy_is_shown_where_a_row_has_one_and_its_absence_has_a_reason(tmp_path):
    rows = plain_sweep()
    assert "accuracy" not in Page(written(tmp_path, rows)).rows("times", 0)[0]
    rows[0] |= dict(accuracy=0.96875, accuracy_status="31 of 32 right")
    for row in rows[1:]:
        row["accuracy_status"] = "no labels are given"
    text = written(tmp_path, rows)
    table = Page(text).rows("times", 0)
    assert table[0]["accuracy"] == f"96.9{SPACE}%" and table[1]["accuracy"] == MISSING
    assert "no labels are given" in text


def test_a_speed_up_names_its_baseline(tmp_path):
    rows = plain_sweep()
    rows[0] |= dict(speedup=12.5, baseline_seconds=2.0)
    table = Page(written(tmp_path, rows)).rows("times", 0)
    assert table[0]["speed-up and its baseline"] == f"12.5× over reference (2.00{SPACE}s)"
    assert table[1]["speed-up and its baseline"] == MISSING


def test_a_median_stands_with_its_interval_or_with_why_there_is_none(tmp_path):
    rows = plain_sweep()
    rows[0] |= dict(seconds=1.0, seconds_low=0.98, seconds_high=1.03, timed_runs=10, nominal_rate=9e99,
                    seconds_interval="values 2 and 9 of 10, coverage 0.979", speedup=2.0, speedup_low=1.9,
                    speedup_high=2.2, baseline_seconds=2.0)
    text = written(tmp_path, rows)
    page = Page(text)
    table = page.rows("times", 0)
    assert table[0]["its 0.95 interval"] == f"980{SPACE}ms to 1.03{SPACE}s"
    assert table[0]["speed-up and its baseline"] == f"2.00× (1.90× to 2.20×) over reference (2.00{SPACE}s)"
    assert table[1]["its 0.95 interval"] == MISSING
    assert page.rows("cases", 0)[0]["interval of the median"] == f"980{SPACE}ms to 1.03{SPACE}s"
    assert "none: 5 values cover 0.938 at most; 0.95 needs 6" in text
    assert f"between 980{SPACE}ms and 1.03{SPACE}s with confidence 0.95" in text
    bar = next(point for point in page.points("engine-times")
               if point["point"] == "median" and float(point["seconds"]) == 1.0)
    assert (float(bar["seconds_low"]), float(bar["seconds_high"])) == (0.98, 1.03)


def test_failed_rows_are_listed_and_have_no_time(tmp_path):
    rows = plain_sweep()
    failures = {"incorrect": "12 categories differ", "timeout": "time limit of 60 s", "error": "bad <weight>",
                "unsupported": "csr executes by_target only"}
    for status, error in failures.items():
        untimed = {} if status == "incorrect" else UNTIMED
        rows.append(synthetic.make_row(len(rows), MLP, "by_source", "lru", "100", "csr", 64, status=status, error=error,
                                       **untimed))
    text = written(tmp_path, rows)
    page = Page(text)
    for status, error in failures.items():
        row = next(row for row in page.rows("not-there", 1) if row["status"] == status)
        assert row["reason"] == error and row["engine"] == "csr"
        timed = next(row for row in page.rows("times", 0) if row["status"] == status)
        assert timed["seconds, median"] == MISSING and timed["nominal rate"] == MISSING
    assert len(page.rows("not-there", 1)) == 4
    assert "<weight>" not in text and "&lt;weight&gt;" in text
    drawn = [point for point in page.points("engine-times") if point["status"] != "ok"]
    assert len(drawn) == 4 and all(point["seconds"] == "" for point in drawn)
    assert "incorrect" in "".join(re.findall(r"<text.*?</text>", text, re.S))


def test_a_row_that_failed_early_shows_unknown_facts_as_unknown(tmp_path):
    blank = {name: NAN for name in synthetic.REALS} | {name: 0 for name in synthetic.INTEGERS}
    rows = plain_sweep() + [synthetic.make_row(9, MLP, "blocks", "min", "100", "csr", 64)
                            | blank | dict(status="error", error="out of memory")]
    failed = Page(written(tmp_path, rows)).rows("cases", 0)[-1]
    assert failed["M values"] == MISSING and failed["total"] == MISSING and failed["lower"] == MISSING


def test_a_true_zero_stays_a_zero(tmp_path):
    rows = plain_sweep()
    rows[0] |= dict(l2_predicted_write_lines=0.0, l2_write_backs=0.0)
    page = Page(written(tmp_path, rows))
    assert page.rows("cases", 0)[0]["L2 write-backs simulated"] == "0"
    assert "1 point with a true zero" in page.sections["lines"]


def test_rows_of_the_model_alone(tmp_path):
    alone = UNTIMED | UNCOUNTED | dict(engine="none", meter="none", misses_source="", misses_status="", verified="")
    rows = [row | alone for row in plain_sweep()]
    page = Page(written(tmp_path, rows))
    assert len(page.points("io-against-memory")) == 3
    assert "No row that is ok has a time." in page.sections["times"]
    assert "No row has both a predicted and a counted number of lines." in page.sections["lines"]
    assert "none" in page.sections["not-there"]


@pytest.mark.parametrize("name", [*columns.TEXTS, *columns.NUMBERS])
def test_each_column_may_be_absent(tmp_path, name):
    """Loading and every table; figures are tried with whole groups of columns absent, below."""
    results = results_file.load(synthetic.write(tmp_path / "sweep.h5", plain_sweep(), leave_out=(name,)))
    assert name in synthetic.FALLBACKS and results.absent == {name}
    for made in (all_cases, deviations, not_there, rates):
        made.make(results)
    assert summary.sentences(results)


@pytest.mark.parametrize("leave_out", [
    tuple(name for name in synthetic.TEXTS if name not in ("run", "status")), tuple(synthetic.INTEGERS),
    tuple(synthetic.REALS), ("run",), ("panel", "l1_bytes", "l2_bytes", "l3_bytes"), ("upper",), ("edges", "seconds"),
])
def test_groups_of_columns_may_be_absent(tmp_path, leave_out):
    page = Page(written(tmp_path, plain_sweep(), leave_out=leave_out))
    assert len(page.rows("cases", 0)) == 3


def test_an_unknown_column_changes_nothing(tmp_path, monkeypatch):
    before = written(tmp_path, plain_sweep())
    monkeypatch.setattr(synthetic, "REALS", synthetic.REALS + ("phase_of_the_moon",))
    rows = [row | dict(phase_of_the_moon=0.5) for row in plain_sweep()]
    assert written(tmp_path, rows) == before


def test_a_sweep_that_has_just_begun(tmp_path):
    page = Page(written(tmp_path, []))
    assert list(page.sections) == ["machine", "lines", "gaps", "memory", "roofline", "times", "cases", "not-there"]
    assert not page.csv


def test_the_same_file_gives_the_same_page(tmp_path):
    assert written(tmp_path, plain_sweep()) == written(tmp_path, plain_sweep())


def test_nan_is_not_a_number_of_any_wording():
    for say in (wording.whole, wording.significant, wording.seconds, wording.rate, wording.size, wording.percent,
                wording.factor):
        assert say(math.nan) == MISSING and say(None) == MISSING
