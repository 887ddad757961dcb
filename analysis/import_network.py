"""import_network: a pruned model from elsewhere as a network of Sparsio.

    python3 analysis/import_network.py MODEL... --out NET.h5 [--layers A,B] [--rows targets|sources] [--threshold T]

MODEL is a .safetensors or .onnx file, or .npz files: one of scipy.sparse.save_npz a layer, in order, or one of
numpy.savez. Rows of a matrix are targets (outputs), as in torch.nn.Linear; --rows sources for the other way round.
Weights whose absolute value is at most T (0) are not connections. Relu follows every layer. stdout is the path written;
what was left out is said on stderr. Exit code 1 with one line if it cannot be imported.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import output_file
import required_modules
from command_line import BadInput, Parser

NEEDED = {".npz": [], ".safetensors": [], ".onnx": ["onnx"]}


def arguments(given):
    parser = Parser(prog="import_network.py", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("models", nargs="+", type=Path, metavar="MODEL")
    parser.add_argument("--out", required=True, type=Path, help="the network, .h5")
    parser.add_argument("--layers", default="", help="tensors in order, A,B,C; left out: every matrix, by name")
    parser.add_argument("--rows", choices=("targets", "sources"), default=None,
                        help="what a row of a matrix is; not for .onnx")
    parser.add_argument("--threshold", type=float, default=0.0, help="weights up to this are no connections")
    return parser.parse_args(given)


def read_model(path, chosen):
    from importing import npz, onnx_chain, safetensors
    readers = {".npz": npz.read, ".safetensors": safetensors.read, ".onnx": onnx_chain.read}
    return readers[path.suffix](path, chosen)


def check_connections(weights, layers, options):
    """No command of Sparsio takes a network without connections."""
    if any(len(layer.source) for layer in layers):
        return
    largest = max(max(float(one.value.max(initial=0)), -float(one.value.min(initial=0))) for one in weights)
    if largest == 0:
        raise BadInput(options.models[0], "there is no connection: the largest absolute weight is 0",
                       "give a model with weights")
    raise BadInput(f"--threshold {options.threshold:g}",
                   f"leaves no connection: the largest absolute weight is {largest:.6g}", "give a smaller one")


def convert(options):
    from importing.layers import Refused, check_chain, to_layer, turned
    import network_file
    if network_file.holds_results(options.out):
        raise BadInput(options.out, "holds results, of which there may be no other copy", "give another --out")
    path = options.models[0]
    try:
        weights = []
        for path in options.models:
            found = read_model(path, [name for name in options.layers.split(",") if name])
            if path.suffix == ".onnx" and options.rows is not None:
                raise Refused("--rows is for .npz and .safetensors; an ONNX graph says it itself")
            weights += [turned(one) for one in found] if options.rows == "sources" else found
        if not options.threshold >= 0:
            raise Refused(f"--threshold {options.threshold} is not 0 or more; give one like 0.001")
        check_chain(weights)
        layers = [to_layer(one, options.threshold) for one in weights]
        check_connections(weights, layers, options)
        path = options.out
        network_file.write_network(path, layers)
    except Refused as error:
        return f"{path}: {error}"
    except OSError as error:
        return f"{path}: {error.strerror or error}; give a path that can be used"
    for one, layer in zip(weights, layers):
        density = len(layer.source) / (layer.sources * layer.targets)
        print(f"{one.name}: {layer.sources} -> {layer.targets}, {len(layer.source)} connections, density {density:.4f}",
              file=sys.stderr)
    output_file.say(options.out)
    return None


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
        print(f"import_network.py: {wrong}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("import_network.py: interrupted; what was there is as it was")
