"""Bad days of ranks that divide rows: fewer rows than ranks, and a rank that is killed or stopped in the exchange. The
run ends within the time limit and says of whom nothing was heard, and the same command finishes what is left."""

import json
import os
import signal
import subprocess
import time

import pytest

from started_ranks import ENVIRONMENT, MPIRUN, PROGRAM, ranks_of, reason

pytestmark = pytest.mark.skipif(bool(reason), reason=reason)
# One quick case, then one that is some seconds in nothing but passes and exchanges.
CONFIG = """
network = "radix_net:neurons=1024,layers=3"
engine = "csr"
threads = 1
panel = 16
driver = "model"
ranks = 3
partitioner = "contiguous"
verify = 0
warmup = 0
[[sweep]]
inputs = "images:count=16"
repetitions = 1
[[sweep]]
inputs = "images:count=3200"
repetitions = 100000
"""


def rows(file):
    done = subprocess.run([PROGRAM, "export", file, "--json"], capture_output=True, text=True)
    return json.loads(done.stdout) if done.returncode == 0 else []


def start(folder, config, log):
    words = [*MPIRUN, "-n", "3", PROGRAM, "run", config, "--out", folder / "s.h5"]
    return subprocess.Popen(words, env=dict(ENVIRONMENT, SPARSIO_SILENCE="4"), stdout=log, stderr=log)


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGSTOP])
def test_a_rank_lost_in_the_exchange_ends_the_run_and_the_next_finishes_it(tmp_path, blow):
    config = tmp_path / "s.toml"
    config.write_text(CONFIG)
    with open(tmp_path / "log", "w") as log:
        process = start(tmp_path, config, log)
        end = time.monotonic() + 60
        while not rows(tmp_path / "s.h5"):
            assert process.poll() is None and time.monotonic() < end, (tmp_path / "log").read_text()
            time.sleep(0.05)  # between two looks
        os.kill(ranks_of(process)[1], blow)
        try:
            assert process.wait(timeout=60) != 0
        finally:
            process.kill()
    if blow == signal.SIGSTOP:
        assert "nothing was heard of rank 1 for 4 s" in (tmp_path / "log").read_text()
    before, = rows(tmp_path / "s.h5")
    config.write_text(CONFIG.replace("100000", "1"))  # the case that was lost, short
    with open(tmp_path / "log", "w") as log:
        assert start(tmp_path, config, log).wait(timeout=100) == 0, (tmp_path / "log").read_text()
    after = rows(tmp_path / "s.h5")
    assert before in after and {row["status"] for row in after} == {"ok"}
    assert sorted(row["input_count"] for row in after) == [16, 3200]


def test_more_ranks_than_rows_give_the_answer_of_one(tmp_path):
    words = ["--network", "mlp:widths=3x4,density=0.9", "--inputs", "random:count=9,density=0.7", "--engine", "csr",
             "--threads", "1", "--repetitions", "1", "--json", "--outputs"]
    subprocess.run([PROGRAM, "infer", *words, tmp_path / "1.npy"], env=ENVIRONMENT, check=True, capture_output=True)
    for partitioner in ("contiguous", "twins"):
        done = subprocess.run([*MPIRUN, "-n", "5", PROGRAM, "infer", *words, tmp_path / "5.npy", "--driver", "model",
                               "--partitioner", partitioner], env=ENVIRONMENT, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert (tmp_path / "5.npy").read_bytes() == (tmp_path / "1.npy").read_bytes(), partitioner
        assert "words and messages as the partition predicts" in json.loads(done.stdout)["verified"]
