"""`jobs/graph_challenge.py`: a row a network, right answers compared with published ones, a bad network told and left.

They assert that rows are verified, that categories that are not the network's turn the row `incorrect` and hide its
rate, and that a network that cannot be is a row with the program's words while the others go on.
"""

import subprocess
import sys
from pathlib import Path

from built_program import PROGRAM, needs_program

SCRIPT = Path(__file__).resolve().parents[2] / "jobs" / "graph_challenge.py"

pytestmark = needs_program


def challenge(*words):
    command = [sys.executable, SCRIPT, "--program", PROGRAM, "--layers", "120", "--repetitions", "1", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_rows_are_verified():
    done = challenge("--neurons", 1024, "--count", 64)
    assert done.returncode == 0, done.stderr
    (row,) = done.stdout.splitlines()[1:]
    assert row.split()[:2] == ["1024", "120"]
    assert "ok: 8 inputs against reference" in row


def test_wrong_categories_have_no_rate(tmp_path):
    (tmp_path / "neuron1024-l120-categories.tsv").write_text("1\n2\n3\n")
    done = challenge("--neurons", 1024, "--count", 64, "--official", tmp_path)
    assert done.returncode == 1
    (row,) = done.stdout.splitlines()[1:]
    assert "incorrect" in row
    assert row.split()[4:6] == ["-", "-"]


def test_a_network_that_cannot_be_does_not_stop_the_others():
    done = challenge("--neurons", 1000, 1024, "--count", 16)
    assert done.returncode == 1
    bad, good = done.stdout.splitlines()[1:]
    assert "not a power of two" in bad
    assert "ok: 8 inputs" in good
