#!/usr/bin/env python3
"""train_digits: a classifier of handwritten digits, trained and pruned in numpy, as docs/your-network.md needs one.

    python3 analysis/train_digits.py --out FOLDER

64 - 512 - 512 - 10, relu, relu, identity, with biases; cross entropy, mini-batches, momentum. When the dense network is
trained, the weights that are smallest in magnitude go, layer by layer, a few at a time, and what is left is trained on,
down to each of --densities in turn; the last layer keeps half of its weights, for it has few. The same seed gives the
same bits on one machine; another numpy may round otherwise. FOLDER receives, for a density of 0.05,

    digits_0.05.npz  digits_0.05.onnx  digits_0.05.safetensors     the same tensors in three formats
    X_test.npy  labels_test.npy                                    inputs `digits:part=test` and their classes
    Y_numpy_0.05.npy                                               what numpy computes of X_test

The digits are those of Debian's python3-sklearn; every seventh image is a test, as the inputs `digits` have it. stdout
is a line a density: connections and the share of right answers.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import required_modules
from command_line import BadInput, Parser

DIGITS = Path("/usr/lib/python3/dist-packages/sklearn/datasets/data/digits.csv.gz")
PRUNING_STEPS = 3  # from one density to the next, an epoch after each


def arguments(given):
    parser = Parser(prog="train_digits.py", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--out", required=True, type=Path, help="folder; made if it is not there")
    parser.add_argument("--densities", nargs="+", type=float, default=[0.5, 0.1, 0.05], help="falling, at most 1")
    parser.add_argument("--epochs", type=int, default=12, help="at first, and at each density")
    parser.add_argument("--seed", type=int, default=0, help="fixes weights and batches")
    parser.add_argument("--digits", type=Path, default=DIGITS, help="digits.csv.gz")
    options = parser.parse_args(given)
    densities = options.densities
    if sorted(densities, reverse=True) != densities or not all(0 < one <= 1 for one in densities):
        raise BadInput("--densities", f"{' '.join(map(str, densities))} do not fall from 1 towards 0", "try 0.5 0.1")
    if options.epochs < 1 or options.seed < 0:
        raise BadInput("--epochs and --seed", "too small a number", "give at least one epoch and a seed from 0")
    return options


def write(folder, density, model, x):
    import model_writers
    model_writers.npz(folder / f"digits_{density:g}.npz", model.tensors())
    model_writers.safetensors(folder / f"digits_{density:g}.safetensors", model.tensors())
    if required_modules.missing_modules(["onnx"]):
        print("train_digits.py: no .onnx without the package python3-onnx", file=sys.stderr)
    else:
        model_writers.onnx(folder / f"digits_{density:g}.onnx", model.tensors())
    model_writers.npy(folder / f"Y_numpy_{density:g}.npy", model.outputs(x))


def run(options):
    import model_writers
    from digits_classifier import Classifier, read_digits
    (x, labels), (x_test, labels_test) = read_digits(options.digits)
    options.out.mkdir(parents=True, exist_ok=True)
    model_writers.npy(options.out / "X_test.npy", x_test)
    model_writers.npy(options.out / "labels_test.npy", labels_test)
    model = Classifier(options.seed)
    model.train(x, labels, options.epochs)
    print(f"dense: accuracy {model.accuracy(x_test, labels_test):.4f}")
    before = 1.0
    for density in options.densities:
        for step in range(1, PRUNING_STEPS + 1):
            model.prune(before * (density / before) ** (step / PRUNING_STEPS))
            model.train(x, labels, 1)
        model.train(x, labels, options.epochs)
        connections = sum(int((one != 0).sum()) for one in model.weights)
        print(f"density {density:g}: {connections} connections, accuracy {model.accuracy(x_test, labels_test):.4f}")
        write(options.out, density, model, x_test)
        before = density


def main(given):
    required_modules.require(["numpy"], "train_digits.py")
    try:
        run(arguments(given))
    except (BadInput, OSError) as error:
        sys.exit(f"train_digits.py: {error}")
    return 0


if __name__ == "__main__":
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")  # before numpy: sums of one thread have one order
    sys.exit(main(sys.argv[1:]))
