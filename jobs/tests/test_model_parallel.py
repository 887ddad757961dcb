"""Inference by ranks that divide the rows: the outputs of one process to the last bit, on any number of ranks and any
partition, the words that the partition predicts, and weights that no rank holds alone."""

import json
import subprocess

import pytest

from started_ranks import ENVIRONMENT, MPIRUN, PROGRAM, reason

pytestmark = pytest.mark.skipif(bool(reason), reason=reason)
SMALL = ["--network", "radix_net:neurons=1024,layers=12", "--inputs", "images:neurons=1024,count=100"]
OFFICIAL = ["--network", "radix_net:neurons=1024,layers=120", "--inputs", "images:neurons=1024,count=96"]


def infer(ranks, *words, status=0, driver="model"):
    command = [PROGRAM, "infer", "--json", "--threads", "1", "--repetitions", "1", *words]
    if ranks:
        command = [*MPIRUN, "-n", str(ranks), *command, "--driver", driver]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=200)
    assert done.returncode == status, done.stderr
    return json.loads(done.stdout) if status == 0 else done.stderr


@pytest.mark.parametrize("engine", ["csr", "twin_tiles"])
@pytest.mark.parametrize("partitioner", ["contiguous", "random", "twins"])
def test_outputs_have_the_same_bits(tmp_path, engine, partitioner):
    words = [*SMALL, "--engine", engine, "--panel", "48", "--outputs"]
    alone = infer(0, *words, tmp_path / "alone.npy")
    for ranks in (1, 2, 5):
        together = infer(ranks, *words, tmp_path / "together.npy", "--partitioner", partitioner)
        assert (tmp_path / "together.npy").read_bytes() == (tmp_path / "alone.npy").read_bytes(), ranks
        for same in ("categories", "executed_edges", "alive", "edges", "status"):
            assert together[same] == alone[same], (same, ranks)
        assert "words and messages as the partition predicts" in together["verified"]
        assert len(together["rank_seconds"]) == ranks


def test_words_are_those_of_the_command_partition():
    said = json.loads(subprocess.run([PROGRAM, "partition", SMALL[0], SMALL[1], "--parts", "4", "--partitioner", "twins",
                                      "--json"], capture_output=True, text=True, check=True).stdout)
    together = infer(4, *SMALL, "--engine", "csr", "--panel", "1", "--partitioner", "twins")
    for same in ("words", "words_max", "messages", "imbalance"):
        assert together[same] == said[same], same
    assert 0 < together["receive_max"] < together["words"]
    assert 0 < together["pairs"] <= 12
    assert 0 < together["exchange_seconds"]


def made_partition(path, network, parts, partitioner):
    subprocess.run([PROGRAM, "partition", "--network", network, "--parts", str(parts), "--partitioner", partitioner,
                    "--out", path], capture_output=True, text=True, check=True)
    return f"file:path={path}"


def test_a_partition_is_read_back(tmp_path):
    of_file = made_partition(tmp_path / "p.tsv", SMALL[1], 2, "random:seed=5")
    words = [*SMALL, "--engine", "csr", "--panel", "16", "--partitioner"]
    made = infer(2, *words, "random:seed=5")
    read = infer(2, *words, of_file)
    for same in ("words", "words_max", "receive_max", "messages", "imbalance", "categories"):
        assert read[same] == made[same], same
    refusals = [(infer(3, *words, of_file, status=1), "among 2 parts, and 3 are asked for")]
    other = ["--network", "radix_net:neurons=1024,layers=12,first=2", *words[2:], of_file]
    refusals.append((infer(2, *other, status=1), "is the partition of another network, as wide in every level"))
    refusals.append((infer(2, *other[2:], "--network", "radix_net:neurons=1024,layers=11", status=1), "has 13 levels"))
    for said, part in refusals:
        assert part in said
        assert sum(line.startswith("sparsio:") for line in said.splitlines()) == 1, said  # mpirun adds its own


def test_no_rank_holds_all_weights():
    """Some 4 million connections of 8 bytes: one rank of four holds a quarter of them."""
    words = ["--network", "radix_net:neurons=4096,layers=30", "--inputs", "images:neurons=4096,count=16", "--engine",
             "csr", "--panel", "16", "--verify", "0", "--partitioner", "contiguous"]
    whole = infer(1, *words)["memory_max"]
    quarter = infer(4, *words)["memory_max"]
    assert whole - quarter > 0.6 * 4096 * 32 * 30 * 8


def test_the_official_network_gives_one_answer(tmp_path):
    words = [*OFFICIAL, "--engine", "twin_tiles", "--panel", "48", "--verify", "2", "--outputs"]
    infer(1, *words, tmp_path / "1.npy")
    for ranks in (2, 4):
        together = infer(ranks, *words, tmp_path / f"{ranks}.npy")
        assert together["status"] == "ok"
        assert (tmp_path / f"{ranks}.npy").read_bytes() == (tmp_path / "1.npy").read_bytes()


def test_a_grid_of_ranks_gives_one_answer(tmp_path):
    words = [*SMALL, "--engine", "csr", "--panel", "16", "--outputs"]
    infer(0, *words, tmp_path / "alone.npy")
    pair = infer(2, *words, tmp_path / "pair.npy")
    grid = infer(4, *words, tmp_path / "grid.npy", driver="hybrid:model=2")
    assert (tmp_path / "grid.npy").read_bytes() == (tmp_path / "alone.npy").read_bytes()
    for same in ("words", "words_max", "receive_max", "messages", "imbalance", "categories", "alive"):
        assert grid[same] == pair[same], same
    assert len(grid["rank_seconds"]) == 4
    assert "are no groups of 2" in infer(3, *SMALL, "--engine", "csr", status=1, driver="hybrid:model=2")


def test_what_it_does_not_do_is_said():
    assert "walks over none" in infer(2, *SMALL, "--engine", "reference", status=1)
    assert "has no track value" in infer(2, *SMALL, "--engine", "csr", "--track", "value", status=1)
