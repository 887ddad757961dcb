"""`jobs/peers.py`: SciPy and PyTorch compute what the program does, and become rows that its readers take.

They assert that
  - each peer, at any panel, gives what a loop over connections in double precision gives, for identity, relu and
    challenge, with and without biases, a positive one over a sum that is exactly 0, targets and whole layers without
    connections, odd widths and inputs below 0;
  - each of them is checked: an answer out of what is allowed is a row `incorrect` without a rate, and exit code 2;
  - rows have the ids of their cases, so that a second run replaces them and keeps the others; `summary`, `compare` and
    the report's reader take them;
  - what cannot be measured is one line and exit code 1, and no peer at all is said.
A peer whose package is not there is skipped, by name.
"""

import importlib.util
import subprocess
import sys

import numpy as np
import pytest
from built_program import PROGRAM, needs_program, sparsio

import network_file
import peer_libraries
import required_modules
import result_rows
import results_file
import tutorial
from command_line import BadInput
from importing.layers import Layer

SCRIPT = tutorial.ROOT / "jobs" / "peers.py"
THERE = [name for name, module in peer_libraries.MODULE.items() if not required_modules.missing_modules([module])]
NETWORK, INPUTS = "mlp:widths=33-20-7,density=0.3", "random:count=20,values=reals"
each_peer = pytest.mark.parametrize("name", [
    pytest.param(name, marks=pytest.mark.skipif(name not in THERE, reason=f"no module {module}"))
    for name, module in peer_libraries.MODULE.items()])
needs_a_peer = pytest.mark.skipif(not THERE, reason="neither scipy nor torch is there")


def drawn_layer(random, sources, targets, density, biased):
    """The first target has no sources and, if any has, a bias above 0."""
    cells = random.normal(size=(targets, sources)).astype("f4") * (random.random((targets, sources)) < density)
    cells[0] = 0
    bias = random.normal(size=targets).astype("f4") if biased else np.zeros(targets, "f4")
    bias[0] = abs(bias[0])
    row, column = np.nonzero(cells)
    return Layer(sources, targets, np.searchsorted(row, np.arange(targets + 1)).astype("u8"), column.astype("u4"),
                 cells[row, column], bias)


def by_loops(layers, activations, x):
    for layer, activation in zip(layers, activations):
        y = np.zeros((len(x), layer.targets))
        for i, v in np.ndindex(y.shape):
            edges = range(int(layer.begin[v]), int(layer.begin[v + 1]))
            z = sum(float(layer.weight[k]) * x[i][layer.source[k]] for k in edges)
            y[i, v] = {"identity": lambda s: s, "relu": lambda s: max(0, s),
                       "challenge": lambda s: min(32, max(0, s)) if z != 0 else 0}[activation](z + float(layer.bias[v]))
        x = y
    return x


@each_peer
@pytest.mark.parametrize("biased", [False, True])
@pytest.mark.parametrize("activation", peer_libraries.ACTIVATIONS)
def test_a_peer_computes_the_network(name, activation, biased):
    random = np.random.default_rng(5)
    layers = [drawn_layer(random, 13, 9, 0.5, biased), drawn_layer(random, 9, 5, 0, biased),
              drawn_layer(random, 5, 1, 0.9, biased), drawn_layer(random, 1, 6, 1, biased)]
    for used in (layers[:1], layers):
        activations = [activation] * len(used)
        peer = peer_libraries.PEERS[name](used, activations, 1)
        x = np.concatenate([random.normal(size=(6, 13)), 100 * random.normal(size=(4, 13)), np.zeros((1, 13))])
        x = x.astype("f4")
        wanted = by_loops(used, activations, x.astype(float))
        for panel in (1, 3, 11):
            panels = [peer.panel(one) for one in peer_libraries.cut(x, panel)]
            for _ in range(2):  # a run leaves the panels as they were
                got = peer_libraries.joined([peer.outputs(one) for one in panels])
                np.testing.assert_allclose(got, wanted, rtol=1e-5, atol=1e-4)
                assert ((got == 0) == (wanted == 0)).all()


def test_networks_are_read_as_they_were_written(tmp_path):
    random = np.random.default_rng(6)
    layers = [drawn_layer(random, 4, 6, 0.5, True), drawn_layer(random, 6, 3, 0.5, True)]
    for activations in (["relu", "relu"], ["challenge", "identity"]):
        network_file.write_network(tmp_path / "n.h5", layers, activations)
        read, followed = network_file.read_network(tmp_path / "n.h5", "n")
        assert followed == activations
        for one, other in zip(read, layers, strict=True):
            for part in ("begin", "source", "weight", "bias"):
                np.testing.assert_array_equal(getattr(one, part), getattr(other, part))


def test_intervals_are_those_of_the_program():
    # statistics/median_interval: 6 values are the fewest for 0.95, the second and ninth of 10 cover 0.979.
    assert result_rows.times([1.0] * 5)["seconds_low"] != result_rows.times([1.0] * 5)["seconds_low"]
    of_ten = result_rows.times([float(one) for one in range(10, 0, -1)])
    assert (of_ten["seconds_low"], of_ten["seconds"], of_ten["seconds_high"]) == (2, 5.5, 9)
    assert of_ten["seconds_interval"] == "values 2 and 9 of 10, coverage 0.979"


