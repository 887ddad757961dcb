"""import_network: small models made here, and the network they become, against numpy and the program."""

import json
import subprocess
import sys

import h5py
import numpy as np
import pytest
from built_program import needs_program, sparsio
from conftest import ANALYSIS

import import_network
import required_modules
import synthetic
from model_files import RANDOM, RELU, dense_of, import_from, pruned, refusal, safetensors
from importing import layers as importing_layers

HAS_SCIPY = not required_modules.missing_modules(["scipy"])


def imported(tmp_path, *words):
    return dense_of(import_from(tmp_path, *words, *RELU))


def refused(capsys, tmp_path, *words):
    return refusal(capsys, tmp_path, *words, *RELU)


def expect_same(found, *matrices):
    assert len(found) == len(matrices)
    for (matrix, _), wanted in zip(found, matrices):
        np.testing.assert_array_equal(matrix, wanted)


def test_safetensors_in_the_order_of_their_numbers(tmp_path):
    first, last, bias = pruned(5, 4), pruned(3, 5), np.arange(3, dtype=np.float32)
    path = safetensors(tmp_path / "m.safetensors", {"fc.10.weight": last, "fc.10.bias": bias, "fc.9.weight": first})
    found = imported(tmp_path, path)
    expect_same(found, first, last)
    np.testing.assert_array_equal(found[1][1], bias)
    np.testing.assert_array_equal(found[0][1], np.zeros(5))


def test_safetensors_of_every_float_type(tmp_path):
    matrix = np.array([[0.5, 0, -2], [0, 0, 1.25]], np.float32)  # exact in all of them
    for kind in ("F64", "F32", "F16", "BF16"):
        path = safetensors(tmp_path / "m.safetensors", {"a.weight": matrix}, {"a.weight": kind})
        expect_same(imported(tmp_path, path), matrix)


def test_masks_of_torch_are_taken_off(tmp_path, capsys):
    """The state_dict of a model that prune.l1_unstructured has pruned and prune.remove not yet made permanent."""
    first, last, mask = pruned(4, 5, density=1), pruned(3, 4), RANDOM.random((4, 5)) < 0.3
    bias = np.arange(4, dtype=np.float32)
    tensors = {"0.weight_orig": first, "0.weight_mask": mask, "0.bias": bias, "2.weight": last}
    found = imported(tmp_path, safetensors(tmp_path / "m.safetensors", tensors))
    expect_same(found, np.where(mask, first, 0), last)
    np.testing.assert_array_equal(found[0][1], bias)
    capsys.readouterr()
    tensors["0.weight_mask"] = mask[:, :4]
    said = refused(capsys, tmp_path, safetensors(tmp_path / "m.safetensors", tensors))
    assert "0.weight_orig is (4, 5) and its mask (4, 4)" in said


def test_layers_are_chosen_and_turned_and_thresholded(tmp_path, capsys):
    first, last = pruned(4, 5), pruned(5, 3)
    path = safetensors(tmp_path / "m.safetensors", {"b": first, "a": last, "conv": np.ones((2, 2, 2))})
    assert "conv has 3 dimensions" in refused(capsys, tmp_path, path)
    expect_same(imported(tmp_path, path, "--layers", "b,a", "--rows", "sources"), first.T, last.T)
    assert "not imported: conv" in capsys.readouterr().err
    kept = np.where(np.abs(first) > 0.5, first, 0)
    expect_same(imported(tmp_path, path, "--layers", "b", "--threshold", "0.5"), kept)


@pytest.mark.skipif(not HAS_SCIPY, reason="no module scipy to write .npz with")
def test_npz_of_scipy(tmp_path):
    from scipy import sparse
    first, last = pruned(6, 4), pruned(2, 6)
    for kind in ("csr", "csc", "coo"):
        sparse.save_npz(tmp_path / "a.npz", sparse.coo_matrix(first).asformat(kind))
        sparse.save_npz(tmp_path / "b.npz", sparse.coo_matrix(last).asformat(kind))
        expect_same(imported(tmp_path, tmp_path / "a.npz", tmp_path / "b.npz"), first, last)


def test_npz_of_numpy(tmp_path):
    first, bias = pruned(6, 4), np.linspace(-1, 1, 6, dtype=np.float32)
    np.savez(tmp_path / "a.npz", W1=first, b1=bias)
    found = imported(tmp_path, tmp_path / "a.npz")
    expect_same(found, first)
    np.testing.assert_array_equal(found[0][1], bias)


