"""The table of what predictions were worth: networks of the config, and its sums."""

from pathlib import Path

import chooser
from built_program import PROGRAM, needs_program, sparsio

ROOT = Path(__file__).resolve().parents[2]


def test_networks_of_the_config_once_each():
    found = chooser.networks(ROOT / "configs" / "predicted_vs_measured.toml")
    assert len(found) == len(set(found)) == 9
    assert "radix_net:neurons=1024,layers=3" in found


def answer(network, first, tied, regret):
    choices = [{"status": "ok", "predicted_seconds": p, "seconds": s} for p, s in ((1, 2), (2, 1), (3, 4))]
    choices.append({"status": "not measured", "predicted_seconds": 9, "seconds": None})
    return {"network": network, "predicted_first_is_fastest": first, "predicted_first_is_tied": tied, "regret": regret,
            "recommended": "--engine csr", "choices": choices}


def test_the_table_counts_firsts_and_ties_and_says_the_greatest_regret():
    rows = [chooser.judged(answer("a", True, True, 1.0)), chooser.judged(answer("b", False, True, 1.01)),
            chooser.judged(answer("c", False, False, 1.5))]
    assert rows[0]["measured"] == 3 and abs(rows[0]["tau"] - 1 / 3) < 1e-12
    text = chooser.table(rows)
    assert "measured first in 1 of 3, and in 2 of 3 repetition" in text and "greatest regret 1.500" in text
    assert "| c | no | yes | 1.500 | 0.33 | --engine csr |" in text


def test_what_cannot_be_asked_is_one_line(tmp_path, capsys):
    config, absent = tmp_path / "c.toml", tmp_path / "none"
    good = 'network = "mlp:widths=64x3,density=0.2"\n'
    for text, place, what in ((None, config, "cannot be read (No such file or directory)"),
                              ("network = [\n", config, "is not TOML"), (b"\xff", config, "is not TOML"),
                              ("", config, "does not name its networks"),
                              ('[network]\nkind = "mlp"\n', config, "does not name its networks"),
                              (good, absent, "cannot be run")):
        if text is not None:
            config.write_bytes(text if isinstance(text, bytes) else text.encode())
        assert chooser.main([str(config), "--program", str(absent)]) == 1
        said = capsys.readouterr()
        assert said.out == "" and said.err.count("\n") == 1 and "; " in said.err
        assert said.err.startswith(f"chooser.py: {place}: ") and what in said.err


@needs_program
def test_it_runs_the_program(tmp_path, capsys):
    calibration = tmp_path / "calibration.toml"
    config = tmp_path / "small.toml"
    config.write_text('network = "mlp:widths=64x3,density=0.2"\n')
    done = sparsio("calibrate", "--keep-doubtful", "--seconds", "0.001", "--source", "simulated", "--caches",
                   "L1=4KiB/4", "--out", calibration)
    assert done.returncode == 0, done.stderr
    code = chooser.main([str(config), "--program", str(PROGRAM), "--calibration", str(calibration), "--measure", "2",
                         "--repetitions", "1", "--inputs", "random:count=64"])
    assert code == 0
    assert "of 1, and in" in capsys.readouterr().out
