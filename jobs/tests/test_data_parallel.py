"""Inference shared by ranks: the answer of one process, on any number of them, and a clear end where there is none."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from started_ranks import ENVIRONMENT, MPIRUN, PROGRAM, ranks_of, reason

pytestmark = pytest.mark.skipif(bool(reason), reason=reason)
OFFICIAL = Path(os.environ.get("SPARSIO_OFFICIAL_DATA", "no official data"))
SMALL = ["--network", "radix_net:neurons=1024,layers=12", "--inputs", "images:neurons=1024,count=500"]


def start(ranks, *words, environment=()):
    command = [PROGRAM, "infer", "--json", *words]
    if ranks:
        command = [*MPIRUN, "-n", str(ranks), *command, "--driver", "data"]
    return subprocess.Popen(command, env=dict(ENVIRONMENT, **dict(environment)), stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True)


def processor_seconds(process_id):
    fields = Path(f"/proc/{process_id}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def infer(ranks, *words):
    process = start(ranks, *words)
    out, err = process.communicate(timeout=200)
    assert process.returncode == 0, err
    return json.loads(out)


@pytest.mark.parametrize("engine", ["csr", "twin_tiles", "row_pairs", "reference"])
def test_any_number_of_ranks_gives_one_answer(engine):
    alone = infer(0, *SMALL, "--engine", engine, "--repetitions", "1")
    for ranks in (1, 2, 5):
        shared = infer(ranks, *SMALL, "--engine", engine, "--repetitions", "2")
        for same in ("categories", "executed_edges", "alive", "edges", "status"):
            assert shared[same] == alone[same], (same, ranks)
        assert shared["ranks"] == ranks
        assert len(shared["rank_seconds"]) == ranks
        assert 0 < max(shared["rank_seconds"])
        assert len(shared["samples"]) == 2


def test_values_are_verified_on_every_rank():
    shared = infer(3, *SMALL, "--engine", "csr", "--repetitions", "1", "--verify", "60")
    assert shared["verified"].startswith("60 inputs against reference")
    assert shared["status"] == "ok"


def test_a_track_that_drops_dead_inputs():
    alone = infer(0, *SMALL, "--engine", "twin_tiles", "--track", "value")
    shared = infer(4, *SMALL, "--engine", "twin_tiles", "--track", "value")
    assert shared["categories"] == alone["categories"]
    assert shared["alive"] == alone["alive"]


def test_a_precision_gives_an_interval_on_any_number_of_ranks():
    words = ["--engine", "csr", "--repetitions", "2", "--precision", "0.9", "--budget_repetitions", "40"]
    for ranks in (0, 1, 3):
        shared = infer(ranks, *SMALL, *words)
        assert 2 < len(shared["samples"]) <= 40
        assert shared["seconds_low"] <= shared["seconds"] <= shared["seconds_high"], ranks


def test_more_ranks_than_inputs():
    few = [*SMALL[:2], "--inputs", "images:neurons=1024,count=3", "--engine", "csr", "--verify", "3"]
    shared = infer(6, *few)
    assert shared["categories"] == infer(0, *few)["categories"]
    assert len(shared["rank_seconds"]) == 6


def test_one_driver_for_one_process():
    process = subprocess.run([*MPIRUN, "-n", "2", PROGRAM, "infer", *SMALL, "--engine", "csr"], env=ENVIRONMENT,
                             capture_output=True, text=True, timeout=60)
    assert process.returncode == 1
    assert "single is one rank, and 2 were started; give --driver data or model" in process.stderr
    assert process.stderr.count("sparsio:") == 1


def test_one_core_of_several_is_warned_of():
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip("this machine has one processor")
    words = [PROGRAM, "infer", *SMALL, "--engine", "csr", "--driver", "data"]
    bound = subprocess.run(["mpirun", "--bind-to", "core", "-n", "1", *words], env=ENVIRONMENT, capture_output=True,
                           text=True, timeout=60)
    assert "use: mpirun --bind-to none -n 1 " in bound.stderr, bound.stderr
    free = subprocess.run([*MPIRUN, "-n", "1", *words], env=ENVIRONMENT, capture_output=True, text=True, timeout=60)
    assert "use: mpirun" not in free.stderr


def test_different_inputs_are_refused(tmp_path):
    """The same path, another file: as on nodes whose local disks differ."""
    for rank in range(2):
        (tmp_path / str(rank)).mkdir()
        subprocess.run([PROGRAM, "generate", f"images:neurons=1024,count=100,seed={rank + 1}", "--out",
                        tmp_path / str(rank) / "inputs.bits"], check=True, capture_output=True)
    # Each rank in a folder of its own.
    line = f"cd {tmp_path}/$OMPI_COMM_WORLD_RANK && exec {PROGRAM} infer {SMALL[0]} {SMALL[1]} --inputs inputs.bits " \
           "--engine csr --driver data"
    process = subprocess.run([*MPIRUN, "-n", "2", "bash", "-c", line], env=ENVIRONMENT, capture_output=True, text=True,
                             timeout=60)
    assert process.returncode == 1
    assert "digest of the case: " in process.stderr and "on rank 0" in process.stderr
    assert "the same files" in process.stderr


def test_a_time_limit_ends_all():
    process = start(3, "--network", "radix_net:neurons=1024,layers=1000", "--inputs", "images:neurons=1024,count=20000",
                    "--engine", "csr", "--time_limit", "2", "--verify", "0")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1, (out, err)
    assert "2 s" in err or "time" in err, err


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_a_rank_that_dies_or_stops_ends_the_run(how):
    process = start(3, *SMALL, "--engine", "csr", "--repetitions", "1000000", "--time_limit", "1000",
                    environment={"SPARSIO_SILENCE": "2"}.items())
    end = time.monotonic() + 60
    while len(ranks_of(process)) < 3 or min(map(processor_seconds, ranks_of(process))) < 1:  # they compute together
        assert process.poll() is None and time.monotonic() < end
        time.sleep(0.02)  # between two looks
    victim = ranks_of(process)[1]
    os.kill(victim, how)
    try:
        assert process.wait(timeout=60) != 0
    finally:
        try:
            os.kill(victim, signal.SIGKILL)  # who is stopped holds the pipes open
        except ProcessLookupError:
            pass
    assert process.communicate(timeout=60)[1].strip()


@pytest.mark.skipif(not OFFICIAL.exists(), reason=f"no {OFFICIAL}: the official inputs are not there")
@pytest.mark.parametrize("ranks", [1, 2, 4, 8])
def test_official_categories(ranks):
    shared = infer(ranks, "--network", "radix_net", "--inputs", OFFICIAL / "sparse-images-1024.bits.xz", "--engine",
                   "twin_tiles", "--track", "value", "--categories", OFFICIAL / "neuron1024-l120-categories.tsv")
    assert shared["categories"] == 1812
    assert "categories as published" in shared["verified"]
    assert len(shared["rank_seconds"]) == ranks