def test_a_missing_onnx_is_one_line(tmp_path, capsys, monkeypatch):
    (tmp_path / "m.onnx").write_bytes(b"")
    monkeypatch.setattr(required_modules, "missing_modules", lambda names: [one for one in names if one == "onnx"])
    assert "has no module onnx; install the packages python3-onnx" in refused(capsys, tmp_path, tmp_path / "m.onnx")


def test_without_any_module_the_command_ends_with_one_line(tmp_path):
    (tmp_path / "m.npz").write_bytes(b"")
    done = subprocess.run([sys.executable, "-I", "-S", ANALYSIS / "import_network.py", tmp_path / "m.npz", "--out",
                           tmp_path / "n.h5"], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and done.stdout == "" and done.stderr.count("\n") == 1 and "numpy" in done.stderr


def test_bad_models_are_refused(tmp_path, capsys):
    good = safetensors(tmp_path / "good.safetensors", {"a.weight": pruned(3, 4)}).read_bytes()
    bad = tmp_path / "bad.safetensors"
    for data in (b"", good[:5], good[:30], good[:-1], b"\xff" * 8 + good[8:], good.replace(b"F32", b"X99"),
                 good.replace(b"data_offsets", b"data_offsetz"), good.replace(b"[3, 4]", b"[3, 9]"),
                 (2).to_bytes(8, "little") + b"[]"):
        bad.write_bytes(data)
        refused(capsys, tmp_path, bad)
    safetensors(bad, {"a.weight": np.array([[1, np.nan]])})
    assert "not finite" in refused(capsys, tmp_path, bad)
    safetensors(bad, {"a.weight": pruned(3, 4), "b.weight": pruned(3, 4)})
    assert "b.weight reads 4 values where a.weight gives 3" in refused(capsys, tmp_path, bad)
    (tmp_path / "bad.npz").write_bytes(b"PK\x03\x04 no archive")
    assert "not a .npz file" in refused(capsys, tmp_path, tmp_path / "bad.npz")
    assert "no such file" in refused(capsys, tmp_path, tmp_path / "none.npz")
    assert "unknown ending" in refused(capsys, tmp_path, tmp_path / "model.pkl")


def test_a_folder_that_is_not_there_is_said_so(tmp_path, capsys):
    model = safetensors(tmp_path / "good.safetensors", {"a.weight": pruned(3, 4)})
    assert import_network.main([str(model), "--out", str(tmp_path / "none" / "model.h5")]) == 1
    assert "none; create it or give another --out" in capsys.readouterr().err


def test_a_name_that_nothing_reads_is_refused(tmp_path, capsys):
    np.savez(tmp_path / "m.npz", W1=pruned(3, 4))
    before = (tmp_path / "m.npz").read_bytes()
    for out, what in (("m.npz", "m.npz, which is read"), ("m.txt", "ending '.txt'; give --out a name that ends in .h5"),
                      ("m", "ending ''"), (".", "is a folder"), ("x" * 300 + ".h5", "name too long")):
        assert import_network.main([str(tmp_path / "m.npz"), "--out", str(tmp_path / out)]) == 1
        said = capsys.readouterr().err
        assert said.count("\n") == 1 and what in said
    assert import_network.main([str(tmp_path / "m.npz"), "--out", ""]) == 1
    assert "is a folder" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["m.npz"] and (tmp_path / "m.npz").read_bytes() == before


def test_results_are_not_replaced_by_a_network(tmp_path, capsys):
    np.savez(tmp_path / "m.npz", W1=pruned(3, 4))
    out = synthetic.write(tmp_path / "r.h5", synthetic.sweep()[:2])
    before = out.read_bytes()
    assert import_network.main([str(tmp_path / "m.npz"), "--out", str(out)]) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"import_network.py: {out}: holds results") and said.count("\n") == 1
    assert out.read_bytes() == before
    out.write_text("no HDF5")
    for _ in range(2):  # the second time over a network
        assert import_network.main([str(tmp_path / "m.npz"), *RELU, "--out", str(out)]) == 0


