"""ONNX graphs as exporters write them, and the network they become, against each operator's arithmetic in numpy."""

import numpy as np
import pytest

import import_network
import required_modules
from model_files import RANDOM, activations_of, computed, dense_of, import_from, pruned, refusal, safetensors

pytestmark = pytest.mark.skipif(bool(required_modules.missing_modules(["onnx"])), reason="no module onnx (python3-onnx)")

W1, W2, B1, B2 = pruned(6, 8, 0.5), pruned(5, 6, 0.5), pruned(1, 6, 1)[0], pruned(1, 5, 1)[0]
X = RANDOM.normal(size=(4, 8)).astype(np.float32)


def node(kind, inputs, output, **attributes):
    from onnx import helper
    return helper.make_node(kind, inputs.split(), [output], **attributes)


def graph(path, nodes, constants, shape=(None, 8), outputs=None, more=lambda one: None):
    """A model file; `outputs`: names, the last node's if left out."""
    from onnx import TensorProto, helper, numpy_helper, save
    outputs = outputs or [nodes[-1].output[0]]
    made = helper.make_graph(
        nodes, "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(one, TensorProto.FLOAT, None) for one in outputs],
        [numpy_helper.from_array(np.array(array, order="C"), name) for name, array in constants.items()])
    more(made)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 13)])
    save(model, str(path))
    return path


def expect(tmp_path, nodes, constants, wanted, activations, x=X, shape=None, words=()):
    path = graph(tmp_path / "m.onnx", nodes, constants, shape or (None,) + x.shape[1:])
    out = import_from(tmp_path, path, *words)
    assert " ".join(activations_of(out)) == activations
    np.testing.assert_allclose(computed(out, x.reshape(len(x), -1).astype(np.float64)), wanted.reshape(len(x), -1),
                               rtol=1e-5, atol=1e-5)


def relu(z):
    return np.maximum(z, 0)


def last(h):
    return h @ W2.T + B2


GEMM = dict(w2=W2, b2=B2)


def test_each_layer_has_the_activation_of_the_graph(tmp_path, capsys):
    nodes = [node("Gemm", "x w1 b1", "a", transB=1), node("Relu", "a", "h"), node("Gemm", "h w2 b2", "y", transB=1)]
    expect(tmp_path, nodes, dict(w1=W1, b1=B1, **GEMM), last(relu(X @ W1.T + B1)), "relu identity")
    said = capsys.readouterr()
    share = [f"{np.count_nonzero(one) / one.size:.2g}" for one in (W1, W2)]
    assert said.err.splitlines()[-1] == f"8 -> 6 -> 5, relu identity, 2 of 2 biases, density {' '.join(share)}"
    assert said.out == f"{tmp_path / 'net.h5'}\n"
    expect(tmp_path, nodes[:1] + [node("Gemm", "a w2 b2", "y", transB=1)], dict(w1=W1, b1=B1, **GEMM),
           last(X @ W1.T + B1), "identity identity")
    for clip, floor in ((node("Clip", "a low", "h"), 0), (node("Max", "a low", "h"), 0), (node("Max", "low a", "h"), 0),
                        (node("Clip", "a low none", "h"), 0)):
        none = np.array(3.4028235e38, np.float32)
        expect(tmp_path, [nodes[0], clip, nodes[2]], dict(w1=W1, b1=B1, low=np.array(0.0, "f4"), none=none, **GEMM),
               last(np.maximum(X @ W1.T + B1, floor)), "relu identity")
    clip = node("Clip", "a low high", "h")
    limits = dict(w1=9 * W1, low=np.array(0, "f4"), high=np.array(32, "f4"))
    expect(tmp_path, [nodes[0], clip], dict(b1=-np.abs(B1), **limits), np.clip(X @ (9 * W1.T) - np.abs(B1), 0, 32),
           "challenge")
    path = graph(tmp_path / "m.onnx", [nodes[0], clip], dict(b1=np.abs(B1), **limits))
    assert "behind a bias above 0" in refusal(capsys, tmp_path, path)


def test_one_model_is_one_network_from_every_file(tmp_path):
    """Equal to the last bit: what ONNX folds in 64 bits is what arrays say."""
    nodes = [node("Gemm", "x a.weight a.bias", "h", transB=1), node("Relu", "h", "r"),
             node("Gemm", "r b.weight b.bias", "y", transB=1)]
    arrays = {"a.weight": W1, "a.bias": B1, "b.weight": W2, "b.bias": B2}
    np.savez(tmp_path / "m.npz", **arrays)
    safetensors(tmp_path / "m.safetensors", arrays)
    graph(tmp_path / "m.onnx", nodes, arrays)
    seen = []
    for name in ("m.onnx", "m.npz", "m.safetensors"):
        words = () if name == "m.onnx" else ("--activation", "relu", "--last", "identity")
        out = import_from(tmp_path, tmp_path / name, *words)
        assert activations_of(out) == ["relu", "identity"]
        seen.append([array.tobytes() for layer in dense_of(out) for array in layer])
    assert seen[0] == seen[1] == seen[2]


