"""`sparsio curve` and the rows of a sweep against `sparsio io`, through the program.

They assert that the curve has every M from 3 to the one at which nothing moves twice and is what `io` says there; that a
row with cost = "bytes" is priced as `io --engine` prices it; that every cache level has its own prediction, which is the
curve at that level's M.
"""

import csv
import io
import json
import math
import subprocess
from pathlib import Path

import pytest

import results_file

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAM = ROOT / "build" / "release" / "sparsio"
NETWORK = "mlp:widths=64x3,density=0.2"
CACHES = {"l1": 8192, "l2": 16384, "l3": 32768}

pytestmark = pytest.mark.skipif(not PROGRAM.exists(), reason=f"{PROGRAM} is not built")


def sparsio(*arguments):
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, check=False, cwd=ROOT)


def io_of(**options):
    given = [part for key, value in options.items() for part in (f"--{key}", value)]
    return json.loads(sparsio("io", "--network", NETWORK, "--json", *given).stdout)


def curve_of(**options):
    given = [part for key, value in options.items() for part in (f"--{key}", value)]
    done = sparsio("curve", "--network", NETWORK, *given)
    assert done.returncode == 0, done.stderr
    return {int(row["memory"]): row for row in csv.DictReader(io.StringIO(done.stdout))}


@pytest.mark.parametrize("policy", ["lru", "min"])
@pytest.mark.parametrize("order", ["by_target", "by_source", "blocks:size=10"])
def test_the_curve_is_io_at_every_memory(policy, order):
    curve = curve_of(order=order, policy=policy)
    facts = io_of(order=order, policy=policy, memory=3)
    assert list(curve) == list(range(3, facts["max_live"] + 2))
    for memory in (3, 4, 5, 20, max(curve) - 1, max(curve)):
        there = io_of(order=order, policy=policy, memory=memory)
        assert [int(curve[memory][name]) for name in ("reads", "writes", "total")] == [
            there[name] for name in ("reads", "writes", "total")]
        assert float(curve[memory]["ratio"]) == pytest.approx(there["ratio"], rel=1e-8)
    assert float(curve[max(curve)]["ratio"]) == 1 and float(curve[max(curve) - 1]["ratio"]) > 1


def test_orders_are_made_for_the_memory_that_is_given():
    small, large = (curve_of(order="blocks", memory=memory) for memory in (20, 60))
    for memory, curve in ((20, small), (60, large)):
        assert int(curve[memory]["total"]) == io_of(order="blocks", memory=memory)["total"]
    assert small != large


def test_json_has_the_same_numbers():
    curve = curve_of(policy="min")
    as_json = json.loads(sparsio("curve", "--network", NETWORK, "--policy", "min", "--json").stdout)
    for name in ("memory", "reads", "writes", "total"):
        assert as_json[name] == [int(row[name]) for row in curve.values()]


def test_round_robin_is_refused_with_the_policies_that_have_one():
    done = sparsio("curve", "--network", NETWORK, "--policy", "rr")
    assert (done.returncode, done.stdout) == (1, "")
    assert "--policy" in done.stderr and "lru" in done.stderr and "min" in done.stderr


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rows")
    config = folder / "rows.toml"
    caches = ",".join(f"{level.upper()}={size}B" for level, size in CACHES.items())
    config.write_text(f'network = "{NETWORK}"\ncost = ["unit", "bytes"]\npolicy = ["lru", "min"]\nmemory = 20\ntile = 16\n'
                      f'caches = "{caches}"\ninputs = "images:count=32"\nrepetitions = 1\n'
                      'engine = ["none", "csr", "connection_list"]\n')
    done = sparsio("run", config, "--out", folder / "rows.h5")
    assert done.returncode == 0, done.stderr
    return results_file.load(folder / "rows.h5").runs


def test_bytes_are_those_of_the_engine(rows):
    for _, row in rows.iterrows():
        there = io_of(policy=row["policy"], memory=20, tile=16, cost=row["cost"], engine=row["engine"])
        for name in ("lower", "upper", "reads", "writes", "total"):
            assert row[name] == there[name], (name, row["engine"], row["cost"])
    assert rows[rows["cost"] == "bytes"]["lower"].nunique() == 3  # the layouts differ
    assert rows[rows["cost"] == "unit"]["lower"].nunique() == 1


def test_every_level_is_modelled_with_its_own_memory(rows):
    bytes_a_connection = {"none": 4, "csr": 8, "connection_list": 12}
    for policy in ("lru", "min"):
        curve = curve_of(policy=policy)
        for _, row in rows[rows["policy"] == policy].iterrows():
            connections = row["network_connections"]
            stream = math.ceil(connections * bytes_a_connection[row["engine"]] / 64)
            for level, size in CACHES.items():
                moved = curve[min(size // 64, max(curve))]  # a value of 16 inputs is one line
                assert row[f"{level}_model_lines"] == int(moved["reads"]) - connections + stream
