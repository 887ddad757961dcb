"""model_files: model files written and network files read, for tests, each by the description of its format."""

import json
import math

import h5py
import numpy as np

import import_network

RANDOM = np.random.default_rng(1)
RELU = ("--activation", "relu", "--last", "relu")  # what files of arrays do not say
KINDS = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I8": "<i1", "I64": "<i8", "BOOL": "|b1"}


def pruned(targets, sources, density=0.3):
    matrix = RANDOM.normal(size=(targets, sources)).astype(np.float32)
    matrix[RANDOM.random(matrix.shape) >= density] = 0
    return matrix


def import_from(tmp_path, *words):
    """The path of the network that a model becomes."""
    out = tmp_path / "net.h5"
    assert import_network.main([*map(str, words), "--out", str(out)]) == 0
    return out


def refusal(capsys, tmp_path, *words):
    """The one line that refuses a model; nothing is left on disk."""
    out = tmp_path / "never.h5"
    capsys.readouterr()
    try:
        code = import_network.main([*map(str, words), "--out", str(out)])
        said = capsys.readouterr().err
    except SystemExit as ended:
        code, said = 1, f"{ended.code}\n"
    assert code == 1 and not out.exists() and said.count("\n") == 1 and said.startswith("import_network.py: "), said
    assert not list(tmp_path.glob("*partial*"))
    return said


def safetensors(path, tensors, kinds=None):
    """The format by its own description, written independently of the reader."""
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, array in tensors.items():
        kind = (kinds or {}).get(name, "F32")
        if kind == "BF16":
            raw = (np.asarray(array, np.float32).view(np.uint32) >> 16).astype("<u2").tobytes()
        else:
            raw = np.asarray(array).astype(KINDS.get(kind, "<i1")).tobytes()  # what is not known: a byte an element
        header[name] = {"dtype": kind, "shape": list(np.shape(array)), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)
    return path


def dense_group(group, targets, sources):
    matrix = np.zeros((targets, sources), np.float32)
    for target in range(targets):
        for k in range(int(group["begin"][target]), int(group["begin"][target + 1])):
            matrix[target, group["source"][k]] = group["weight"][k]
    return matrix


def dense_of(path):
    """The matrices (targets x sources) and biases that a network file holds, by a loop over every connection."""
    with h5py.File(path) as file:
        widths = file["widths"][:]
        return [(dense_group(file[f"layers/{k}"], widths[k], widths[k - 1]), file[f"layers/{k}"]["bias"][:])
                for k in range(1, len(widths))]


def activations_of(path):
    """Of each layer; of a general network, of each neuron."""
    with h5py.File(path) as file:
        names = file.attrs["activation"].decode().split()
        count = len(file["widths"]) - 1 if "widths" in file else len(file["dag/bias"])
        return [names[k] for k in file["activations"][:]] if "activations" in file else names * count


def function_of(word):
    """An activation as a function of an array with a row an input."""
    name, _, rest = word.partition(":")
    given = dict(one.split("=") for one in rest.split(",") if one)
    slope, shift = float(given.get("slope", 0.01 if name == "leaky_relu" else 1 / 6)), float(given.get("shift", 0.5))

    def gelu(z):
        return z * np.vectorize(lambda one: 0.5 * math.erfc(-one / math.sqrt(2)), otypes=[float])(z)

    def softmax(z):
        return np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)
    return {"identity": lambda z: z, "relu": lambda z: np.maximum(z, 0), "challenge": lambda z: np.clip(z, 0, 32),
            "leaky_relu": lambda z: np.where(z > 0, z, slope * z), "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
            "tanh": np.tanh, "gelu": gelu, "silu": lambda z: z / (1 + np.exp(-z)), "softmax": softmax,
            "gelu_tanh": lambda z: z * (1 + np.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z ** 3))) / 2,
            "hard_sigmoid": lambda z: np.clip(slope * z + shift, 0, 1)}[name]


def computed(path, x):
    """What the network of a file computes of the rows of x: layer by layer, or neuron by neuron."""
    functions = [function_of(name) for name in activations_of(path)]
    with h5py.File(path) as file:
        if "dag" not in file:
            layers = dense_of(path)
            for (matrix, bias), function in zip(layers, functions):
                x = function(x @ matrix.T.astype(np.float64) + bias)
            return x
        begin, bias = file["dag/begin"][:].astype(int), file["dag/bias"][:]
        source, weight = file["dag/source"][:], file["dag/weight"][:].astype(np.float64)
    values, given = np.zeros((len(x), len(bias))), iter(x.T)
    feeds = np.bincount(source, minlength=len(bias)) > 0
    for v in range(len(bias)):
        k = slice(begin[v], begin[v + 1])
        assert (np.diff(source[k].astype(int)) > 0).all()
        values[:, v] = functions[v](values[:, source[k]] @ weight[k] + bias[v]) if begin[v] < begin[v + 1] else (
            next(given) if feeds[v] else 0)
    assert next(given, None) is None  # as many inputs as were given
    return values[:, ~feeds]
