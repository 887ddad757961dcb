"""The command: what it refuses, in one line, leaving everything as it was."""

import subprocess
import sys

import h5py
import numpy as np
import pytest

import report
import required_modules
import synthetic
from conftest import ANALYSIS


def no_file(path):
    pass


def nothing_in_it(path):
    path.write_bytes(b"")


def a_text(path):
    path.write_text("network,seconds\n")


def half_of_one(path):
    whole = synthetic.write(path.with_suffix(".whole"), synthetic.sweep()[:3]).read_bytes()
    path.write_bytes(whole[:len(whole) // 2])


def another_hdf5(path):
    with h5py.File(path, "w") as file:
        file["temperatures"] = np.arange(3)


def runs_that_are_no_table(path):
    with h5py.File(path, "w") as file:
        file["runs"] = np.arange(3)


def a_folder(path):
    path.mkdir()


BAD_FILES = (no_file, nothing_in_it, a_text, half_of_one, another_hdf5, runs_that_are_no_table, a_folder)


@pytest.mark.parametrize("make", BAD_FILES, ids=lambda make: make.__name__)
def test_a_bad_file_is_one_clear_error_and_nothing_is_written(tmp_path, capsys, make):
    file = tmp_path / "bad.h5"
    page = tmp_path / "bad.html"
    make(file)
    page.write_text("the old page")
    before = sorted(tmp_path.iterdir())
    assert report.main([str(file)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"report.py: {file}") and said.err.count("\n") == 1 and "; " in said.err
    assert sorted(tmp_path.iterdir()) == before and page.read_text() == "the old page"


def test_a_place_that_is_not_there(tmp_path, capsys):
    file = synthetic.write(tmp_path / "sweep.h5", synthetic.sweep()[:2])
    assert report.main([str(file), "--out", str(tmp_path / "no" / "page.html")]) == 1
    assert "there is no folder" in capsys.readouterr().err


def test_a_place_for_figures_that_is_no_folder(tmp_path, capsys):
    file = synthetic.write(tmp_path / "sweep.h5", synthetic.sweep()[:2])
    figures = tmp_path / "c.toml"
    figures.write_text("a config")
    assert report.main([str(file), "--figures", str(figures)]) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"report.py: {figures}: cannot be written") and "--figures" in said and "--out" not in said
    assert figures.read_text() == "a config" and not (tmp_path / "sweep.html").exists()


def test_the_results_are_never_overwritten(tmp_path, capsys):
    file = synthetic.write(tmp_path / "sweep.h5", synthetic.sweep()[:2])
    before = file.read_bytes()
    assert report.main([str(file), "--out", str(file)]) == 1
    assert file.read_bytes() == before and "sweep.h5, which is read" in capsys.readouterr().err


def test_stdout_is_the_path_and_nothing_is_left_beside(tmp_path):
    file = synthetic.write(tmp_path / "sweep.h5", synthetic.sweep()[:2])
    out = tmp_path / "page.html"
    done = subprocess.run([sys.executable, ANALYSIS / "report.py", file, "--out", out], cwd="/", capture_output=True,
                          text=True, check=False)
    assert (done.returncode, done.stdout) == (0, f"{out}\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["page.html", "sweep.h5"]


def test_a_missing_module_is_named_in_one_line(monkeypatch):
    monkeypatch.setattr(required_modules, "missing_modules", lambda names: ["h5py", "jinja2"])
    with pytest.raises(SystemExit) as ended:
        report.main(["any.h5"])
    assert "\n" not in ended.value.code and "h5py, jinja2" in ended.value.code and "python3-h5py" in ended.value.code


def test_without_any_module_the_command_exits_with_1(tmp_path):
    """A Python that sees its standard library only."""
    done = subprocess.run([sys.executable, "-I", "-S", ANALYSIS / "report.py", tmp_path / "any.h5"],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.count("\n") == 1 and "pandas" in done.stderr
