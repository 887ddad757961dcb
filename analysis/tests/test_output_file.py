"""output_file: what a rename must never replace, and that a file comes whole or not at all."""

import os
import subprocess
import sys

import numpy as np
import pytest

import experiment
import import_network
import output_file
import policies
import report
import synthetic
from command_line import BadInput
from conftest import ANALYSIS


@pytest.fixture(name="commands")
def commands_that_write(tmp_path):
    """[(name, ending of --out, run)] of the three kinds of command; run(out) returns the exit code."""
    file = synthetic.write(tmp_path / "r.h5", synthetic.sweep()[:3])
    np.savez(tmp_path / "m.npz", W1=np.eye(3))
    return [("report.py", ".html", lambda out: report.main([str(file), "--out", str(out)])),
            ("policies.py", ".png", lambda out: experiment.command("policies.py", policies.make,
                                                                   [str(file), "--out", str(out)])),
            ("import_network.py", ".h5", lambda out: import_network.main([str(tmp_path / "m.npz"), "--last", "relu", "--out",
                                                                              str(out)]))]


def test_what_is_no_regular_file_is_refused_and_stays(tmp_path, commands, capsys):
    for name, ending, run in commands:
        pipe, folder = tmp_path / f"pipe{ending}", tmp_path / f"folder{ending}"
        os.mkfifo(pipe)
        folder.mkdir()
        astray = tmp_path / "none" / f"x{ending}"
        for out, what in ((pipe, "not a regular file"), (folder, "a folder"), (astray, "no folder")):
            assert run(out) == 1
            said = capsys.readouterr()
            assert said.out == "" and said.err.count("\n") == 1
            assert said.err.startswith(f"{name}: {out}: ") and what in said.err and "--out" in said.err
        assert pipe.is_fifo() and not list(folder.iterdir())
    assert not list(tmp_path.glob("*partial*"))


@pytest.mark.parametrize("script, ending, made", [("report.py", "h5", "html"), ("policies.py", "h5", "png"),
                                                  ("import_network.py", "npz", "out.h5")])
def test_a_name_that_is_not_utf_8_is_a_name(tmp_path, script, ending, made):
    folder = os.fsencode(tmp_path)
    given, wanted = (folder + b"/r\xff." + end.encode() for end in (ending, made))
    if ending == "npz":
        np.savez(os.fsdecode(given), W1=np.eye(3))
    else:
        synthetic.write(os.fsdecode(given), synthetic.sweep()[:3])
    done = subprocess.run([sys.executable, ANALYSIS / script, given, *(["--last", "relu", "--out", wanted] if ending == "npz" else [])],
                          capture_output=True, check=False, env={**os.environ, "LC_ALL": "C.UTF-8"})
    assert (done.returncode, done.stdout) == (0, wanted + b"\n"), done.stderr.decode()
    assert os.path.exists(wanted)
    for page in tmp_path.glob("*.html"):
        assert "r\N{REPLACEMENT CHARACTER}" in page.read_text(encoding="utf-8")


def test_files_beside_a_figure_are_looked_at_too(tmp_path, commands, capsys):
    os.mkfifo(tmp_path / "f.figure.html")
    assert commands[1][2](tmp_path / "f.png") == 1
    assert "f.figure.html: cannot be written: it is not a regular file" in capsys.readouterr().err
    assert not (tmp_path / "f.png").exists()


def test_inputs_are_never_replaced_by_whatever_name(tmp_path):
    model = tmp_path / "model.h5"
    model.write_text("a model")
    (tmp_path / "link.h5").symlink_to(model)
    (tmp_path / "hard.h5").hardlink_to(model)
    for name in ("model.h5", "link.h5", "hard.h5"):
        with pytest.raises(BadInput, match="model.h5, which is read; give another --out"):
            output_file.check(tmp_path / name, [tmp_path / "other.npz", model])
    output_file.check(tmp_path / "new.h5", [model])


def test_results_are_never_replaced(tmp_path):
    sealed = tmp_path / "hours.h5"
    sealed.write_bytes(b"rows\nsparsio-xxh3-64 0123456789abcdef\n")
    with pytest.raises(BadInput, match="hours.h5: holds results of `sparsio run`, which would be lost; give another"):
        output_file.check(sealed)
    with pytest.raises(BadInput, match="holds results"), output_file.whole(sealed) as beside:
        beside.write_text("a page")
    assert sealed.read_bytes().startswith(b"rows")
    for text in (b"", b"sparsio-xxh3-64 0123456789abcdef", b"sparsio-xxh3-64 0123456789abcdef\nmore\n"):
        sealed.write_bytes(text)
        output_file.check(sealed)


def test_a_link_stays_a_link_and_a_failure_leaves_the_old_file(tmp_path):
    target, link = tmp_path / "target", tmp_path / "link"
    link.symlink_to(target)
    for text in ("new", "newer"):
        with output_file.whole(link) as beside:
            beside.write_text(text)
        assert link.is_symlink() and target.read_text() == text
    with pytest.raises(KeyboardInterrupt), output_file.whole(target) as beside:
        beside.write_text("half of")
        raise KeyboardInterrupt
    assert target.read_text() == "newer" and sorted(path.name for path in tmp_path.iterdir()) == ["link", "target"]
