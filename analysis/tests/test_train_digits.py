"""train_digits: what it writes, against a dumber forward pass and other readers; how it learns, against differences."""

import gzip
import json
import re

import h5py
import numpy as np
import pytest
from built_program import needs_program, sparsio

import digits_classifier
import required_modules
import train_digits
from command_line import BadInput

DENSITIES = (0.5, 0.1, 0.05)


def tensors_of(folder, density):
    with np.load(folder / f"digits_{density}.npz") as arrays:
        return {name: arrays[name] for name in arrays}


def test_the_outputs_are_those_of_a_dumber_pass(trained_digits):
    x = np.load(trained_digits / "X_test.npy")
    labels = np.load(trained_digits / "labels_test.npy")
    said = (trained_digits / "said.txt").read_text()
    for density in DENSITIES:
        values = x.astype(np.float64)
        tensors = tensors_of(trained_digits, density)
        for k in (1, 2, 3):
            weight = tensors[f"fc{k}.weight"].astype(np.float64)
            values = np.einsum("is,ts->it", values, weight) + tensors[f"fc{k}.bias"]
            values = np.where(values < 0, 0, values) if k < 3 else values
        found = np.load(trained_digits / f"Y_numpy_{density}.npy")
        assert found.dtype == np.float32 and found.shape == (257, 10)
        np.testing.assert_allclose(found, values, rtol=1e-5, atol=1e-5)
        accuracy = np.mean([row.argmax() == label for row, label in zip(values, labels)])
        assert accuracy >= 0.95  # 0.98 where this was written
        assert re.search(rf"density {density}: \d+ connections, accuracy {accuracy:.4f}\n", said)


def test_pruning_keeps_as_many_as_asked_and_brings_none_back(trained_digits):
    before = None
    for density in DENSITIES:
        weights = [tensors_of(trained_digits, density)[f"fc{k}.weight"] for k in (1, 2, 3)]
        for weight, kept in zip(weights, (density, density, 0.5)):
            assert np.count_nonzero(weight) == round(kept * weight.size)
        assert before is None or all((old[new != 0] != 0).all() for old, new in zip(before, weights))
        before = weights


def test_three_formats_hold_the_same(trained_digits):
    for density in DENSITIES:
        tensors = tensors_of(trained_digits, density)
        raw = (trained_digits / f"digits_{density}.safetensors").read_bytes()
        length = int.from_bytes(raw[:8], "little")
        header, data = json.loads(raw[8:8 + length]), raw[8 + length:]
        assert length % 8 == 0 and list(header) == list(tensors)
        for name, entry in header.items():
            begin, end = entry["data_offsets"]
            assert entry["dtype"] == "F32" and tuple(entry["shape"]) == tensors[name].shape
            assert data[begin:end] == tensors[name].tobytes()
        assert len(data) == sum(one.nbytes for one in tensors.values())
        if not required_modules.missing_modules(["onnx"]):
            import onnx
            from onnx import numpy_helper
            graph = onnx.load(trained_digits / f"digits_{density}.onnx").graph
            assert [node.op_type for node in graph.node] == ["Gemm", "Relu", "Gemm", "Relu", "Gemm"]
            for one in graph.initializer:
                np.testing.assert_array_equal(numpy_helper.to_array(one), tensors.pop(one.name))
            assert not tensors


@needs_program
def test_the_inputs_are_those_of_the_program(trained_digits, tmp_path):
    done = sparsio("generate", "digits:part=test", "--out", tmp_path / "x.h5")
    assert done.returncode == 0, done.stderr
    with h5py.File(tmp_path / "x.h5") as file:
        arrays = []
        file.visititems(lambda _, one: arrays.append(one[...]) if isinstance(one, h5py.Dataset) else None)
    x = np.load(trained_digits / "X_test.npy")
    assert any(one.size == x.size and (one.reshape(x.shape) == x).all() for one in arrays)


def test_a_step_follows_the_slope_of_the_loss(monkeypatch):
    """With one step from rest a weight moves by RATE times the slope, which differences of the loss tell, too."""
    monkeypatch.setattr(digits_classifier, "WIDTHS", (5, 7, 6, 4))
    model = digits_classifier.Classifier(3)
    model.weights, model.biases, model.speeds = ([one.astype(np.float64) for one in arrays]
                                                 for arrays in (model.weights, model.biases, model.speeds))
    model.prune(0.7)
    random = np.random.default_rng(4)
    for bias in model.biases:
        bias += random.normal(0, 0.1, bias.shape)
    x, labels = random.random((9, 5)), random.integers(0, 4, 9)

    def loss():
        outputs = model.outputs(x)
        return np.mean([np.log(np.exp(row).sum()) - row[label] for row, label in zip(outputs, labels)])
    slopes, masks = [], [*model.masks, *(np.ones_like(one) for one in model.biases)]
    for array, mask in zip(model.weights + model.biases, masks):
        slope = np.zeros_like(array)
        for place in np.ndindex(array.shape):
            there, ends = array[place], []
            for array[place] in (there + 1e-6, there - 1e-6):
                ends.append(loss())
            array[place] = there
            slope[place] = mask[place] * (ends[0] - ends[1]) / 2e-6
        slopes.append(slope)
    before = [one.copy() for one in model.weights + model.biases]
    model.step(x, labels)
    for old, new, slope in zip(before, model.weights + model.biases, slopes):
        np.testing.assert_allclose(old - new, digits_classifier.RATE * slope, atol=1e-8)


def test_the_same_seed_gives_the_same_bits(monkeypatch):
    monkeypatch.setattr(digits_classifier, "WIDTHS", (5, 7, 6, 4))
    random = np.random.default_rng(5)
    x, labels = random.random((200, 5)).astype(np.float32), random.integers(0, 4, 200)

    def trained(seed):
        model = digits_classifier.Classifier(seed)
        model.train(x, labels, 2)
        model.prune(0.3)
        model.train(x, labels, 1)
        return b"".join(one.tobytes() for one in model.tensors().values())
    assert trained(1) == trained(1) != trained(2)


def test_bad_input_is_one_line(tmp_path, capsys):
    (tmp_path / "plain.csv").write_text("1,2\n")
    for words, what in ((["--digits", tmp_path / "none"], "install python3-sklearn"),
                        (["--digits", tmp_path / "plain.csv"], "Not a gzipped file"),
                        (["--densities", "0.1", "0.5"], "do not fall"), (["--densities", "0"], "do not fall"),
                        (["--epochs", "0"], "at least one epoch"), (["--epochs", "x"], "invalid int value")):
        with pytest.raises(SystemExit) as ended:
            train_digits.main(["--out", str(tmp_path / "out"), *map(str, words)])
        said = str(ended.value.code) if ended.value.code != 1 else capsys.readouterr().err.strip()
        assert what in said and said.startswith("train_digits.py: ") and "\n" not in said, said
    assert not (tmp_path / "out").exists()
    with pytest.raises(BadInput, match="64 pixels and a class"):
        with gzip.open(tmp_path / "narrow.gz", "wt") as file:
            file.write("1,2\n3,4\n")
        digits_classifier.read_digits(tmp_path / "narrow.gz")
