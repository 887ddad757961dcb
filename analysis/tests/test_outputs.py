"""infer --outputs and --labels, against numpy in double precision: every engine and track gives the outputs of the
network in the inputs' order, in each form that they are kept in, and the accuracy is that of numpy's own argmax. A
sweep keeps a row an accuracy and a row an error."""

import json

import pytest
from built_program import needs_program, sparsio

np = pytest.importorskip("numpy")
h5py = pytest.importorskip("h5py")

import network_file
from importing import layers as importing_layers

pytestmark = needs_program
COUNT, WIDTHS = 90, (17, 33, 21, 7)
TRACKS = ("general", "structure", "value", "structure+value")


class Case:
    """A pruned classifier, its inputs and labels, as files and as arrays."""

    def __init__(self, folder, widths=WIDTHS, last="identity"):
        random = np.random.default_rng(sum(widths))
        self.network, self.inputs, self.labels = folder / "net.h5", folder / "x.h5", folder / "labels.npy"
        made = sparsio("generate", f"random:neurons={widths[0]},count={COUNT},values=reals,seed=3", "--out", self.inputs)
        assert made.returncode == 0, made.stderr
        with h5py.File(self.inputs) as file:
            values = np.array(file["reals"], float).reshape(COUNT, widths[0])
        layers = []
        for number, (sources, targets) in enumerate(zip(widths, widths[1:]), 1):
            matrix = (random.normal(size=(targets, sources)) * (random.random((targets, sources)) < 0.4)).astype("f4")
            bias = random.uniform(-0.3, 0, targets).astype("f4")
            one = importing_layers.from_dense(f"layer{number}", matrix)
            one.bias = bias
            layers.append(importing_layers.to_layer(one))
            values = values @ matrix.astype(float).T + bias
            if number < len(widths) - 1 or last == "relu":
                values = np.maximum(0, values)
        network_file.write_network(self.network, layers, ["relu"] * (len(widths) - 2) + [last])
        self.outputs = values
        # Labels that the network is right about more often than not, so that the accuracy says something.
        said = (values[:, 0] > 0).astype(int) if widths[-1] == 1 else values.argmax(axis=1)
        classes = max(2, widths[-1])
        self.meant = np.where(random.random(COUNT) < 0.7, said, random.integers(0, classes, COUNT))
        np.save(self.labels, self.meant)
        self.accuracy = float((said == self.meant).mean())

    def infer(self, *words):
        done = sparsio("infer", "--network", self.network, "--inputs", self.inputs, "--labels", self.labels, "--json",
                       "--repetitions", 1, "--warmup", 0, "--threads", 2, *words)
        return done, json.loads(done.stdout) if done.stdout else None


@pytest.fixture(name="case", scope="module")
def case_of_several_outputs(tmp_path_factory):
    return Case(tmp_path_factory.mktemp("case"))


def read(path):
    if path.suffix == ".npy":
        return np.load(path)
    if path.suffix == ".csv":
        return np.loadtxt(path, delimiter=",", dtype="f4", ndmin=2)
    with h5py.File(path) as file:
        return np.array(file["outputs"])


def engines():
    listed = json.loads(sparsio("list", "engines", "--json").stdout)["plugins"]
    return [one["name"] for one in listed if one["name"] != "auto"]


@pytest.mark.parametrize("last", ("identity", "relu"))
def test_every_engine_and_track_gives_the_outputs_and_the_accuracy(tmp_path, last):
    case = Case(tmp_path, WIDTHS, last)
    assert 0.5 < case.accuracy < 1
    executed = set()
    for engine in engines():
        for track in TRACKS:
            out = tmp_path / f"{engine}-{track}.npy"
            done, facts = case.infer("--engine", engine, "--track", track, "--outputs", out)
            if done.returncode == 1 and "track" in done.stderr:  # it has no such track, or not for this network
                assert not out.exists()
                continue
            assert done.returncode == 0, (engine, track, done.stderr)
            outputs = np.load(out)
            assert outputs.dtype == np.dtype("<f4") and outputs.shape == case.outputs.shape
            np.testing.assert_allclose(outputs, case.outputs, rtol=1e-5, atol=1e-5, err_msg=f"{engine} {track}")
            assert facts["accuracy"] == case.accuracy, (engine, track)
            assert facts["accuracy_status"] == f"{round(case.accuracy * COUNT)} of {COUNT} right"
            executed.add((engine, track))
    assert {("csr", "general"), ("twin_tiles", "structure"), ("connection_list", "general")} <= executed
    if last == "relu":  # a neuron whose sum is 0 is 0, which is what the track needs
        assert {("csr", "value"), ("twin_tiles", "structure+value")} <= executed


