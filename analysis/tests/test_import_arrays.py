"""Bags of named arrays: which are layers, in which order, and what is never left out without a word."""

import io
import pickle
import zipfile

import numpy as np
import pytest

import required_modules
from model_files import RANDOM, RELU, activations_of, computed, dense_of, import_from, pruned, refusal, safetensors

A, B, C, D = (pruned(8, 8, 0.5) for _ in range(4))
BIAS = pruned(4, 8, 1)
X = RANDOM.normal(size=(5, 8)).astype(np.float32)


def expect(path, *layers):
    found = dense_of(path)
    assert len(found) == len(layers)
    for (matrix, bias), (wanted, wanted_bias) in zip(found, layers):
        np.testing.assert_array_equal(matrix, wanted.astype("f4"))
        np.testing.assert_array_equal(bias, np.zeros(len(bias)) if wanted_bias is None else wanted_bias)


def savez(tmp_path, *arrays, **named):
    np.savez(tmp_path / "m.npz", *arrays, **named)
    return tmp_path / "m.npz"


def test_activations_are_asked_for_with_the_line_to_type(tmp_path, capsys):
    path = savez(tmp_path, **{"a.weight": A, "b.weight": B})
    said = refusal(capsys, tmp_path, path, "--rows", "targets")
    line = f"`sparsio import {path} --out {tmp_path / 'never.h5'} --rows targets --activation relu --last identity`"
    assert f"its arrays do not say what follows the layers; write {line}" in said
    assert "--activation relu --last challenge`" in refusal(capsys, tmp_path, path, "--last", "challenge")
    out = import_from(tmp_path, path, "--activation", "relu", "--last", "identity")
    assert activations_of(out) == ["relu", "identity"]
    assert capsys.readouterr().err.splitlines()[-1].startswith("8 -> 8 -> 8, relu identity, 0 of 2 biases, density 0.")
    np.testing.assert_allclose(computed(out, X), np.maximum(X @ A.T, 0) @ B.T, rtol=1e-5, atol=1e-5)
    assert activations_of(import_from(tmp_path, path, "--layers", "b.weight", "--last", "identity")) == ["identity"]


def test_an_archive_keeps_its_order(tmp_path, capsys):
    down, up = pruned(4, 8), pruned(8, 4)
    path = savez(tmp_path, **{"encoder.weight": down, "decoder.weight": up})
    expect(import_from(tmp_path, path, *RELU), (down, None), (up, None))
    path = savez(tmp_path, input=A, hidden=B, output=C)
    expect(import_from(tmp_path, path, *RELU), (A, None), (B, None), (C, None))
    wide = pruned(3, 4)
    path = savez(tmp_path, last=wide, first=down)
    said = refusal(capsys, tmp_path, path, *RELU)
    assert "in the order of the file the layers do not fit" in said and "give --layers first,last" in said
    expect(import_from(tmp_path, path, *RELU, "--layers", "first,last"), (down, None), (wide, None))


def test_a_file_without_an_order_is_ordered_by_shapes_numbers_or_the_user(tmp_path, capsys):
    down, up, wide = pruned(4, 8), pruned(8, 4), pruned(3, 4)
    path = tmp_path / "m.safetensors"
    expect(import_from(tmp_path, safetensors(path, {"z": down, "a": wide}), *RELU), (down, None), (wide, None))
    for number in ("1.w 2.w 10.w", "fc1 fc2 fc3"):
        names = number.split()
        out = import_from(tmp_path, safetensors(path, dict(zip(reversed(names), (C, B, A)))), *RELU)
        expect(out, (A, None), (B, None), (C, None))
        assert f"in the order of their numbers: {number}" in capsys.readouterr().err
    for tensors, shown in (({"encoder": down, "decoder": up}, "--layers encoder,decoder or --layers decoder,encoder"),
                           ({"input": A, "hidden": B, "output": C}, " or another"),
                           ({"layers.0": A, "layers.1": B, "fc_out": C}, "--layers layers.0,layers.1,fc_out or "),
                           ({"fc2": down, "fc1": wide}, "not the order of their numbers); give --layers fc2,fc1"),
                           ({f"layer{k}{'ab'[k % 2]}": A for k in range(40)}, "many fit")):
        assert shown in refusal(capsys, tmp_path, safetensors(path, tensors), *RELU)


@pytest.mark.parametrize("name,mask", [("a.weight", "a.weight_mask"), ("a.weight_orig", "a.weight_mask"),
                                       ("a.weight", "a.mask"), ("a.weight", "mask.a.weight"), ("a.weight", "a.weight.mask"),
                                       ("a.weight", "masks.a.weight"), ("W1", "mask1"), ("W1", "W1_mask"),
                                       ("W1", "mask_W1")])
