"""Activations of ONNX graphs, as one node and as exporters write them in several, against their arithmetic in numpy."""

import json
import math

import numpy as np
import pytest

import required_modules
from built_program import needs_program, sparsio
from import_network import arguments, convert
from importing import activations, functions
from model_files import RANDOM, activations_of, function_of, import_from, pruned, refusal
from test_import_onnx import X, expect, graph, node

pytestmark = pytest.mark.skipif(bool(required_modules.missing_modules(["onnx"])), reason="no module onnx (python3-onnx)")

W, V, B = 2 * pruned(6, 8, 0.7), pruned(5, 6, 0.8), pruned(1, 6, 1)[0]
NUMBERS = dict(root=np.float32(math.sqrt(2)), half=np.float32(0.5), one=np.float32(1), c=np.float32(0.044715),
               three=np.float32(3), k=np.float32(math.sqrt(2 / math.pi)), zero=np.float32(0), tenth=np.float32(0.1),
               six=np.float32(6), twenty=np.float32(20), two=np.float32(2), quick=np.float32(1.702), minus=np.float32(-1))

GELU = [node("Div", "a root", "1"), node("Erf", "1", "2"), node("Add", "2 one", "3"), node("Mul", "a 3", "4"),
        node("Mul", "4 half", "h")]
GELU_TANH = [node("Pow", "a three", "1"), node("Mul", "1 c", "2"), node("Add", "a 2", "3"), node("Mul", "3 k", "4"),
             node("Tanh", "4", "5"), node("Add", "one 5", "6"), node("Mul", "a half", "7"), node("Mul", "7 6", "h")]
SILU = [node("Sigmoid", "a", "1"), node("Mul", "a 1", "h")]
# How torch, tensorflow and people write them. (word, nodes from a to h)
WRITTEN = [
    ("leaky_relu", [node("LeakyRelu", "a", "h")]),
    ("leaky_relu:slope=0.25", [node("LeakyRelu", "a", "h", alpha=0.25)]),
    ("leaky_relu:slope=0.1", [node("PRelu", "a tenth", "h")]),
    ("leaky_relu:slope=0.1", [node("Mul", "a tenth", "1"), node("Max", "a 1", "h")]),
    ("sigmoid", [node("Sigmoid", "a", "h")]),
    ("sigmoid", [node("Neg", "a", "1"), node("Exp", "1", "2"), node("Add", "one 2", "3"), node("Reciprocal", "3", "h")]),
    ("tanh", [node("Tanh", "a", "h")]),
    ("tanh", [node("Mul", "a two", "1"), node("Sigmoid", "1", "2"), node("Mul", "2 two", "3"), node("Sub", "3 one", "h")]),
    ("gelu", [node("Gelu", "a", "h")]),
    ("gelu_tanh", [node("Gelu", "a", "h", approximate="tanh")]),
    ("gelu", GELU),
    ("gelu_tanh", GELU_TANH),
    ("silu", SILU),
    ("hard_sigmoid:slope=0.2", [node("HardSigmoid", "a", "h")]),
    ("hard_sigmoid:slope=1,shift=0", [node("Clip", "a zero one", "h")]),
    ("hard_sigmoid", [node("Add", "a three", "1"), node("Clip", "1 zero six", "2"), node("Div", "2 six", "h")]),
    ("relu", [node("Max", "a zero", "h")]),
]


def used(nodes):
    names = {name for one in nodes for name in one.input}
    return {name: value for name, value in NUMBERS.items() if name in names}


def following(nodes):
    return ([node("Gemm", "x w b", "a", transB=1)] + nodes + [node("Gemm", "h v", "y", transB=1)],
            dict(w=W, b=B, v=V, **used(nodes)))


@pytest.mark.parametrize("word,nodes", WRITTEN, ids=[f"{word}-{len(nodes)}" for word, nodes in WRITTEN])
def test_activations_come_from_the_graph(tmp_path, word, nodes):
    expect(tmp_path, *following(nodes), function_of(word)(X @ W.T + B) @ V.T, f"{word} identity")