def test_a_network_without_connections_is_refused(tmp_path, capsys):
    np.savez(tmp_path / "m.npz", W1=np.diag([0.5, -3]).astype(np.float32), W2=np.diag([1.0, 2.0]))
    said = refused(capsys, tmp_path, tmp_path / "m.npz", "--threshold", "100")
    assert "--threshold 100: leaves no connection: the largest absolute weight is 3; " in said
    np.savez(tmp_path / "z.npz", W1=np.zeros((3, 3)))
    said = refused(capsys, tmp_path, tmp_path / "z.npz")
    assert "z.npz: there is no connection: the largest absolute weight is 0; " in said
    assert len(imported(tmp_path, tmp_path / "m.npz", "--threshold", "2.5")) == 2  # one layer may have none


def test_arrays_that_are_no_real_numbers_are_refused(tmp_path, capsys):
    text, path = np.array([["a", "b"], ["c", "d"]]), tmp_path / "m.npz"
    for arrays in ({"W1": text}, {"W1": np.eye(2) * 1j}, {"W1_orig": text, "W1_mask": np.eye(2)},
                   {"W1": np.eye(2), "b1": np.array(["a", "b"])},
                   {"format": "coo", "shape": (2, 2), "row": [0], "col": [1], "data": ["a"]}):
        np.savez(path, **arrays)
        assert "not real numbers; save it as float32" in refused(capsys, tmp_path, path)
    np.savez(path, W1=np.eye(2), note=np.array(["made", "by", "hand"]))
    expect_same(imported(tmp_path, path), np.eye(2))


def test_a_damaged_archive_is_one_line(tmp_path, capsys):
    path, damaged = tmp_path / "m.npz", tmp_path / "damaged.npz"
    np.savez(path, format="coo", shape=(2, 2), row=[0, 1], col=[1], data=[1.0])
    assert "m.npz is damaged" in refused(capsys, tmp_path, path)
    np.savez(path)
    assert "no array in it; save it with numpy.savez, or" in refused(capsys, tmp_path, path)
    path.write_bytes(b"")
    assert "; save it with numpy.savez, or" in refused(capsys, tmp_path, path)
    np.savez_compressed(path, W1=np.eye(40))
    whole, failures = path.read_bytes(), 0
    for at in range(len(whole)):
        damaged.write_bytes(whole[:at] + bytes([whole[at] ^ 0x80]) + whole[at + 1:])
        if import_network.main([str(damaged), *RELU, "--out", str(tmp_path / "x.h5")]) == 1:
            failures += 1
            assert capsys.readouterr().err.count("\n") == 1
        capsys.readouterr()
    assert failures > 100


def test_an_entry_twice_is_refused():
    weights = importing_layers.Weights("w", (2, 2), np.array([0, 0]), np.array([1, 1]), np.array([1.0, 2.0]))
    with pytest.raises(importing_layers.Refused, match="an entry twice"):
        importing_layers.to_layer(weights)


@needs_program
def test_the_program_computes_what_numpy_computes(tmp_path):
    """From a model to a row: the alive counts of `infer`, and the connections of `io`, by dense arithmetic here."""
    first, last = pruned(40, 30), pruned(20, 40)
    biases = [RANDOM.normal(size=n).astype(np.float32) for n in (40, 20)]
    path = safetensors(tmp_path / "m.safetensors", {"0.weight": first, "0.bias": biases[0], "2.weight": last,
                                                    "2.bias": biases[1]})
    net = tmp_path / "net.h5"
    assert import_network.main([str(path), *RELU, "--out", str(net)]) == 0
    x = (RANDOM.random((17, 30)) < 0.3).astype(np.uint8)
    (tmp_path / "x.bits").write_bytes(np.packbits(x, axis=1).tobytes())
    answer = sparsio("infer", "--network", net, "--inputs", tmp_path / "x.bits", "--engine", "csr", "--json")
    assert answer.returncode == 0, answer.stderr
    facts = json.loads(answer.stdout)
    alive, values = [], x.astype(np.float64)
    for matrix, bias in zip((first, last), biases):
        values = np.maximum(0, values @ matrix.T.astype(np.float64) + bias)
        alive.append(int((values > 0).any(axis=1).sum()))
    assert facts["alive"] == alive and facts["status"] == "ok"
    counted = json.loads(sparsio("io", "--network", net, "--order", "by_target", "--policy", "min", "--memory", 30,
                                 "--json").stdout)
    assert counted["connections"] == np.count_nonzero(first) + np.count_nonzero(last)
    net.write_bytes(net.read_bytes().replace(b"relu", b"rely"))
    damaged = sparsio("io", "--network", net, "--order", "by_target", "--policy", "min", "--memory", 30)
    assert damaged.returncode == 1 and "damaged" in damaged.stderr