@pytest.mark.parametrize("kind", ["Elu", "Softplus", "LogSoftmax", "ArgMax", "LayerNormalization"])
def test_what_no_engine_computes_is_refused_and_can_be_cut_off(tmp_path, capsys, kind):
    nodes = [node("Gemm", "x w1 b1", "a", transB=1), node(kind, "a", "y")]
    path = graph(tmp_path / "m.onnx", nodes, dict(w1=W1, b1=B1))
    said = refusal(capsys, tmp_path, path)
    assert f"{kind} y cannot be imported" in said and "--until a" in said
    np.testing.assert_allclose(computed(import_from(tmp_path, path, "--until", "a"), X), X @ W1.T + B1, rtol=1e-5)
    assert "no node 'b' for --until; have: a y" in refusal(capsys, tmp_path, path, "--until", "b")


def test_relu6_is_refused_with_its_limits(tmp_path, capsys):
    nodes = [node("Gemm", "x w1", "a", transB=1), node("Clip", "a low high", "y")]
    path = graph(tmp_path / "m.onnx", nodes, dict(w1=W1, low=np.array(0, "f4"), high=np.array(6, "f4")))
    assert "clips to 0 and 6, which cannot be imported" in refusal(capsys, tmp_path, path)


def test_constants_are_computed(tmp_path):
    """A transposed weight, an identity, a cast, a product, a dequantised matrix; 3-D inputs; a bias before the sum."""
    from onnx import TensorProto, helper, numpy_helper
    tail = [node("Add", "b m", "a"), node("Relu", "a", "y")]
    wanted = relu(X @ W1.T + B1)
    for nodes, constants in (
            ([node("Transpose", "w", "t", perm=[1, 0])], dict(w=W1)),
            ([node("Identity", "w", "t")], dict(w=W1.T)),
            ([node("Cast", "w", "t", to=TensorProto.FLOAT)], dict(w=W1.T.astype("f8"))),
            ([node("Constant", "", "two", value_float=2.0), node("Div", "w two", "t")], dict(w=2 * W1.T)),
            ([node("Constant", "", "s", value_ints=[8, -1]), node("Reshape", "w s", "t")], dict(w=W1.T.copy())),
            ([node("Constant", "", "t", value=numpy_helper.from_array(W1.T.copy()))], {})):
        expect(tmp_path, nodes + [node("MatMul", "x t", "m")] + tail, dict(b=B1, **constants), wanted, "relu")
    whole = RANDOM.integers(-9, 9, (8, 6)).astype("i1")
    scale, zero = RANDOM.uniform(0.1, 1, 6).astype("f4"), RANDOM.integers(-3, 3, 6).astype("i1")
    expect(tmp_path, [node("DequantizeLinear", "w s z", "t", axis=1), node("MatMul", "x t", "m")] + tail,
           dict(w=whole, s=scale, z=zero, b=B1), relu(X @ ((whole.astype(float) - zero) * scale) + B1), "relu")
    at = np.flatnonzero(W1.T.reshape(-1))
    values = helper.make_tensor("v", TensorProto.FLOAT, [len(at)], W1.T.reshape(-1)[at])
    sparse = helper.make_sparse_tensor(values, helper.make_tensor("i", TensorProto.INT64, [len(at)], at), [8, 6])
    expect(tmp_path, [node("Constant", "", "t", sparse_value=sparse), node("MatMul", "x t", "m")] + tail, dict(b=B1),
           wanted, "relu")
    path = graph(tmp_path / "s.onnx", [node("MatMul", "x v", "m")] + tail, dict(b=B1),
                 more=lambda made: made.sparse_initializer.append(sparse))
    np.testing.assert_allclose(computed(import_from(tmp_path, path), X), wanted, rtol=1e-5)
    expect(tmp_path, [node("Unsqueeze", "x one", "u"), node("MatMul", "u w", "v"), node("Squeeze", "v one", "m")] + tail,
           dict(w=W1.T, b=B1, one=np.array([1])), wanted, "relu")


