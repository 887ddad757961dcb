"""A real network end to end: trained and pruned in numpy, imported three ways, run by every engine.

  - the three files become one network, array by array, bit by bit;
  - every engine, in every track that it has, gives numpy's outputs to 1e-5, numpy's classes and numpy's accuracy;
  - a sweep says the same, and its predicted words and lines are those counted by replay;
  - docs/your-network.md is true: its commands, run from its own text, work and say what it says.
"""

import json

import h5py
import numpy as np
import pytest
from built_program import PROGRAM, needs_program, sparsio

import required_modules
import tutorial
from train_digits import DIGITS

pytestmark = [needs_program, pytest.mark.skipif(bool(required_modules.missing_modules(["onnx"])),
                                                reason="no module onnx; install python3-onnx")]
PAGE = tutorial.ROOT / "docs/your-network.md"
BAGS = ("--activation", "relu", "--last", "identity")
DENSITIES = ("0.5", "0.1", "0.05")
TRACKS = ("general", "value", "structure", "structure+value")
ORDERS = ("by_target", "by_source", "blocks", "window", "greedy", "depth_first", "rcm")


def imported(out, model, *words):
    done = sparsio("import", model, "--out", out, *words)
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="session")
def networks(trained_digits):
    """By density; "no biases" is the sparsest without them, for tracks that skip what is 0."""
    made = {one: imported(trained_digits / f"net_{one}.h5", trained_digits / f"digits_{one}.onnx") for one in DENSITIES}
    with np.load(trained_digits / "digits_0.05.npz") as arrays:
        np.savez(trained_digits / "no_biases.npz", **{name: arrays[name] for name in arrays if "weight" in name})
    made["no biases"] = imported(trained_digits / "no_biases.h5", trained_digits / "no_biases.npz", *BAGS)
    return made


def numpys_outputs(folder, name):
    """What numpy computes in floats, as whoever trained the network would."""
    if name != "no biases":
        return np.load(folder / f"Y_numpy_{name}.npy")
    values = np.load(folder / "X_test.npy")
    with np.load(folder / "digits_0.05.npz") as arrays:
        for k in (1, 2):
            values = np.maximum(values @ arrays[f"fc{k}.weight"].T, 0)
        return values @ arrays["fc3.weight"].T


def inferred(folder, network, tmp_path, *words):
    """The answer and the outputs of infer; None and the reason where the pair of engine and track is none."""
    out = tmp_path / "Y.npy"
    out.unlink(missing_ok=True)
    done = sparsio("infer", "--network", network, "--inputs", folder / "X_test.npy", "--labels",
                   folder / "labels_test.npy", "--outputs", out, "--repetitions", "1", "--json",
                   *(() if "--threads" in words else ("--threads", "1")), *words)
    if done.returncode == 1:
        assert not out.exists()
        return None, done.stderr
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    return json.loads(done.stdout), np.load(out)


def check(folder, name, answer, outputs):
    wanted, labels = numpys_outputs(folder, name), np.load(folder / "labels_test.npy")
    assert outputs.dtype == np.float32 and outputs.shape == wanted.shape == (257, 10)
    np.testing.assert_allclose(outputs, wanted, rtol=1e-5, atol=1e-5)
    np.testing.assert_array_equal(outputs.argmax(1), wanted.argmax(1))
    assert answer["accuracy"] == pytest.approx((wanted.argmax(1) == labels).mean(), abs=1e-12)
    assert answer["status"] == "ok" and answer["input_count"] == 257


def arrays_of(path):
    found = {}
    with h5py.File(path) as file:
        file.visititems(lambda name, one: found.update({name: one[...]}) if isinstance(one, h5py.Dataset) else None)
        return found, {name: file.attrs[name] for name in file.attrs if name in ("activation", "format", "kind")}


def test_three_imports_are_one_network(trained_digits, networks, tmp_path):
    for density in DENSITIES:
        first, attributes = arrays_of(networks[density])
        assert any(array.dtype == np.float32 and array.size > 10000 for array in first.values())
        for ending in ("npz", "safetensors"):
            other, said = arrays_of(imported(tmp_path / f"{ending}.h5", trained_digits / f"digits_{density}.{ending}",
                                             *BAGS))
            assert other.keys() == first.keys() and said == attributes
            for name, array in first.items():
                assert array.dtype == other[name].dtype and array.tobytes() == other[name].tobytes(), (ending, name)