@pytest.mark.parametrize("kind", ["BOOL", "F32", "I8"])
def test_masks_are_multiplied_in(tmp_path, capsys, name, mask, kind):
    on = RANDOM.random((8, 8)) < 0.5
    path = safetensors(tmp_path / "m.safetensors", {mask: on, name: A}, {mask: kind})
    expect(import_from(tmp_path, path, *RELU), (np.where(on, A, 0), None))
    assert "masks multiplied in:" in capsys.readouterr().err
    path = safetensors(tmp_path / "m.safetensors", {mask: 2.0 * on, name: A}, {mask: "F32"})
    assert "other values than 0 and 1" in refusal(capsys, tmp_path, path, *RELU)


@pytest.mark.parametrize("names,remedy", [
    ("a.weight a.mask_scores", "multiply the mask that they make into the weights"),
    ("mask_of_something_else a.weight", "merge it into the weights"),
    ("a.parametrizations.weight.original", "remove_parametrizations"),
    ("a.parametrizations.weight.original0 a.parametrizations.weight.original1", "remove_parametrizations"),
    ("a.weight_orig a.weight_u", "remove_spectral_norm"), ("a.weight_g a.weight_v", "remove_weight_norm"),
    ("a.weight a.lora_A.weight a.lora_B.weight", "merge_and_unload"), ("wte.weight a.weight", "begins behind it")])
def test_what_is_no_plain_weight_is_refused_with_what_undoes_it(tmp_path, capsys, names, remedy):
    path = savez(tmp_path, **{name: A for name in names.split()})
    assert remedy in refusal(capsys, tmp_path, path, *RELU)


@pytest.mark.parametrize("name,array,word", [
    ("bn.running_mean", BIAS[0], "of a BatchNorm; export the model to ONNX, where it is folded"),
    ("norm.weight", BIAS[0], "of a normalisation"), ("prelu.weight", np.array([0.25]), "would be left out"),
    ("SCB", BIAS[0], "dequantise"), ("a.weight_scale", np.array(0.5), "dequantise"), ("intercepts_5", BIAS[0], "no bias"),
    ("arr_1", BIAS[0, :3], "no bias of a layer"), ("coordinates", np.ones((2, 9), int), "whole numbers"),
    ("optimizer.exp_avg", B, "of training"), ("ema.a.weight", B, "a second model"), ("q_proj.weight", B, "attention"),
    ("lstm.weight_hh_l0", B, "recurrent"), ("M1", (A != 0).astype("f4"), "a mask by its values"),
    ("weight_bitmask", np.ones((8, 1), np.uint8), "mask")])
def test_what_changes_the_function_is_refused_or_left_out_by_hand(tmp_path, capsys, name, array, word):
    path = savez(tmp_path, **{"a.weight": A, "a.bias": BIAS[0], name: array})
    said = refusal(capsys, tmp_path, path, *RELU)
    assert word in said and name in said and "--layers a.weight" in said
    expect(import_from(tmp_path, path, *RELU, "--layers", "a.weight"), (A, BIAS[0]))
    assert f"not imported: {name}" in capsys.readouterr().err


def test_what_changes_nothing_is_a_note(tmp_path, capsys):
    path = savez(tmp_path, **{"a.weight": A, "bn.num_batches_tracked": np.array(9), "note": np.array("by hand"),
                              "epoch": np.array(3)})
    expect(import_from(tmp_path, path, *RELU), (A, None))
    assert "not imported: bn.num_batches_tracked epoch note" in capsys.readouterr().err
    np.savez(path, w=A, odd=np.array([None], object))
    assert "odd" in refusal(capsys, tmp_path, path, *RELU)
    expect(import_from(tmp_path, path, *RELU, "--layers", "w"), (A, None))
    assert "odd holds Python objects" in refusal(capsys, tmp_path, path, *RELU, "--layers", "odd")


def test_biases_pair_by_name_by_place_and_by_length(tmp_path, capsys):
    down, up = pruned(4, 8), pruned(8, 4)
    sources = (*RELU, "--rows", "sources")
    wanted = (down, BIAS[0, :4]), (up, BIAS[1])
    for path in (savez(tmp_path, down.T, BIAS[0, :4], up.T, BIAS[1]), savez(tmp_path, down.T, up.T, BIAS[0, :4], BIAS[1]),
                 savez(tmp_path, coefs_0=down.T, coefs_1=up.T, intercepts_0=BIAS[0, :4], intercepts_1=BIAS[1]),
                 savez(tmp_path, **{"d0/kernel": down.T, "d0/bias": BIAS[0, :4], "d1/kernel": up.T, "d1/bias": BIAS[1]}),
                 savez(tmp_path, weights_0=down.T, biases_0=BIAS[0, :4], weights_1=up.T, biases_1=BIAS[1])):
        expect(import_from(tmp_path, path, *sources), *wanted)
    assert "give --rows sources" in refusal(capsys, tmp_path, savez(tmp_path, coefs_0=down.T, coefs_1=up.T), *RELU)
    assert "4 targets and 8 biases; turn the matrix with --rows" in refusal(
        capsys, tmp_path, savez(tmp_path, W1=down, b1=BIAS[0]), *RELU)


