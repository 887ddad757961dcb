"""configs/predicted_vs_measured.toml made small and counted by replay: the goals hold there too, and the report says so."""

import math
from pathlib import Path

import predicted_vs_measured
import results_file
import synthetic
from built_program import needs_program, sparsio
from page_reader import Page

ROOT = Path(__file__).resolve().parents[2]
SMALL = {"network": "mlp:widths=60x4,density=0.2", "meter": "simulated", "caches": "L1=4KiB/4",
         "memory": '["2KiB", "8KiB", "512KiB"]'}


@needs_program
def test_the_goals_hold_in_small(tmp_path, capsys):
    file = tmp_path / "small.h5"
    changes = [part for key, value in SMALL.items() for part in ("--set", f"{key}={value}")]
    done = sparsio("run", "configs/predicted_vs_measured.toml", "--out", file, *changes, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    results = results_file.load(file)
    assert set(results.runs["status"]) == {"ok"} and set(results.runs["policy"]) == {"lru"}

    assert predicted_vs_measured.main([str(file)]) == 0
    said = capsys.readouterr().out
    assert said.splitlines()[0] == str(file.with_suffix(".html"))
    assert "simulated, fully associative, up to 256 KiB" in said and "callgrind" not in said
    page = Page(file.with_suffix(".html").read_text(encoding="utf-8"))
    assert page.points("miss-curve") and page.points("gap-ladder")

    judged = predicted_vs_measured.judged(results).set_index("part")
    for part in ("simulated, fully associative, up to 256 KiB", "simulated, few ways"):
        assert judged.loc[part, "points"] >= 20
        assert judged.loc[part, "within_5_percent"] >= 0.9
        assert judged.loc[part, "apart_alike"] >= 0.9
    assert judged.loc["simulated, twin_tiles", "points"] >= 6
    assert judged.loc["simulated, twin_tiles", "within_5_percent"] >= 0.9


def test_what_was_not_measured_is_no_number(tmp_path, capsys):
    """One scheduler has no rivals to be ranked against; rows that counted nothing have no points."""
    row = synthetic.sweep()[0]
    alone = synthetic.write(tmp_path / "alone.h5", [row])
    table = predicted_vs_measured.judged(results_file.load(alone))
    assert (table["points"] > 0).any() and (table["groups"] == 0).all()
    shares = [name for name in table if name not in ("part", "points", "groups")]
    unranked = [name for name in shares if name.startswith(("tau", "near", "apart"))]
    assert len(unranked) == 6 and table[unranked].isna().all(axis=None)
    assert table[table["points"] == 0][shares].isna().all(axis=None)
    uncounted = {f"{level}_{what}": math.nan for level in synthetic.LEVELS for what in ("misses", "write_backs")}
    nothing = synthetic.write(tmp_path / "nothing.h5", [row | uncounted])
    assert predicted_vs_measured.main([str(nothing)]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == ["points: none; no row has misses both predicted and counted"]


def test_a_file_that_is_not_there_is_refused(tmp_path, capsys):
    assert predicted_vs_measured.main([str(tmp_path / "none.h5")]) == 1
    assert "no such file" in capsys.readouterr().err
