#!/usr/bin/env python3
"""peers: SciPy and PyTorch beside Sparsio, on one network and batch, in turns, each at its best panel.

    python3 jobs/peers.py --network SPEC --inputs SPEC [--threads 1] [--engines row_pairs]
                          [--peers scipy torch torch_dense] [--panels 32 48 64 96 128 256 512] [--rounds 6]
                          [--repetitions 1] [--allowed 1e-4] [--out results/peers.h5] [--program build/release/sparsio]

In every round each engine and peer has a turn at every panel (peers at the whole batch, too), in an order that is drawn
anew: one untimed run, then --repetitions timed ones, by the clock. Ours is timed from inputs in memory, rows, to the
categories; peers from panels that are cut and turned already to the values of the last layer, which is less work.
Weights are made ready before. Peers are what is installed; SciPy's product has one thread, whatever --threads says.

An answer is right if no output is further from ours than --allowed times the largest of that input; ours is verified by
the program. Each engine or peer and panel becomes a row of --out, beside the rows that are there. stdout is a line an
engine or peer, at its best panel. Exit code 1: nothing was measured; 2: some answer is not right.
"""

import argparse
import os
import shlex
import statistics
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "analysis"))

import required_modules
from command_line import BadInput, Parser


def positive(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is not 1 or more")
    return number


def arguments(given):
    parser = Parser(prog="peers.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--network", required=True, help="a SPEC or a path, with layers")
    parser.add_argument("--inputs", required=True, help="a SPEC or a path")
    parser.add_argument("--threads", type=positive, default=1)
    parser.add_argument("--engines", nargs="+", default=["row_pairs"], help="ours; factors are those of the first")
    parser.add_argument("--peers", nargs="+", choices=["scipy", "torch", "torch_dense"], help="default: what is there")
    parser.add_argument("--panels", nargs="+", type=positive, default=[32, 48, 64, 96, 128, 256, 512])
    parser.add_argument("--rounds", type=positive, default=6)
    parser.add_argument("--repetitions", type=positive, default=1, help="in a round")
    parser.add_argument("--allowed", type=float, default=1e-4, help="error, relative to an input's largest output")
    parser.add_argument("--out", type=Path, default=Path("results/peers.h5"))
    parser.add_argument("--program", type=Path, default=ROOT / "build/release/sparsio")
    options = parser.parse_args(given)
    if max(options.panels) > 1024:
        raise BadInput("--panels", f"{max(options.panels)} is more than 1024",
                       "leave it out; peers have the whole batch")
    if not options.allowed > 0:
        raise BadInput("--allowed", f"{options.allowed} is not above 0", "try 1e-4")
    if not (options.program.is_file() and os.access(options.program, os.X_OK)):
        raise BadInput(options.program, "is no program", "build it, or say where it is with --program")
    options.program = options.program.resolve()  # a name without a folder is looked for elsewhere
    return options


def remedy(modules):
    packages = " or ".join(required_modules.DEBIAN_PACKAGES[module] for module in modules)
    return f"install the package {packages} and use /usr/bin/python3"


def present(wanted):
    """The peers that can run here; those asked for must, of the others one."""
    from peer_libraries import MODULE
    missing = required_modules.missing_modules(sorted(set(MODULE.values())))
    for name in wanted or []:
        if MODULE[name] in missing:
            raise BadInput(f"--peers {name}", f"{sys.executable} has no module {MODULE[name]}", remedy([MODULE[name]]))
    there = [name for name, module in MODULE.items() if module not in missing]
    if not there:
        raise BadInput(sys.executable, f"has no module {' or '.join(missing)}", remedy(missing))
    for module in [] if wanted else missing:
        names = " and ".join(name for name in MODULE if MODULE[name] == module)
        print(f"peers.py: without {names}: no module {module}; {remedy([module])}", file=sys.stderr)
    return list(dict.fromkeys(wanted or there))


def check_out(path):
    """What would be merged into must be results, and must be writable, before hours are spent."""
    import results_file
    if path == Path("results/peers.h5"):
        path.parent.mkdir(exist_ok=True)
    if not path.parent.is_dir():
        raise BadInput(path, f"there is no folder {path.parent}", "create it or give another --out")
    if path.exists():
        results_file.load(path)


def report(sides, allowed):
    """A line a side at its best panel; factors are medians over the rounds."""
    best = {}
    for one in sides:
        best.setdefault(one.engine, []).append(one)
    best = {engine: min(rivals, key=lambda one: statistics.median(one.seconds)) for engine, rivals in best.items()}
    ours = next(iter(best.values()))
    print(f"{'engine':>12} {'panel':>6} {'threads':>7} {'seconds':>10} {'edges/s':>10} {'ours over it':>13}  result")
    for one in best.values():
        seconds = statistics.median(one.seconds)
        factor = statistics.median(a / b for a, b in zip(one.seconds, ours.seconds))
        result = one.verified if one.is_right(allowed) else f"incorrect: {one.verified}"
        print(f"{one.engine.split(':')[0]:>12} {one.panel:>6} {one.threads:>7} {seconds:>10.4g} "
              f"{one.edges / seconds:>10.4g} {factor:>13.2f}  {result}")


def run(options):
    from peer_turns import Sides
    with tempfile.TemporaryDirectory(prefix="sparsio-peers-") as folder:
        names = present(options.peers)
        check_out(options.out)
        sides = Sides(options, names, Path(folder))
        for number in range(options.rounds):
            print(f"round {number + 1} of {options.rounds}: {len(sides.all)} turns", file=sys.stderr)
            sides.play(number)
        report(sides.all, options.allowed)
        sides.keep(options.out, f"peers.py {shlex.join(sys.argv[1:])}")
    print(f"rows are in {options.out}; next: sparsio summary {options.out}", file=sys.stderr)
    return 0 if all(one.is_right(options.allowed) for one in sides.all) else 2


def main(given=None):
    try:
        options = arguments(given)
        for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):  # read when a library is loaded
            os.environ[name] = str(options.threads)
        required_modules.require(["numpy", "h5py", "pandas"], "peers.py")
        return run(options)
    except BadInput as error:
        print(f"peers.py: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