def test_a_bias_that_is_a_row_or_a_column_is_no_layer(tmp_path, capsys):
    for shape in ((1, 8), (8, 1)):
        path = savez(tmp_path, W1=A, b1=BIAS[0].reshape(shape), W2=B, b2=BIAS[1].reshape(shape))
        expect(import_from(tmp_path, path, *RELU), (A, BIAS[0]), (B, BIAS[1]))
        assert "a bias or a layer of one neuron" in refusal(capsys, tmp_path, savez(tmp_path, A, BIAS[:1].reshape(shape)),
                                                            *RELU)
        path = savez(tmp_path, hidden=A, bias_of_it=BIAS[:1].reshape(shape))
        assert "bias_of_it is" in refusal(capsys, tmp_path, path, *RELU)
    last = pruned(1, 8, 0.9)
    expect(import_from(tmp_path, savez(tmp_path, W1=A, W2=last), *RELU), (A, None), (last, None))


def test_sparse_forms_are_put_together(tmp_path, capsys):
    row, column = np.nonzero(A)
    pointer = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=8))])
    csr = {"data": A[row, column], "indices": column, "indptr": pointer, "shape": np.array([8, 8])}
    coo = {"data": A[row, column], "row": row, "col": column, "shape": np.array([8, 8])}
    torch = {"indices": np.stack([row, column]), "values": A[row, column], "size": np.array([8, 8])}
    torch_csr = {"crow_indices": pointer, "col_indices": column, "values": A[row, column], "shape": np.array([8, 8])}
    for parts in (csr, coo, torch, torch_csr):
        for pattern in ("W{}_{part}", "fc{}.weight.{part}", "{part}_{}", "{part}{}"):
            arrays = {pattern.format(k, part=part): array for k in (1, 2) for part, array in parts.items()}
            bias = {"W{}_{part}": "b1", "fc{}.weight.{part}": "fc1.bias"}.get(pattern)
            path = savez(tmp_path, **arrays, **({bias: BIAS[0]} if bias else {}))
            expect(import_from(tmp_path, path, *RELU), (A, BIAS[0] if bias else None), (A, None))
    del csr["shape"]
    assert "W has no shape in the file" in refusal(capsys, tmp_path, savez(tmp_path, **{f"W_{k}": v for k, v in csr.items()}),
                                                  *RELU)
    dia = {"format": "dia", "shape": (8, 8), "data": A[:1], "offsets": np.array([0])}
    assert "is in format dia; save it as csr" in refusal(capsys, tmp_path, savez(tmp_path, **dia), *RELU)


def test_one_rule_for_zeros_and_an_option_for_the_other(tmp_path, capsys):
    value = np.array([0.0, 0.5, 1e-60, -2.0])
    coo = {"data": value, "row": [0, 0, 1, 2], "col": [0, 1, 2, 3], "shape": (3, 4), "format": "coo"}
    wanted = np.zeros((3, 4))
    wanted[0, 1], wanted[2, 3] = 0.5, -2
    for words, connections in (((), 2), (("--zeros", "keep"), 4)):
        expect(import_from(tmp_path, savez(tmp_path, **coo), *RELU, *words), (wanted, None))
        assert f" {connections} connections" in capsys.readouterr().err
    dense = np.zeros((3, 4))
    dense[[0, 0, 1, 2], [0, 1, 2, 3]] = value
    for words, connections in (((), 2), (("--zeros", "keep"), 3)):  # what is 0 in a dense array is not stored
        import_from(tmp_path, savez(tmp_path, W=dense), *RELU, *words)
        assert f" {connections} connections" in capsys.readouterr().err


def test_types_stop_an_import_only_where_they_are_wanted(tmp_path, capsys):
    path = safetensors(tmp_path / "m.safetensors", {"a.weight": A, "kv.scale": np.ones(4)}, {"kv.scale": "F8_E4M3"})
    assert "kv.scale" in refusal(capsys, tmp_path, path, *RELU)
    expect(import_from(tmp_path, path, *RELU, "--layers", "a.weight"), (A, None))
    assert "kv.scale is of type F8_E4M3; have: F64" in refusal(capsys, tmp_path, path, *RELU, "--layers", "kv.scale")