def beside(out, *words, network=NETWORK, inputs=INPUTS):
    command = [sys.executable, SCRIPT, "--program", PROGRAM, "--network", network, "--inputs", inputs, "--out", out,
               "--panels", "7", "16", "--rounds", "2", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


@needs_program
@needs_a_peer
def test_rows_are_read_by_all_readers(tmp_path):
    out = tmp_path / "out.h5"
    (tmp_path / "c.toml").write_text(f'network = "{NETWORK}"\ninputs = "{INPUTS}"\nengine = "csr"\nthreads = 1\n')
    assert sparsio("run", tmp_path / "c.toml", "--out", out).returncode == 0
    before = results_file.load(out).runs
    for activation in ("identity", "challenge"):
        done = beside(out, network=f"{NETWORK},activation={activation}")
        assert done.returncode == 0, done.stdout + done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()[1:]] == ["row_pairs", *THERE]
    first = results_file.load(out)
    assert len(first.runs) == len(before) + 2 * (2 + 3 * len(THERE))
    done = beside(out, network=f"{NETWORK},activation=challenge")
    assert done.returncode == 0, done.stderr
    results = results_file.load(out)
    assert list(results.runs["run"]) == list(first.runs["run"])
    assert set(results.runs["status"]) == {"ok"}
    assert set(results.runs["engine"]) == {"csr", "row_pairs:candidates=32", *THERE}
    assert (results.runs["order"] == "by_target").all() and (results.runs["nominal_rate"] > 0).all()
    assert set(results.samples["run"].value_counts()) == {2, 3}  # two rounds; three repetitions of the sweep's row
    told = sparsio("summary", out)
    assert told.returncode == 0 and THERE[0] in told.stdout, told.stderr
    told = sparsio("compare", out, "--first", "engine=row_pairs", "--first", "panel=16", "--first", "repetitions=2",
                   "--second", f"engine={THERE[0]}", "--second", "panel=20", "--second", "repetitions=2")
    assert "2 rows compared" in told.stdout, told.stdout + told.stderr


@needs_program
@needs_a_peer
def test_the_page_says_how(tmp_path, trained_digits):
    (tmp_path / "digits").mkdir()
    for name in ("X_test.npy", "digits_0.05.npz"):
        (tmp_path / "digits" / name).symlink_to(trained_digits / name)
    variables = tutorial.environment(tmp_path, PROGRAM)
    assert sparsio("import", "digits/digits_0.05.npz", "--out", "digits/net.h5", "--activation", "relu", "--last",
                   "identity", cwd=tmp_path, env=variables).returncode == 0
    page = (tutorial.ROOT / "docs/your-network.md").read_text()
    (block,) = [one for one in tutorial.blocks(page) if one.kind == "sh peers"]
    assert "257 inputs against row_pairs" in tutorial.run(block, tmp_path, variables)


@needs_program
@needs_a_peer
def test_what_is_not_allowed_is_incorrect_and_has_no_rate(tmp_path):
    done = beside(tmp_path / "out.h5", "--allowed", "1e-12", "--peers", THERE[0])
    assert done.returncode == 2, done.stdout + done.stderr
    assert "incorrect: 20 inputs against row_pairs" in done.stdout
    runs = results_file.load(tmp_path / "out.h5").runs
    wrong = runs[runs["engine"] == THERE[0]]
    assert set(wrong["status"]) == {"incorrect"} and wrong["nominal_rate"].isna().all()
    assert set(runs[runs["engine"] != THERE[0]]["status"]) == {"ok"}


@needs_program
@needs_a_peer
def test_inputs_may_be_a_file_of_any_form(tmp_path):
    np.save(tmp_path / "x.npy", np.random.default_rng(7).random((9, 33), "f4"))
    for ending in ("csv", "h5"):
        assert sparsio("convert", tmp_path / "x.npy", tmp_path / f"x.{ending}").returncode == 0
        done = beside(tmp_path / "out.h5", "--peers", THERE[0], "--rounds", 1, inputs=str(tmp_path / f"x.{ending}"))
        assert done.returncode == 0, done.stdout + done.stderr
        assert "9 inputs against row_pairs" in done.stdout


@needs_program
@needs_a_peer
@pytest.mark.parametrize("wrong, said", [
    ({"network": f"{NETWORK},activation=sigmoid"}, "has the activation sigmoid"),
    ({"network": "random_dag:neurons=20"}, "is a network without layers"),
    ({"network": "nothing.h5"}, "no file of that name"),
    ({"inputs": "random:neurons=7"}, "7 values an input"),
    ({"engines": "nothing"}, "no engine 'nothing'"),
    ({"panels": "0"}, "0 is not 1 or more"),
    ({"panels": "2000"}, "more than 1024"),
    ({"allowed": "0"}, "is not above 0"),
    ({"peers": "numpy"}, "invalid choice"),
    ({"program": "/nothing"}, "is no program"),
    ({"out": "/nothing/out.h5"}, "there is no folder /nothing"),
    ({"out": str(SCRIPT)}, "cannot be read as HDF5"),
])
def test_what_cannot_be_is_one_line(wrong, said, tmp_path):
    words = [word for name, value in wrong.items() for word in (f"--{name}", value)]
    done = beside(tmp_path / "out.h5", *words)
    assert done.returncode == 1
    assert said in done.stderr and len(done.stderr.splitlines()) == 1, done.stderr
    assert not (tmp_path / "out.h5").exists()


def test_peers_that_are_not_there_are_said(monkeypatch, capsys):
    spec = importlib.util.spec_from_file_location("peers_script", SCRIPT)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    absent = ["torch"]
    monkeypatch.setattr(required_modules, "missing_modules", lambda names: [one for one in names if one in absent])
    assert script.present(None) == ["scipy"]
    said = capsys.readouterr().err
    assert "without torch and torch_dense: no module torch; install the package python3-torch" in said
    with pytest.raises(BadInput, match="--peers torch: .* has no module torch; install the package python3-torch"):
        script.present(["scipy", "torch"])
    absent.append("scipy")
    with pytest.raises(BadInput, match="has no module scipy or torch"):
        script.present(None)