def test_every_engine_and_track_gives_numpys_outputs(trained_digits, networks, tmp_path):
    plugins = json.loads(sparsio("list", "engines", "--json").stdout)["plugins"]
    engines = [one["name"] for one in plugins if one["name"] != "auto"]  # auto is one of the others
    ran = set()
    for name in ("0.05", "no biases"):
        for engine in engines:
            for track in TRACKS:
                words = ("--engine", engine, "--track", track)
                answer, outputs = inferred(trained_digits, networks[name], tmp_path, *words)
                if answer is not None:
                    check(trained_digits, name, answer, outputs)
                    ran.add((name, engine, track))
                else:
                    assert "track" in outputs and track != "general", (engine, track, outputs)
    assert {one for one in ran if one[0] == "0.05"} >= {("0.05", engine, "general") for engine in engines}
    assert {("no biases", "csr", "value"), ("no biases", "twin_tiles", "structure+value"),
            ("0.05", "twin_tiles", "structure")} <= ran


def test_every_density_order_panel_and_number_of_threads_too(trained_digits, networks, tmp_path):
    for name in DENSITIES:
        for words in (("--engine", "csr", "--panel", "1"), ("--engine", "csr", "--threads", "2"),
                      ("--engine", "row_pairs", "--panel", "33"), ("--engine", "dense", "--panel", "100")):
            check(trained_digits, name, *inferred(trained_digits, networks[name], tmp_path, *words))
    for order in ORDERS:
        words = ("--engine", "connection_list", "--order", order, "--memory", "100")
        check(trained_digits, "0.05", *inferred(trained_digits, networks["0.05"], tmp_path, *words))


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The folder in which every command of the page has run, but those that want a cluster."""
    if not DIGITS.is_file():
        pytest.skip(f"no {DIGITS}: install python3-sklearn")
    folder = tmp_path_factory.mktemp("page")
    variables = tutorial.environment(folder, PROGRAM)
    shell = [one for one in tutorial.blocks(PAGE.read_text()) if one.kind == "sh"]
    assert len(shell) >= 9 and sum(len(one.said) for one in shell) >= 4
    for block in shell:
        tutorial.run(block, folder, variables)
    return folder


def test_the_page_is_true(page):
    """That its commands work, the fixture has seen; here are the files that it promises."""
    for name in ("net.h5", "Y.npy", "sweep.h5", "sweep.html", "sweep.csv"):
        assert (page / "digits" / name).stat().st_size > 0
    first, _ = arrays_of(page / "digits/net.h5")
    for name in ("from_npz.h5", "from_safetensors.h5"):
        other, _ = arrays_of(page / "digits" / name)
        assert {key: one.tobytes() for key, one in other.items()} == {key: one.tobytes() for key, one in first.items()}


def test_its_sweep_agrees_with_numpy_and_with_itself(page):
    rows = json.loads(sparsio("export", page / "digits/sweep.h5", "--json").stdout)
    assert len(rows) == 21 and {row["status"] for row in rows} == {"ok"}
    labels = np.load(page / "digits/labels_test.npy")
    for row in rows:
        density = {"net": "0.05", "net_0.1": "0.1", "net_0.5": "0.5"}[row["network"].split("/")[-1].removesuffix(".h5")]
        outputs = np.load(page / f"digits/Y_numpy_{density}.npy")
        assert row["accuracy"] == pytest.approx((outputs.argmax(1) == labels).mean(), abs=1e-12)
        assert row["verified"].startswith("16 inputs against reference"), row["verified"]
        assert row["lower"] <= row["lower_instance"] <= row["total"] == row["reads"] + row["writes"]
        for level in ("memory", "l1", "l2"):
            assert row[f"{level}_predicted_lines"] == row[f"{level}_misses"], (level, row["engine"], row["order"])


def test_the_page_is_found_and_short():
    assert "docs/your-network.md" in (tutorial.ROOT / "README.md").read_text()
    assert max(map(len, PAGE.read_text().splitlines())) <= 120


def test_a_page_that_says_something_else_fails(tmp_path):
    page = "```sh\necho  one two\n```\nprose\n```text\none two\n```\n```sh slurm\nsbatch x\n```\n"
    good, other = tutorial.blocks(page)
    assert good == ("sh", "echo  one two\n", ("one two",)) and other.kind == "sh slurm"
    assert tutorial.run(good, tmp_path, None) == "one two\n"
    for bad in (good._replace(said=("one tw",)), good._replace(commands="false; echo one two")):
        with pytest.raises(AssertionError):
            tutorial.run(bad, tmp_path, None)
