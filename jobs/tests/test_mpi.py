"""A sweep started by mpirun: the rows that one process gives, whatever happens to the ranks on the way."""

import csv
import io
import os
import signal
import subprocess
import time

import pytest

from started_ranks import ENVIRONMENT, MPIRUN, PROGRAM, ranks_of, reason

pytestmark = pytest.mark.skipif(bool(reason), reason=reason)

# Model cases, timed cases, one whose inputs do not fit its network, and some for more ranks than there are.
MIXED = """
[[sweep]]
network = ["mlp:widths=60x4,density=0.2", "mlp:widths=40x5,density=0.3,seed=3"]
memory = [5, 20, 80]
policy = ["lru", "min"]
order = ["by_target", "blocks"]
[[sweep]]
network = ["radix_net:neurons=1024,layers=2", "mlp:widths=50x3,density=0.2"]
inputs = "images:neurons=1024,count=48"
engine = ["csr", "reference"]
memory = 100
meter = "simulated"
repetitions = 1
[[sweep]]
network = "radix_net:neurons=1024,layers=2"
inputs = "images:neurons=1024,count=48"
engine = "csr"
memory = 100
ranks = [2, 64]
"""
# Cases of some 0.1 s, slow enough to be met in the middle.
SLOW = """
network = ["mlp:widths=400x5,density=0.3", "mlp:widths=350x5,density=0.4"]
memory = [10, 40, 160, 640]
order = ["by_target", "blocks"]
policy = "min"
"""
# What a clock says, when and where; everything else is the same however a row was made.
MEASURED = {"started", "wall_seconds", "seconds", "seconds_min", "prepare_seconds", "nominal_rate", "executed_rate",
            "memory_max", "memory_sum"}


class Sweep:
    def __init__(self, folder, text):
        self.folder = folder
        self.config = folder / "sweep.toml"
        self.config.write_text(text)

    def start(self, ranks, out="sweep.h5", environment=(), log=None):
        words = [PROGRAM, "run", self.config, "--out", self.folder / out]
        if ranks:
            words = [*MPIRUN, "-n", str(ranks), *words]
        log = log or subprocess.PIPE
        return subprocess.Popen(words, env=dict(ENVIRONMENT, **dict(environment)), stdout=log, stderr=subprocess.STDOUT,
                                text=True)

    def run(self, ranks, out="sweep.h5", environment=()):
        process = self.start(ranks, out, environment)
        text = process.communicate(timeout=250)[0]
        return process.returncode, text

    def rows(self, out="sweep.h5"):
        done = subprocess.run([PROGRAM, "export", self.folder / out, "--csv"], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        rows = list(csv.DictReader(io.StringIO(done.stdout)))
        assert len({row["run"] for row in rows}) == len(rows), "a row is there twice"
        return {row["run"]: row for row in rows}

    def count(self):
        if not (self.folder / "sweep.h5").exists() and not (self.folder / "sweep.h5.journal").exists():
            return 0
        return len(self.rows())

    def meet_in_the_middle(self, process):
        """Waits until some rows are there."""
        end = time.monotonic() + 60
        while self.count() < 3 and time.monotonic() < end:
            assert process.poll() is None, "ended before anybody looked"
            time.sleep(0.02)  # between two looks
        assert self.count() >= 3

    def nothing_is_left(self):
        assert not (self.folder / "sweep.ranks").exists()
        assert not (self.folder / "sweep.h5.journal").exists()


def without_measured(row):
    return {name: value for name, value in row.items() if name not in MEASURED}


def test_the_same_rows_as_one_process(tmp_path):
    sweep = Sweep(tmp_path, MIXED)
    code, text = sweep.run(0, "alone.h5")
    assert code == 2, text
    alone = sweep.rows("alone.h5")
    assert {row["status"] for row in alone.values()} == {"ok", "error", "unsupported"}
    # 4 ranks as on two nodes: a timed case on each at a time.
    for ranks, environment in ((1, {}), (2, {}), (4, {"SPARSIO_NODE_RANKS": "2"})):
        code, text = sweep.run(ranks, f"{ranks}.h5", environment)
        assert code == 2, text
        rows = sweep.rows(f"{ranks}.h5")
        assert rows.keys() == alone.keys()
        for run, row in rows.items():
            assert without_measured(row) == without_measured(alone[run]), f"{ranks} ranks"


def test_a_case_of_several_ranks_that_fails_is_a_row_and_the_sweep_goes_on(tmp_path):
    sweep = Sweep(tmp_path, """
network = "mlp:widths=200x4,density=0.2"
inputs = "random:count=20,density=0.3"
memory = 100
ranks = 2
driver = "data"
repetitions = 1
[[sweep]]
inputs = "random:count=100000,density=0.3"
engine = "reference"
time_limit = 0.5
[[sweep]]
inputs = "images:neurons=64,count=4"
engine = "csr"
[[sweep]]
engine = ["csr", "auto"]
""")
    for nodes in ({}, {"SPARSIO_NODE_RANKS": "1"}):
        out = f"{len(nodes)}.h5"
        code, text = sweep.run(2, out, nodes)
        assert code == 2, text
        assert sorted(row["status"] for row in sweep.rows(out).values()) == ["error", "ok", "ok", "timeout"], text


def test_more_ranks_than_cases(tmp_path):
    sweep = Sweep(tmp_path, 'network = "mlp:widths=30x4,density=0.3"\nmemory = [4, 8]\n')
    code, text = sweep.run(6)
    assert code == 0, text
    assert len(sweep.rows()) == 2
    sweep.nothing_is_left()
    code, text = sweep.run(3)
    assert code == 0 and "2 of 2 rows are there already" in text
    assert text.count("rows are there already") == 1, "one rank talks for all"


def test_a_bad_config_is_said_once(tmp_path):
    sweep = Sweep(tmp_path, 'network = "mlp:widths=30x4,density=0.3"\nmemroy = 4\n')
    code, text = sweep.run(3)
    assert code == 1
    assert text.count("memroy") == 1, text


def test_a_killed_rank_ends_the_run_and_the_next_finishes_it(tmp_path):
    sweep = Sweep(tmp_path, SLOW)
    with open(tmp_path / "log", "w") as log:
        process = sweep.start(3, log=log)
        sweep.meet_in_the_middle(process)
        ranks = ranks_of(process)
        assert len(ranks) == 3
        os.kill(ranks[1], signal.SIGKILL)
        assert process.wait(timeout=100) != 0
    before = sweep.rows()  # the journals of all ranks are read
    assert len(before) >= 3
    code, text = sweep.run(2)
    assert code == 0, text
    after = sweep.rows()
    assert len(after) == 16
    for run, row in before.items():
        assert after[run] == row, "a finished row was lost or run again"
    sweep.nothing_is_left()


def test_a_stopped_rank_ends_the_run_within_the_limit_and_one_process_finishes_it(tmp_path):
    sweep = Sweep(tmp_path, SLOW)
    with open(tmp_path / "log", "w") as log:
        process = sweep.start(2, environment={"SPARSIO_SILENCE": "4"}, log=log)
        sweep.meet_in_the_middle(process)
        os.kill(ranks_of(process)[1], signal.SIGSTOP)
        assert process.wait(timeout=100) != 0
    assert "nothing was heard of rank 1 for 4 s" in (tmp_path / "log").read_text()
    before = sweep.rows()
    code, text = sweep.run(0)
    assert code == 0, text
    after = sweep.rows()
    assert len(after) == 16
    assert all(after[run] == row for run, row in before.items())
    sweep.nothing_is_left()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGUSR1])
