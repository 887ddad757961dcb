#!/usr/bin/env python3
"""graph_challenge: the twelve official networks of the HPEC Graph Challenge, one after the other, a row each.

    python3 jobs/graph_challenge.py [--neurons N...] [--layers L...] [--count 60000] [--track value] [--engine twin_tiles]
                                    [--repetitions 3] [--verify 8] [--official DIR] [--program build/release/sparsio]

Networks are generated, exact to the byte of the official files. In DIR, where given, sparse-images-N.bits.xz (or .tsv)
takes the place of the generated inputs, and neuronN-lL-categories.tsv is compared with. `seconds` is the median of the
timed part, from the inputs in memory to the categories; reading or generating and preparing the network stand beside
it. The largest network needs 20 GiB. The exit code is 1 if a row is not `ok`.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "analysis"))

from command_line import Parser

COLUMNS = ("neurons", "layers", "edges", "prepare s", "seconds", "edges/s", "executed", "categories", "GiB", "result")


def official_files(folder: Path, neurons: int, layers: int) -> tuple[Path | None, Path | None]:
    inputs = [folder / f"sparse-images-{neurons}.{end}" for end in ("bits.xz", "tsv", "tsv.gz")]
    categories = folder / f"neuron{neurons}-l{layers}-categories.tsv"
    return next((path for path in inputs if path.exists()), None), categories if categories.exists() else None


def infer(command: list[str]) -> tuple[dict, str, float]:
    """What the program said as JSON, its messages, and the most memory it held, in GiB."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    out = process.stdout.read()
    messages = process.stderr.read().strip()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return json.loads(out) if out.strip() else {}, messages, used.ru_maxrss / 2**20


def row_of(args: argparse.Namespace, neurons: int, layers: int) -> tuple[list[str], bool]:
    inputs, categories = official_files(args.official, neurons, layers) if args.official else (None, None)
    command = [str(args.program), "infer", "--json", "--network", f"radix_net:neurons={neurons},layers={layers}"]
    command += ["--inputs", str(inputs or f"images:count={args.count}"), "--engine", args.engine]
    command += ["--track", args.track, "--repetitions", str(args.repetitions), "--warmup", str(args.warmup)]
    command += ["--verify", str(args.verify), "--time_limit", str(args.time_limit)]
    if categories:
        command += ["--categories", str(categories)]
    told, messages, held = infer(command)
    start = [str(neurons), str(layers), f"{32 * neurons * layers:.3g}"]
    if not told:
        return [*start, *["-"] * 6, messages.splitlines()[-1] if messages else "no answer"], False
    is_right = told["status"] == "ok"
    result = f"{told['status']}: {told['verified']}" + ("" if inputs else "; inputs generated")
    figures = [f"{told['prepare_seconds']:.2f}"]
    figures += [f"{told['seconds']:.3g}", f"{told['nominal_rate']:.3g}"] if is_right else ["-", "-"]
    return [*start, *figures, f"{told['executed_edges']:.3g}", str(told["categories"]), f"{held:.1f}", result], is_right


def main() -> int:
    parser = Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--neurons", type=int, nargs="+", default=[1024, 4096, 16384, 65536])
    parser.add_argument("--layers", type=int, nargs="+", default=[120, 480, 1920])
    parser.add_argument("--count", type=int, default=60000, help="generated inputs")
    parser.add_argument("--track", default="value")
    parser.add_argument("--engine", default="twin_tiles")
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--warmup", type=int, default=0)
    parser.add_argument("--verify", type=int, default=8, help="inputs checked against reference")
    parser.add_argument("--time_limit", type=float, default=3600)
    parser.add_argument("--official", type=Path, help="folder with official inputs and categories")
    parser.add_argument("--program", type=Path, default=ROOT / "build/release/sparsio")
    args = parser.parse_args()
    if not args.program.exists():
        print(f"graph_challenge: {args.program} is not there; build it, or say where it is with --program", file=sys.stderr)
        return 1
    if args.official and not args.official.is_dir():
        print(f"graph_challenge: --official {args.official} is no folder", file=sys.stderr)
        return 1
    widths = [7, 6, 8, 9, 8, 8, 8, 10, 5, 0]
    print(" ".join(name.rjust(width) for name, width in zip(COLUMNS, widths, strict=True)), flush=True)
    all_right = True
    for neurons in args.neurons:
        for layers in args.layers:
            row, is_right = row_of(args, neurons, layers)
            all_right &= is_right
            print(" ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)), flush=True)
    return 0 if all_right else 1


if __name__ == "__main__":
    sys.exit(main())