def test_what_only_looks_like_one_is_refused(tmp_path, capsys):
    for nodes, reason in (
            ([node("Mul", "a quick", "1"), node("Sigmoid", "1", "2"), node("Mul", "a 2", "h")], "multiplies two signals"),
            ([node("HardSwish", "a", "h")], "no engine computes that activation"),
            ([node("Clip", "a zero twenty", "h")], "clips to 0 and 20"),
            ([node("Relu", "a", "1"), node("Min", "1 twenty", "h")], "no engine computes that activation"),
            ([node("PRelu", "a minus", "h")], "a negative one"),
            ([node("Softmax", "a", "h")], "which is not the last layer"),
            ([node("Exp", "a", "h")], "no engine computes that activation")):
        path = graph(tmp_path / "m.onnx", *following(nodes))
        assert reason in refusal(capsys, tmp_path, path)


def test_a_part_that_others_want_is_no_activation(tmp_path):
    """The gate of silu goes on by itself as well: Mul has two signals, and neither is left out."""
    nodes = [node("Gemm", "x w b", "a", transB=1), *SILU, node("Concat", "1 h", "both", axis=1),
             node("Gemm", "both u", "y", transB=1)]
    path = graph(tmp_path / "m.onnx", nodes, dict(w=W, b=B, u=pruned(3, 12, 0.9)))
    assert "multiplies two signals" in convert(arguments([str(path), "--out", str(tmp_path / "never.h5")]))


def test_a_scale_before_an_activation_stays_with_the_weights(tmp_path):
    nodes = [node("Mul", "a half", "s"), *[node("Relu", "s", "h")]]
    expect(tmp_path, *following(nodes), np.maximum((X @ W.T + B) / 2, 0) @ V.T, "relu identity")


def test_softmax_ends_a_network(tmp_path, capsys):
    nodes = [node("Gemm", "x w b", "a", transB=1), node("Softmax", "a", "y", axis=1)]
    expect(tmp_path, nodes, dict(w=W, b=B), function_of("softmax")(X @ W.T + B), "softmax")
    nodes[1] = node("Softmax", "a", "y", axis=0)
    assert "over axis 0" in refusal(capsys, tmp_path, graph(tmp_path / "m.onnx", nodes, dict(w=W, b=B)))


def test_parameters_are_written_one_way(tmp_path, capsys):
    for given, word in (("leaky_relu:slope=0.010", "leaky_relu"), ("leaky_relu:slope=2e-1", "leaky_relu:slope=0.2"),
                        ("hard_sigmoid:shift=0.25,slope=2", "hard_sigmoid:slope=2,shift=0.25"), ("gelu", "gelu")):
        assert activations.checked(given) == word
    np.savez(tmp_path / "m.npz", a=W, b=V)
    out = import_from(tmp_path, tmp_path / "m.npz", "--activation", "leaky_relu:slope=0.2", "--last", "softmax")
    assert activations_of(out) == ["leaky_relu:slope=0.2", "softmax"]
    for wrong in ("leaky", "relu:slope=1", "leaky_relu:slope=-1", "leaky_relu:slope=x", "leaky_relu:", "gelu:shift=1",
                  "hard_sigmoid:slope=0", "leaky_relu:slope=1e40"):
        with pytest.raises(ValueError):
            activations.checked(wrong)
    assert "can only be the --last" in refusal(capsys, tmp_path, tmp_path / "m.npz", "--activation", "softmax", "--last",
                                               "relu")


@needs_program
def test_the_program_knows_the_same_activations():
    said = json.loads(sparsio("list", "activations", "--json").stdout)["plugins"]
    assert tuple(one["name"] for one in said) == activations.KNOWN


def test_random_numbers_are_no_activation():
    for _ in range(20):
        a, b = RANDOM.normal(size=2)
        assert functions.alike(functions.POINTS, np.tanh(a * functions.POINTS) + b) is None
