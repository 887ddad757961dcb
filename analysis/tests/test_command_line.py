"""Every command in Python, whatever it is for: how it refuses what it was not made for."""

import subprocess
import sys

import pytest
from conftest import ANALYSIS

SCRIPTS = [path for folder in (ANALYSIS, ANALYSIS.parent / "jobs") for path in sorted(folder.glob("*.py"))
           if "__main__" in path.read_text(encoding="utf-8")]
REQUIRED = {"report": ["r.h5"], "train_digits": ["--out", "d"], "import_network": ["m.npz", "--out", "m.h5"],
            "peers": ["--network", "n", "--inputs", "x"], "rank_times": ["r.json", "--out", "r.png"]}


def refusal(script, *words):
    """The one line on stderr of a command that ends with 1 and has nothing to say on stdout."""
    done = subprocess.run([sys.executable, script, *map(str, words)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, ""), (done.returncode, done.stdout, done.stderr)
    assert done.stderr.count("\n") == 1 and "; " in done.stderr, done.stderr
    return done.stderr


def test_all_commands_are_tried():
    assert {"report.py", "import_network.py", "chooser.py", "policies.py", "graph_challenge.py", "kill_harness.py",
            "check_layers.py", "peers.py"} <= {script.name for script in SCRIPTS}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_misspelt_option_is_one_line_and_exit_code_1(script):
    said = refusal(script, *REQUIRED.get(script.stem, ()), "--no-such-option")
    assert said.startswith(script.name) and "--no-such-option; have: --help" in said


@pytest.mark.parametrize("stem", ("quickstart", "predicted_vs_measured", "report", "policies"))
def test_each_command_speaks_by_its_own_name(tmp_path, stem):
    script, file = ANALYSIS / f"{stem}.py", tmp_path / "none.h5"
    assert refusal(script, file).startswith(f"{stem}.py: {file}: no such file")
    assert refusal(script, "--out", tmp_path / "none.png", file).startswith(f"{stem}.py: {file}: no such file")
    told = subprocess.run([sys.executable, script, "--help"], capture_output=True, text=True, check=False)
    assert told.returncode == 0 and told.stdout.startswith(f"usage: {stem}.py")


@pytest.mark.parametrize("stem", ("report", "predicted_vs_measured", "policies"))
@pytest.mark.parametrize("name", ("", ".", "/", "x" * 300))
def test_results_that_are_no_file_have_no_name_to_write_beside(stem, name):
    assert "no such file" in refusal(ANALYSIS / f"{stem}.py", name)


def test_other_wrong_usage_is_one_line_too():
    script = ANALYSIS / "import_network.py"
    assert "required: MODEL, --out; see import_network.py --help" in refusal(script)
    assert "--rows: invalid choice: 'x' (choose from" in refusal(script, "m.npz", "--out", "m.h5", "--rows", "x")
    assert "--threshold: invalid float value" in refusal(script, "m.npz", "--out", "m.h5", "--threshold", "a\nb")
    script = ANALYSIS.parent / "jobs" / "kill_harness.py"
    assert "no_program: no such file" in refusal(script, "--program", "no_program")