class Tensor:
    """What torch.save writes of a tensor: a call of torch._utils._rebuild_tensor_v2 on a storage beside the pickle."""

    def __init__(self, array, key):
        self.array, self.key = array, key


class Writer(pickle._Pickler):  # the one in Python, whose opcodes can be written by hand
    def persistent_id(self, one):
        return ("storage", Name("torch", "FloatStorage"), one.key, "cpu", one.array.size) if type(one) is Storage else None

    def save(self, one, *rest, **more):
        if isinstance(one, Name):
            return self.write(f"c{one.module}\n{one.name}\n".encode())
        if type(one) is Tensor:
            flat = one.array.strides[0] > one.array.strides[1]
            strides = (one.array.shape[1], 1) if flat else (1, one.array.shape[0])
            self.save(Name("torch._utils", "_rebuild_tensor_v2"))
            super().save((Storage(one.array, one.key), 0, one.array.shape, strides, False, None))
            return self.write(b"R")
        return super().save(one, *rest, **more)


class Name:
    def __init__(self, module, name):
        self.module, self.name = module, name


class Storage(Tensor):
    pass


def torch_file(path, tensors, root=None):
    packed = io.BytesIO()
    tensors = {name: Tensor(array, str(k)) for k, (name, array) in enumerate(tensors.items())}
    writer = Writer(packed, 2)
    writer.dump(root(tensors) if root else tensors)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("m/data.pkl", packed.getvalue())
        for one in tensors.values():
            archive.writestr(f"m/data/{one.key}", one.array.T.tobytes() if one.array.strides[0] < one.array.strides[1]
                             else one.array.tobytes())
    return path


def test_a_state_dict_of_torch_is_read_without_torch(tmp_path, capsys):
    path = torch_file(tmp_path / "m.pt", {"0.weight": A, "2.weight": B.T})
    expect(import_from(tmp_path, path, *RELU), (A, None), (B.T, None))
    path = torch_file(tmp_path / "m.pth", {"0.weight": A}, lambda tensors: {"epoch": 3, "state_dict": tensors})
    expect(import_from(tmp_path, path, *RELU), (A, None))
    path = torch_file(tmp_path / "m.pt", {"0.weight": A}, lambda tensors: {"model": Name("os", "system"), **tensors})
    assert "holds os.system, not only tensors; save its weights with torch.save(model.state_dict(), path)" in refusal(
        capsys, tmp_path, path, *RELU)
    for data in (b"", b"PK\x05\x06", path.read_bytes()[:200]):
        path.write_bytes(data)
        assert "not a .pt file that can be read" in refusal(capsys, tmp_path, path, *RELU)


def test_patterns_are_layers_whose_weights_are_drawn(tmp_path, capsys):
    (tmp_path / "1.smtx").write_text("2, 4, 3\n0 1 3 \n3 2 0\n")
    (tmp_path / "2.smtx").write_text("1, 2, 2\n0 2\n0 1\n")
    words = (tmp_path / "1.smtx", tmp_path / "2.smtx", *RELU)
    (first, _), (second, _) = dense_of(import_from(tmp_path, *words))
    assert (first != 0).tolist() == [[False, False, False, True], [True, False, True, False]] and (second != 0).all()
    assert np.abs(first).max() <= 6**0.5 and "weights of 1.smtx are drawn" in capsys.readouterr().err
    np.testing.assert_array_equal(dense_of(import_from(tmp_path, *words))[0][0], first)
    for text in ("", "2, 4, 3\n0 1\n", "2 4 3 0 1 3 3 2 9", "2 4 3 0 3 1 3 2 0", "a", "2 4 3 0 1 3 3 2 0 7", "2 4 3 0 1 3 3 2 2"):
        (tmp_path / "bad.smtx").write_text(text)
        refusal(capsys, tmp_path, tmp_path / "bad.smtx", *RELU)


@pytest.mark.skipif(bool(required_modules.missing_modules(["scipy"])), reason="no module scipy")
def test_several_matrix_market_files_are_one_network(tmp_path, capsys):
    from scipy import io as scipy_io, sparse
    down, up = pruned(4, 8), pruned(8, 4)
    scipy_io.mmwrite(tmp_path / "1.mtx", sparse.coo_matrix(down))
    scipy_io.mmwrite(tmp_path / "2.mtx", up)  # an array, not coordinates
    expect(import_from(tmp_path, tmp_path / "1.mtx", tmp_path / "2.mtx", *RELU), (down, None), (up, None))
    said = refusal(capsys, tmp_path, tmp_path / "1.mtx", tmp_path / "1.mtx", *RELU)
    assert "1.mtx reads 8 values where 1.mtx gives 4" in said