def test_a_signal_to_mpirun_loses_no_finished_row(tmp_path, number):
    sweep = Sweep(tmp_path, SLOW)
    with open(tmp_path / "log", "w") as log:
        process = sweep.start(2, log=log)
        sweep.meet_in_the_middle(process)
        before = sweep.rows()
        process.send_signal(number)
        assert process.wait(timeout=100) != 0
    interrupted = sweep.rows()
    assert all(interrupted[run] == row for run, row in before.items())
    if number == signal.SIGUSR1:  # handed on to the ranks: they end after their cases, and merge
        assert "left: the same command goes on" in (tmp_path / "log").read_text()
        sweep.nothing_is_left()
    code, text = sweep.run(2)
    assert code == 0, text
    after = sweep.rows()
    assert len(after) == 16
    assert all(after[run] == row for run, row in interrupted.items())
    sweep.nothing_is_left()


def test_status_sees_what_the_ranks_do(tmp_path):
    sweep = Sweep(tmp_path, SLOW.replace("640]", "640, 1280, 2560, 5120]"))
    with open(tmp_path / "log", "w") as log:
        process = sweep.start(2, log=log)
        sweep.meet_in_the_middle(process)
        status = subprocess.run([PROGRAM, "status", tmp_path / "sweep.h5", "--config", sweep.config, "--json"],
                                capture_output=True, text=True)
        again = subprocess.run([PROGRAM, "run", sweep.config, "--out", tmp_path / "sweep.h5"], capture_output=True,
                               text=True)
        assert process.wait(timeout=100) == 0
    assert '"cases": 28' in status.stdout and '"foreign": 0' in status.stdout, status.stdout
    assert again.returncode == 1 and "another run is writing" in again.stderr
    assert len(sweep.rows()) == 28


def test_one_core_of_several_is_warned_of(tmp_path):
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip("this machine has one processor")
    sweep = Sweep(tmp_path, MIXED)
    words = [PROGRAM, "run", sweep.config, "--out", tmp_path / "bound.h5"]
    done = subprocess.run(["mpirun", "--bind-to", "core", "-n", "1", *words], env=ENVIRONMENT, capture_output=True,
                          text=True)
    assert "use: mpirun --bind-to none -n 1 " in done.stderr, done.stderr
    _, text = sweep.run(1)
    assert "use: mpirun" not in text
