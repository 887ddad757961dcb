"""Outputs and accuracy of inference shared by ranks: those of one process, written by rank 0 in the inputs' order; what
may not be written, or does not fit, ends all ranks with one line."""

import json
import subprocess

import pytest

from started_ranks import ENVIRONMENT, MPIRUN, PROGRAM, reason

pytestmark = pytest.mark.skipif(bool(reason), reason=reason)
COUNT, OUTPUTS = 203, 6  # no rank's share of the inputs is another's
NETWORK = f"mlp:widths=40x4-{OUTPUTS},density=0.3,seed=5,activation=relu,last=identity"
MEANT = [number * number % OUTPUTS for number in range(COUNT)]


@pytest.fixture(name="labels", scope="module")
def file_with_labels(tmp_path_factory):
    path = tmp_path_factory.mktemp("labels") / "labels.txt"
    path.write_text("".join(f"{one}\n" for one in MEANT))
    return path


def infer(ranks, labels, outputs, *words, count=COUNT):
    command = [PROGRAM, "infer", "--network", NETWORK, "--inputs", f"random:neurons=40,count={count},values=reals",
               "--labels", labels, "--outputs", outputs, "--json", "--repetitions", "1", *words]
    if ranks:
        command = [*MPIRUN, "-n", str(ranks), *command, "--driver", "data"]
    return subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False, timeout=100)


def accuracy_of(csv):
    """By hand, from what was written."""
    rows = [[float(cell) for cell in line.split(",")] for line in csv.read_text().splitlines()]
    assert len(rows) == COUNT
    return sum(row.index(max(row)) == meant for row, meant in zip(rows, MEANT)) / COUNT


@pytest.mark.parametrize("engine", ["csr", "twin_tiles", "latency", "connection_list"])
def test_any_number_of_ranks_gives_one_answer(engine, labels, tmp_path):
    alone = tmp_path / "alone.csv"
    done = infer(0, labels, alone, "--engine", engine)
    assert done.returncode == 0, done.stderr
    accuracy = json.loads(done.stdout)["accuracy"]
    assert accuracy == accuracy_of(alone) and 0 < accuracy < 1
    for ranks in (1, 2, 3, 4):
        shared = tmp_path / f"{ranks}.csv"
        done = infer(ranks, labels, shared, "--engine", engine)
        assert done.returncode == 0, done.stderr
        assert shared.read_bytes() == alone.read_bytes(), ranks
        assert json.loads(done.stdout)["accuracy"] == accuracy
        assert f"wrote {shared}: {OUTPUTS} outputs of {COUNT} inputs\n" in done.stderr
    assert len(list(tmp_path.iterdir())) == 5


def test_a_sweep_of_ranks_has_the_accuracy_of_one(labels, tmp_path):
    config, out = tmp_path / "c.toml", tmp_path / "c.h5"
    config.write_text(f"network = '{NETWORK}'\ninputs = 'random:neurons=40,count={COUNT},values=reals'\n"
                      f"labels = '{labels}'\nengine = 'csr'\ndriver = 'data'\nranks = [1, 2, 3]\nthreads = 1\n"
                      "memory = 20\nrepetitions = 1\n")
    done = subprocess.run([*MPIRUN, "-n", "3", PROGRAM, "run", config, "--out", out], env=ENVIRONMENT,
                          capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stderr
    told = subprocess.run([PROGRAM, "export", out, "--json"], capture_output=True, text=True, check=True)
    rows = json.loads(told.stdout)
    assert [row["ranks"] for row in rows] == [1, 2, 3]
    assert len({row["accuracy_status"] for row in rows}) == 1 and 0 < rows[0]["accuracy"] < 1


@pytest.mark.parametrize("ranks", (2, 3))
def test_a_refusal_ends_all_ranks_with_one_line(labels, tmp_path, ranks):
    short = tmp_path / "short.txt"
    short.write_text("1\n2\n")
    for given, outputs, words in ((short, tmp_path / "y.npy", f"--labels: 2 labels for {COUNT} inputs; "),
                                  (labels, labels, "is, or is in, what is read; give another path"),
                                  (labels, tmp_path / "y.txt", "outputs end in .npy, .h5 or .csv")):
        done = infer(ranks, given, outputs, "--engine", "csr")
        assert done.returncode == 1 and done.stdout == "", done.stdout
        assert done.stderr.count("sparsio: ") == 1 and words in done.stderr, done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["short.txt"]


def test_a_full_disk_ends_all_ranks_with_one_line(tmp_path):
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", tmp_path], capture_output=True,
                             text=True, check=False)
    if mounted.returncode != 0:
        pytest.skip(f"no tmpfs can be mounted here: {mounted.stderr}")
    try:
        many = tmp_path.parent / "many.txt"
        many.write_text("0\n" * 20000)
        done = infer(3, many, tmp_path / "y.npy", "--engine", "csr", count=20000)
        assert done.returncode == 1, done.stderr
        assert json.loads(done.stdout)["status"] == "ok"
        assert done.stderr.count("sparsio: ") == 1 and "cannot be written: No space left on device" in done.stderr
        assert not list(tmp_path.iterdir())
    finally:
        subprocess.run(["umount", tmp_path], check=True)
