#!/usr/bin/env python3
"""chooser: how often is the first that `sparsio choose` predicts the first that is measured?

    python3 analysis/chooser.py [configs/predicted_vs_measured.toml] [--threads N] [--measure N] [--repetitions R]

For each network of a config the candidates are predicted from this host's calibration (`sparsio calibrate`, or
--calibration FILE) and the best predicted are measured. A row says whether the prediction's first is the fastest, whether
repetition tells the two apart (the intervals of their medians meet or not), its time over the fastest one's (regret),
and Kendall's tau of predicted and measured times.
"""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "analysis"))

from command_line import BadInput, Parser
from required_modules import require


def networks(config):
    """Every network of the config's sweeps, once, in its order."""
    try:
        document = tomllib.loads(config.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(config, f"cannot be read ({error.strerror})", "give the config of a sweep") from error
    except ValueError as error:
        reason = " ".join(str(error).split())
        raise BadInput(config, f"is not TOML ({reason})", "give the config of a sweep") from error
    sweeps = document.get("sweep", [])
    found = []
    for table in [document, *(sweeps if isinstance(sweeps, list) else [sweeps])]:
        one = table.get("network", []) if isinstance(table, dict) else table
        found += one if isinstance(one, list) else [one]
    if not found or not all(isinstance(one, str) for one in found):
        raise BadInput(config, "does not name its networks as texts", 'write network = ["mlp:widths=60x4,density=0.2"]')
    return list(dict.fromkeys(found))


def judged(answer):
    """A row of figures from what `choose --json` said."""
    import ranking

    measured = [choice for choice in answer["choices"] if choice["status"] == "ok"]
    return {"network": answer["network"], "measured": len(measured),
            "first": answer["predicted_first_is_fastest"], "tied": answer["predicted_first_is_tied"],
            "regret": answer["regret"],
            "tau": float(ranking.kendall([choice["predicted_seconds"] for choice in measured],
                                         [choice["seconds"] for choice in measured])),
            "fastest": answer["recommended"]}


def table(rows):
    lines = ["| network | first is the fastest | told apart | regret | tau | the fastest measured |",
             "|---|---|---|---|---|---|"]
    lines += [f"| {row['network']} | {'yes' if row['first'] else 'no'} | {'no' if row['tied'] else 'yes'} "
              f"| {row['regret']:.3f} | {row['tau']:.2f} | {row['fastest']} |" for row in rows]
    first, tied = sum(row["first"] for row in rows), sum(row["tied"] for row in rows)
    lines.append(f"\nThe prediction's first is the measured first in {first} of {len(rows)}, and in {tied} of {len(rows)} "
                 f"repetition does not tell it from the fastest; greatest regret "
                 f"{max(row['regret'] for row in rows):.3f}.")
    return "\n".join(lines)


def rows_of(asked):
    """A row a network; BadInput where the program cannot be asked."""
    for network in networks(asked.config):
        command = [asked.program, "choose", "--json", "--network", network, "--inputs", asked.inputs]
        for name in ("threads", "measure", "repetitions"):
            command += [f"--{name}", str(getattr(asked, name))]
        if asked.calibration:
            command += ["--calibration", asked.calibration]
        try:
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        except OSError as error:
            raise BadInput(asked.program, f"cannot be run ({error.strerror})",
                           "build it, or say where it is with --program") from error
        yield judged(json.loads(done.stdout))


def main(arguments=None):
    parser = Parser(prog="chooser.py", description=__doc__.partition("\n")[0])
    parser.add_argument("config", nargs="?", type=Path, default=ROOT / "configs" / "predicted_vs_measured.toml")
    parser.add_argument("--program", default=str(ROOT / "build" / "release" / "sparsio"))
    parser.add_argument("--inputs", default="random:count=1920,density=0.2")
    for name, value in (("threads", 1), ("measure", 12), ("repetitions", 9)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--calibration", help="made by sparsio calibrate; left out: the one kept for this host")
    asked = parser.parse_args(arguments)
    require(["numpy", "pandas"], "chooser.py")
    try:
        print(table(list(rows_of(asked))))
    except BadInput as error:
        print(f"chooser.py: {error}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        network = error.cmd[error.cmd.index("--network") + 1]
        print(f"chooser.py: sparsio choose ended with {error.returncode} on {network}", file=sys.stderr)
        return error.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
