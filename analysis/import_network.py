"""import_network: a pruned model from elsewhere as a network of Sparsio.

    sparsio import MODEL... --out NET.h5                       (or python3 analysis/import_network.py)

MODEL is an .onnx file; or a file of named arrays, which does not say what follows its layers, so that --activation relu
--last identity do: .npz (numpy.savez, scipy.sparse.save_npz), .safetensors, .pt (torch.save of a state_dict), .mtx,
.smtx; several .npz, .mtx or .smtx files are one network, in order. Rows of a matrix are targets (outputs), as in torch.nn.Linear;
--rows sources for the other way round. Weights that are 0 as 32-bit floats are no connections, nor are those whose
absolute value is at most --threshold. What would change the function is folded in or refused, by name. stdout is the
path written; the last line on stderr says what was understood. Exit code 1 with one line if it cannot be imported.
"""

import argparse
import shlex
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import output_file
import required_modules
from command_line import BadInput, Parser
from importing import activations

NEEDED = {".npz": [], ".safetensors": [], ".onnx": ["onnx"], ".pt": [], ".pth": [], ".mtx": ["scipy"],
          ".smtx": []}


def activation_word(text):
    try:
        return activations.checked(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def arguments(given):
    parser = Parser(prog="import_network.py", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("models", nargs="+", type=Path, metavar="MODEL")
    parser.add_argument("--out", required=True, type=Path, help="the network, .h5")
    parser.add_argument("--layers", default="", help="tensors in order, A,B,C; left out: every matrix that is a layer")
    parser.add_argument("--rows", choices=("targets", "sources"), default=None,
                        help="what a row of a matrix is; not for .onnx")
    parser.add_argument("--threshold", type=float, default=0.0, help="weights up to this are no connections")
    parser.add_argument("--activation", type=activation_word, default=None, metavar="NAME",
                        help="what follows each layer but the last, where the file does not say it")
    parser.add_argument("--last", type=activation_word, default=None, metavar="NAME",
                        help="what follows the last layer, likewise")
    parser.add_argument("--zeros", choices=("drop", "keep"), default="drop",
                        help="keep: stored weights that are 0 as 32-bit floats are connections")
    parser.add_argument("--until", default="", help="node or tensor of an .onnx graph at which the network ends")
    parser.add_argument("--limit", type=int, default=10**8, help="most connections that a graph may be lowered to")
    return parser.parse_args(given)


def read_model(path, options):
    from importing import matrix_market, npz, onnx_graph, safetensors, smtx, torch_file
    from importing.layers import Refused
    readers = {".npz": npz.read, ".safetensors": safetensors.read, ".onnx": onnx_graph.read, ".pt": torch_file.read,
               ".pth": torch_file.read, ".mtx": matrix_market.read, ".smtx": smtx.read}
    if path.suffix == ".onnx" and options.rows is not None:
        raise Refused("--rows is for .npz, .safetensors, .pt and .mtx; an ONNX graph says it itself")
    if path.suffix == ".onnx" and len(options.models) > 1:
        raise Refused("an ONNX graph is a whole network; give it alone")
    if path.suffix != ".onnx" and options.until:
        raise Refused("--until cuts an .onnx graph; choose tensors with --layers")
    return readers[path.suffix](path, [name for name in options.layers.split(",") if name], options)


def check_connections(weights, connections, options):
    """No command of Sparsio takes a network without connections."""
    if connections:
        return
    largest = max(max(float(one.value.max(initial=0)), -float(one.value.min(initial=0))) for one in weights)
    if largest == 0 or options.threshold == 0:
        raise BadInput(options.models[0], f"there is no connection: the largest absolute weight is {largest:.6g}",
                       "give a model with weights")
    raise BadInput(f"--threshold {options.threshold:g}",
                   f"leaves no connection: the largest absolute weight is {largest:.6g}", "give a smaller one")


def typed(options):
    """The command as it was given, without activations."""
    given = [str(one) for one in options.models] + ["--out", str(options.out)]
    for name, nothing in (("layers", ""), ("rows", None), ("threshold", 0.0), ("zeros", "drop")):
        if getattr(options, name) != nothing:
            given += [f"--{name}", str(getattr(options, name))]
    return "sparsio import " + " ".join(map(shlex.quote, given))


def write_layers(weights, options):
    """Writes a chain of layers; returns what was understood, in a line."""
    from importing.layers import check_chain, say, to_layer
    import network_file
    check_chain(weights)
    followed = activations.of_layers(weights, options.activation, options.last, typed(options))
    layers = [to_layer(one, options.threshold, options.zeros) for one in weights]
    check_connections(weights, sum(len(layer.source) for layer in layers), options)
    network_file.write_network(options.out, layers, followed)
    density = [len(layer.source) / (layer.sources * layer.targets) for layer in layers]
    for one, layer, share in zip(weights, layers, density):
        say(f"{one.name}: {layer.sources} -> {layer.targets}, {len(layer.source)} connections, density {share:.4f}")
    return (f"{' -> '.join(map(str, [layers[0].sources] + [one.targets for one in layers]))}, {' '.join(followed)}, "
            f"{sum(one.bias is not None for one in weights)} of {len(weights)} biases, "
            f"density {' '.join(f'{share:.2g}' for share in density)}")


def write_general(general, options):
    import network_file
    arrays = general.build(options.threshold, options.zeros)
    network_file.write_general(options.out, arrays, general.activations())
    return general.described(arrays[0])


def convert(options):
    from importing.layers import Refused, notes
    import network_file
    notes.clear()
    if network_file.holds_results(options.out):
        raise BadInput(options.out, "holds results, of which there may be no other copy", "give another --out")
    path = options.models[0]
    try:
        if not options.threshold >= 0:
            raise Refused(f"--threshold {options.threshold} is not 0 or more; give one like 0.001")
        weights = []
        for path in options.models:
            found = read_model(path, options)
            weights = weights + found if isinstance(found, list) else found
        path = options.out if len(options.models) > 1 else path
        understood = (write_layers if isinstance(weights, list) else write_general)(weights, options)
    except Refused as error:
        return f"{path}: {error}"
    except OSError as error:
        return f"{error.filename or path}: {error.strerror or error}; give a path that can be used"
    except MemoryError:
        return f"{path}: there is not enough memory for it; take a smaller model, or another machine"
    output_file.say(options.out)
    for line in notes + [understood]:
        print(printable(line), file=sys.stderr)
    return None


def printable(text):
    """One line, whatever names a model has."""
    return "".join(one if one.isprintable() else "?" for one in str(text))


def check_names(options):
    """What names alone can tell, before anything is read."""
    for path in options.models:
        if path.suffix not in NEEDED:
            raise BadInput(path, f"unknown ending '{path.suffix}'", f"have: {' '.join(NEEDED)}")
        if not path.is_file():
            raise BadInput(path, "no such file", "give a model")
    output_file.check(options.out, options.models)
    if options.out.suffix != ".h5":
        raise BadInput(options.out, f"no network is read from the ending '{options.out.suffix}'",
                       "give --out a name that ends in .h5")


def main(given):
    options = arguments(given)
    try:
        check_names(options)
        for path in options.models:
            required_modules.require(["numpy", "h5py"] + NEEDED[path.suffix], "import_network.py")
        wrong = convert(options)
    except BadInput as error:
        wrong = error
    except OSError as error:
        wrong = f"{error.filename}: {error.strerror}; give a path that can be used"
    if wrong:
        print(f"import_network.py: {printable(wrong)}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("import_network.py: interrupted; what was there is as it was")