@needs_program
def test_the_program_imports_by_itself_and_names_the_way_to_it(tmp_path):
    np.savez(tmp_path / "m,odd=1.npz", W1=np.eye(3), b1=np.ones(3))
    net = tmp_path / "a net,b=1.h5"
    words = ("import", tmp_path / "m,odd=1.npz", "--out", net, "--last", "identity", "--threshold", "0.5")
    done = sparsio(*words)
    assert done.returncode == 0 and done.stdout == f"{net}\n", done.stderr
    assert done.stderr.splitlines()[-1] == "3 -> 3, identity, 1 of 1 biases, density 0.33"
    assert '"connections": 3' in sparsio("io", "--network", net, "--memory", 100, "--json").stdout
    done = sparsio(*words[:4])
    assert done.returncode == 1 and done.stderr.startswith("import_network.py: ") and done.stderr.count("\n") == 1
    for words in (("io", "--memory", 10, "--network"), ("convert",)):
        done = sparsio(*words, tmp_path / "m,odd=1.npz", *(["x.h5"] if words[0] == "convert" else []))
        assert done.returncode == 1 and "sparsio import" in done.stderr and done.stderr.count("\n") == 1, done.stderr


@needs_program
@pytest.mark.skipif(bool(required_modules.missing_modules(["onnx"])), reason="no module onnx (python3-onnx)")
def test_the_program_computes_a_residual_network(tmp_path):
    import test_import_onnx as graphs
    w = pruned(6, 6, 0.5)
    w[2], w[:, 3] = 0, 0
    nodes = [graphs.node("Gemm", "x w1 b1", "a", transB=1), graphs.node("Relu", "a", "h"),
             graphs.node("Gemm", "h w", "c", transB=1), graphs.node("Relu", "c", "d"), graphs.node("Add", "h d", "s"),
             graphs.node("Relu", "s", "t"), graphs.node("Gemm", "t w2 b2", "z", transB=1), graphs.node("Relu", "z", "y")]
    path = graphs.graph(tmp_path / "m.onnx", nodes, dict(w1=graphs.W1, b1=graphs.B1, w=w, **graphs.GEMM))
    assert sparsio("import", path, "--out", tmp_path / "n.h5").returncode == 0
    x = (RANDOM.random((9, 8)) < 0.4).astype(np.uint8)
    (tmp_path / "x.bits").write_bytes(np.packbits(x, axis=1).tobytes())
    h = np.maximum(0, x @ graphs.W1.T + graphs.B1)
    y = np.maximum(0, graphs.last(h + np.maximum(0, h @ w.T)))
    answer = sparsio("infer", "--network", tmp_path / "n.h5", "--inputs", tmp_path / "x.bits", "--engine",
                     "connection_list", "--json")
    assert answer.returncode == 0, answer.stderr
    facts = json.loads(answer.stdout)
    assert facts["status"] == "ok" and facts["categories"] == int((y > 0).any(axis=1).sum())


@needs_program
def test_each_layer_has_the_activation_that_is_written(tmp_path):
    import network_file
    first, last = pruned(20, 30), pruned(10, 20)
    layers = [importing_layers.to_layer(importing_layers.from_dense(name, matrix)) for name, matrix in
              (("a", first), ("b", -np.abs(last)))]
    x = (RANDOM.random((17, 30)) < 0.3).astype(np.uint8)
    (tmp_path / "x.bits").write_bytes(np.packbits(x, axis=1).tobytes())
    hidden = np.maximum(0, x @ first.T.astype(np.float64))
    net = tmp_path / "net.h5"
    for activations, alive in ((("relu", "identity"), int((hidden @ np.abs(last.T) > 0).any(axis=1).sum())),
                               (("relu",), 0)):
        network_file.write_network(net, layers, activations)
        answer = sparsio("infer", "--network", net, "--inputs", tmp_path / "x.bits", "--engine", "twin_tiles", "--json")
        assert answer.returncode == 0, answer.stderr
        facts = json.loads(answer.stdout)
        assert facts["alive"][-1] == alive and facts["status"] == "ok"
    with pytest.raises(ValueError):
        network_file.write_network(net, layers, ("relu", "relu", "identity"))