@pytest.mark.parametrize("panel", (1, 13, 48))
@pytest.mark.parametrize("ending", (".npy", ".h5", ".csv"))
def test_every_form_holds_the_same_bits(case, tmp_path, ending, panel):
    first, other = tmp_path / "first.npy", tmp_path / f"other{ending}"
    for out, words in ((first, ()), (other, ("--panel", panel, "--verify", 0))):
        assert case.infer("--engine", "csr", "--outputs", out, *words)[0].returncode == 0
    assert read(other).tobytes() == read(first).tobytes()


def test_one_output_is_a_threshold(tmp_path):
    case = Case(tmp_path, (17, 33, 1))
    done, facts = case.infer("--engine", "csr", "--outputs", tmp_path / "y.npy")
    assert done.returncode == 0, done.stderr
    assert facts["accuracy"] == case.accuracy and 0.5 < case.accuracy < 1
    np.testing.assert_allclose(np.load(tmp_path / "y.npy"), case.outputs, rtol=1e-5, atol=1e-5)


def test_labels_that_are_not_the_inputs_are_one_line(case, tmp_path):
    meant = case.meant.copy()
    meant[16] = 12
    for labels, words in ((case.meant[:-1], f"{COUNT - 1} labels for {COUNT} inputs"),
                          (np.append(case.meant, 0), f"{COUNT + 1} labels for {COUNT} inputs"),
                          (meant, "the label of input 17 is 12, and 7 outputs say classes 0 to 6")):
        np.save(tmp_path / "labels.npy", labels)
        done = sparsio("infer", "--network", case.network, "--inputs", case.inputs, "--engine", "csr", "--labels",
                       tmp_path / "labels.npy", "--outputs", tmp_path / "y.npy")
        assert done.returncode == 1 and done.stdout == "" and done.stderr.count("\n") == 1
        assert done.stderr.startswith(f"sparsio: --labels: {words}; "), done.stderr
        assert not (tmp_path / "y.npy").exists()


def test_a_sweep_has_a_row_an_accuracy(case, tmp_path):
    right, wrong, short = tmp_path / "right.txt", tmp_path / "wrong.txt", tmp_path / "short.txt"
    said = case.outputs.argmax(axis=1)
    np.savetxt(right, said, fmt="%d")
    np.savetxt(wrong, (said + 1) % WIDTHS[-1], fmt="%d")
    np.savetxt(short, said[1:], fmt="%d")
    config, out = tmp_path / "c.toml", tmp_path / "c.h5"
    config.write_text(f"network = '{case.network}'\ninputs = '{case.inputs}'\nengine = ['csr', 'connection_list']\n"
                      f"labels = ['', '{right}', '{wrong}', '{case.labels}', '{short}']\n"
                      "memory = 20\nrepetitions = 1\n")
    assert sparsio("run", config, "--out", out).returncode == 2
    rows = json.loads(sparsio("export", out, "--json").stdout)
    assert len({row["run"] for row in rows}) == len(rows) == 10
    for row in rows:
        want = {"": None, str(right): 1, str(wrong): 0, str(case.labels): case.accuracy, str(short): None}
        assert row["accuracy"] == want[row["labels"]], row
        if row["labels"] == str(short):
            assert row["status"] == "error" and f"{COUNT - 1} labels for {COUNT} inputs" in row["error"]
        else:
            assert row["status"] == "ok", row["error"]
    assert all(row["accuracy_status"] == "no labels are given" for row in rows if not row["labels"])
    # Other labels under the same name are another case; rows without labels are those of programs before there were any.
    np.savetxt(wrong, said, fmt="%d")
    assert "10 cases, 4 run now, 6 there before, 2 not ok" in sparsio("run", config, "--out", out).stderr
    again = json.loads(sparsio("export", out, "--json").stdout)
    assert sorted(row["accuracy"] for row in again if row["labels"] == str(wrong)) == [0, 0, 1, 1]