def test_shapes_that_the_graph_computes(tmp_path):
    """Shape, Gather, Unsqueeze, Concat, Reshape: how torch writes x.view(x.size(0), -1)."""
    x = X.reshape(4, 2, 4)
    nodes = [node("Shape", "x", "s"), node("Gather", "s zero", "n", axis=0), node("Unsqueeze", "n axis", "u"),
             node("Concat", "u rest", "to", axis=0), node("Reshape", "x to", "h"), node("Gemm", "h w1 b1", "a", transB=1)]
    constants = dict(zero=np.array(0), axis=np.array([0]), rest=np.array([-1]), w1=W1, b1=B1)
    for shape in ((None, 2, 4), (4, 2, 4), (1, 2, 4)):
        expect(tmp_path, nodes, constants, X @ W1.T + B1, "identity", x=x, shape=shape)


def test_what_stands_before_and_behind_a_matrix_is_folded_in(tmp_path):
    nodes = [node("Div", "x scale", "d"), node("Sub", "d mean", "h"), node("Gemm", "h w1 b1", "a", transB=1),
             node("BatchNormalization", "a g s m v", "n"), node("Relu", "n", "r"),
             node("BatchNormalization", "r g s m v", "k"), node("Gemm", "k w2 b2", "y", transB=1)]
    g, s, m, v = (RANDOM.uniform(0.5, 2, 6).astype("f4") for _ in range(4))
    constants = dict(scale=np.array(255, "f4"), mean=np.array(0.1307, "f4"), w1=W1, b1=B1, g=g, s=s, m=m, v=v, **GEMM)

    def norm(z):
        return (z - m) / np.sqrt(v + 1e-5) * g + s
    expect(tmp_path, nodes, constants, last(norm(relu(norm((X / 255 - 0.1307) @ W1.T + B1)))), "relu identity")


def test_rows_are_chosen_and_ordered(tmp_path):
    from onnx import helper
    gemm, x = node("Gemm", "z w1", "y", transB=1), X.reshape(4, 2, 4)
    constants = dict(w1=W1, s=np.array([2]), e=np.array([6]), a=np.array([1]), i=np.array([7, 0, 0, 3, 1, 2, 4, 6]),
                     w=W1[:, :4], pads=np.array([0, 2, 0, 2]))
    halves = helper.make_node("Split", ["x"], ["p", "q"], axis=1)
    for nodes, wanted in (([halves, node("Concat", "q p", "z", axis=1), gemm], np.hstack([X[:, 4:], X[:, :4]]) @ W1.T),
                          ([node("Gather", "x i", "z", axis=1), gemm], X[:, constants["i"]] @ W1.T),
                          ([node("Slice", "x s e a", "h"), node("Gemm", "h w", "y", transB=1)], X[:, 2:6] @ W1[:, :4].T),
                          ([node("Slice", "x s e a", "h"), node("Pad", "h pads", "z"), gemm], X[:, 2:6] @ W1[:, 2:6].T)):
        expect(tmp_path, nodes, constants, wanted, "identity")
    expect(tmp_path, [node("Transpose", "x", "t", perm=[0, 2, 1]), node("Flatten", "t", "z"), gemm], constants,
           x.transpose(0, 2, 1).reshape(4, 8) @ W1.T, "identity", x=x)


def test_a_bias_is_a_value_for_each_neuron(tmp_path, capsys):
    gemm = [node("Gemm", "x w1 c", "y", transB=1)]
    for c in (B1, B1[None], np.array(0.5, "f4"), np.array([0.5], "f4"), np.tile(B1, (8, 1))):
        expect(tmp_path, gemm, dict(w1=W1, c=c), X @ W1.T + c[-1 if c.ndim == 2 else slice(None)] if c.ndim else
               X @ W1.T + c, "identity", shape=(8, 8))
    for shape, c in (((8, 8), (8, 1)), ((8, 8), (8, 6)), ((None, 8), (6, 1)), ((7, 8), (7, 1))):
        path = graph(tmp_path / "m.onnx", gemm, dict(w1=W1, c=RANDOM.normal(size=c).astype("f4")), shape)
        assert "only a value for each neuron" in refusal(capsys, tmp_path, path)
    path = graph(tmp_path / "m.onnx", gemm, dict(w1=W1, c=pruned(1, 5)[0]))
    assert "only a value for each neuron" in refusal(capsys, tmp_path, path)


