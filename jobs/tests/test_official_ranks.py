"""The official network and inputs by ranks that divide the rows, alone and as grids: published categories, and the alive
counts and bits of one process. Of the 60000 inputs the first 480, so that it takes seconds."""

import hashlib
import json
import lzma
import os
import subprocess
from pathlib import Path

import pytest

from started_ranks import ENVIRONMENT, MPIRUN, PROGRAM, reason

OFFICIAL = Path(os.environ.get("SPARSIO_OFFICIAL_DATA", "no official data"))
COUNT = 480
PUBLISHED = [number for number in (OFFICIAL / "neuron1024-l120-categories.tsv").read_text().split()
             if int(number) <= COUNT] if OFFICIAL.exists() else []
pytestmark = [pytest.mark.skipif(bool(reason), reason=reason),
              pytest.mark.skipif(not OFFICIAL.exists(), reason=f"no {OFFICIAL}: the official inputs are not there")]


def infer(folder, ranks, driver):
    """The answer, and a digest of its outputs."""
    outputs = folder / f"{ranks}-{driver.replace(':', '-')}.npy"
    command = [PROGRAM, "infer", "--json", "--network", "radix_net:neurons=1024,layers=120", "--inputs",
               folder / "sparse-images-1024.bits", "--categories", folder / "categories.tsv", "--engine", "twin_tiles",
               "--threads", "1", "--panel", "48", "--repetitions", "1", "--warmup", "0", "--verify", "2", "--outputs",
               outputs]
    if ranks:
        command = [*MPIRUN, "-n", str(ranks), *command, "--driver", driver]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), hashlib.sha256(outputs.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("official")
    with lzma.open(OFFICIAL / "sparse-images-1024.bits.xz") as packed:
        (made / "sparse-images-1024.bits").write_bytes(packed.read(COUNT * 1024 // 8))
    (made / "categories.tsv").write_text("".join(f"{number}\n" for number in PUBLISHED))
    return made


@pytest.fixture(scope="module")
def alone(folder):
    return infer(folder, 0, "single")


@pytest.mark.parametrize("ranks, driver", [(1, "model"), (2, "model"), (4, "model"), (8, "model"), (4, "hybrid:model=2"),
                                           (8, "hybrid:model=4")])
def test_ranks_give_the_published_answer(folder, alone, ranks, driver):
    want, bits = alone
    got, bits_of_ranks = infer(folder, ranks, driver)
    assert got["categories"] == want["categories"] == len(PUBLISHED) > 0
    assert "categories as published; words and messages as the partition predicts" in got["verified"]
    assert got["alive"] == want["alive"]
    assert bits_of_ranks == bits
    assert len(got["rank_seconds"]) == ranks