def test_the_output_of_the_graph_counts(tmp_path, capsys):
    nodes = [node("Gemm", "x w1 b1", "a", transB=1), node("Relu", "a", "h"), node("Gemm", "h w2 b2", "y", transB=1)]
    constants = dict(w1=W1, b1=B1, **GEMM)
    path = graph(tmp_path / "m.onnx", nodes, constants, outputs=["h"])
    np.testing.assert_allclose(computed(import_from(tmp_path, path), X), relu(X @ W1.T + B1), rtol=1e-5, atol=1e-6)
    assert "the output does not depend on it: Gemm y" in capsys.readouterr().err
    path = graph(tmp_path / "m.onnx", nodes, constants, outputs=["y", "h"])
    assert "2 outputs (y h); choose one with --until" in refusal(capsys, tmp_path, path)
    np.testing.assert_allclose(computed(import_from(tmp_path, path, "--until", "y"), X), last(relu(X @ W1.T + B1)),
                               rtol=1e-5, atol=1e-5)


def convolve(x, kernel, stride, pad, groups):
    """By its definition, a loop over everything."""
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad))).astype(np.float64)
    high, wide = ((x.shape[k] - kernel.shape[k]) // stride + 1 for k in (2, 3))
    y, each = np.zeros((len(x), len(kernel), high, wide)), len(kernel) // groups
    for m in range(len(kernel)):
        first = m // each * kernel.shape[1]
        for i in range(high):
            for j in range(wide):
                window = x[:, first:first + kernel.shape[1], i * stride:i * stride + kernel.shape[2],
                           j * stride:j * stride + kernel.shape[3]]
                y[:, m, i, j] = (window * kernel[m]).sum((1, 2, 3))
    return y


@pytest.mark.parametrize("stride,pad,groups", [(1, 0, 1), (2, 1, 1), (1, 2, 2)])
def test_convolutions_and_means_become_sparse_layers(tmp_path, capsys, stride, pad, groups):
    x = RANDOM.normal(size=(3, 4, 6, 5)).astype("f4")
    kernel = pruned(6, 4 // groups * 9, 0.6).reshape(6, 4 // groups, 3, 3)
    conv = node("Conv", "x k c", "a", strides=[stride] * 2, pads=[pad] * 4, group=groups)
    pool = node("AveragePool", "h", "p", kernel_shape=[2, 2], strides=[1, 1])
    hidden = relu(convolve(x, kernel, stride, pad, groups) + B1[:, None, None])
    mean = (hidden[:, :, 1:, 1:] + hidden[:, :, :-1, 1:] + hidden[:, :, 1:, :-1] + hidden[:, :, :-1, :-1]) / 4
    w = pruned(3, mean[0].size)
    nodes = [conv, node("Relu", "a", "h"), pool, node("Flatten", "p", "f"), node("MatMul", "f w", "y")]
    constants = dict(k=kernel, c=B1, w=w.T)
    expect(tmp_path, nodes, constants, mean.reshape(3, -1) @ w.T, "relu identity identity", x=x)
    expect(tmp_path, nodes[:2] + [node("GlobalAveragePool", "h", "y")], constants, hidden.mean((2, 3)), "relu identity",
           x=x)
    path = graph(tmp_path / "m.onnx", nodes, constants, (None, 4, 6, 5))
    assert "and the limit is 100; raise it with --limit" in refusal(capsys, tmp_path, path, "--limit", 100)
    path = graph(tmp_path / "m.onnx", [node("MaxPool", "x", "y", kernel_shape=[2, 2])], {}, (None, 4, 6, 5))
    assert "MaxPool y cannot be imported; have:" in refusal(capsys, tmp_path, path)


def test_a_residual_network_is_a_general_one(tmp_path, capsys):
    w, v = pruned(6, 6, 0.5), pruned(5, 6, 0.5)
    w[2], w[:, 3], v[:, 3] = 0, 0, 0  # a neuron that only the skip feeds, and one that feeds it alone
    first = W1.copy()
    first[:, 1] = 0  # an input that feeds nothing
    nodes = [node("Gemm", "x w1 b1", "a", transB=1), node("Relu", "a", "h"), node("Gemm", "h w", "c", transB=1),
             node("Relu", "c", "d"), node("Gemm", "d u", "e", transB=1), node("Add", "h e", "s"), node("Relu", "s", "r"),
             node("Gemm", "r v", "z", transB=1), node("Relu", "z", "y")]
    constants = dict(w1=first, b1=B1, w=w, u=w.T, v=v)
    h = relu(X @ first.T + B1)
    expect(tmp_path, nodes, constants, relu(relu(h + relu(h @ w.T) @ w) @ v.T), " ".join(31 * ["relu"]))
    assert "8 inputs -> 5 outputs, a general network" in capsys.readouterr().err.splitlines()[-1]
    nodes[3], nodes[6:] = node("Tanh", "c", "d"), [node("LeakyRelu", "s", "r", alpha=0.25),
                                                   node("Gemm", "r v", "y", transB=1)]
    s = h + np.tanh(h @ w.T) @ w
    path = graph(tmp_path / "m.onnx", nodes, constants)
    out = import_from(tmp_path, path)
    np.testing.assert_allclose(computed(out, X), np.where(s > 0, s, 0.25 * s) @ v.T, rtol=1e-5, atol=1e-5)
    assert ("relu tanh leaky_relu:slope=0.25 identity" in capsys.readouterr().err.splitlines()[-1])


def test_types_that_nobody_needs_do_not_stop_an_import(tmp_path, capsys):
    from onnx import TensorProto

    def strange(made):
        one = TensorProto(name="odd", data_type=77, dims=[3])
        made.initializer.append(one)
    gemm = [node("Gemm", "x w1 b1", "y", transB=1)]
    path = graph(tmp_path / "m.onnx", gemm, dict(w1=W1, b1=B1), more=strange)
    np.testing.assert_allclose(computed(import_from(tmp_path, path), X), X @ W1.T + B1, rtol=1e-5)
    path = graph(tmp_path / "m.onnx", [node("Gemm", "x w1 odd", "y", transB=1)], dict(w1=W1), more=strange)
    assert "odd is of type 77 and cannot be read" in refusal(capsys, tmp_path, path)
    path = graph(tmp_path / "m.onnx", [node("Constant", "", "t", value_string="text"), node("Add", "x t", "y")], {})
    assert "Add y has a constant of object" in refusal(capsys, tmp_path, path)


def test_data_beside_the_model_are_named(tmp_path, capsys):
    import onnx
    path = graph(tmp_path / "m.onnx", [node("Gemm", "x w1 b1", "y", transB=1)], dict(w1=W1, b1=B1))
    onnx.save_model(onnx.load(str(path)), str(path), save_as_external_data=True, all_tensors_to_one_file=True,
                    location="m.onnx.data", size_threshold=0)
    np.testing.assert_allclose(computed(import_from(tmp_path, path), X), X @ W1.T + B1, rtol=1e-5)
    data = tmp_path / "m.onnx.data"
    data.write_bytes(data.read_bytes()[:50])
    assert "m.onnx.data is shorter than" in refusal(capsys, tmp_path, path)
    data.unlink()
    assert "m.onnx.data, which is not there; put that file beside" in refusal(capsys, tmp_path, path)
    assert "an ONNX graph has its own order, and --until cuts it" in refusal(capsys, tmp_path, path, "--layers", "w1")
    assert "--last are for files that say nothing" in refusal(
        capsys, tmp_path, graph(path, [node("MatMul", "x w", "y")], dict(w=W1.T)), "--last", "relu")


def test_what_mixes_inputs_is_refused(tmp_path, capsys):
    for nodes, shape in (([node("Transpose", "x", "t", perm=[1, 0]), node("MatMul", "w t", "y")], (8, 8)),
                         ([node("ReduceMean", "x", "y", axes=[0])], (None, 8)),
                         ([node("Flatten", "x", "y", axis=0)], (None, 8)),
                         ([node("Mul", "x x", "y")], (None, 8)), ([node("MatMul", "x x", "y")], (8, 8)),
                         ([node("Relu", "x", "y")], (8,)), ([node("Relu", "x", "y")], (None, None, 8)),
                         ([node("Relu", "q", "y")], (None, 8))):
        refusal(capsys, tmp_path, graph(tmp_path / "m.onnx", nodes, dict(w=W1), shape))
    (tmp_path / "m.onnx").write_bytes(b"no model")
    assert "not an ONNX model" in refusal(capsys, tmp_path, tmp_path / "m.onnx")


def test_a_damaged_graph_is_one_line(tmp_path, capsys):
    nodes = [node("Shape", "x", "s"), node("Reshape", "x s", "h"), node("Gemm", "h w1 b1", "a", transB=1),
             node("BatchNormalization", "a b1 b1 b1 b1", "n"), node("Clip", "n", "y")]
    whole = graph(tmp_path / "m.onnx", nodes, dict(w1=W1[:2, :2], b1=np.abs(B1[:2])), (None, 2)).read_bytes()
    path = tmp_path / "damaged.onnx"
    for at in range(0, len(whole), 3):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x04]) + whole[at + 1:])
        capsys.readouterr()
        code = import_network.main([str(path), "--out", str(tmp_path / "x.h5")])
        assert code == 0 or capsys.readouterr().err.count("\n") == 1
