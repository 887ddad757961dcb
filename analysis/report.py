#!/usr/bin/env python3
"""report: a results file as one HTML page.

    python3 analysis/report.py results/quickstart.h5 [--out results/quickstart.html] [--figures FOLDER]

The page is written beside its place and renamed, so that a reader never finds half of one and a failure leaves the old
one as it was. stdout is the path of the page; everything else is said on stderr. Exit code 1: bad input, one message.
"""

import base64
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import output_file
from command_line import BadInput, Parser
from required_modules import require

NEEDED = ("numpy", "pandas", "h5py", "matplotlib", "jinja2")


def write_figures(folder, figures):
    """FIGURE-0.svg and FIGURE-0.pdf for each panel, FIGURE.csv with all data, in `folder`."""
    from figures.drawing import standing_alone

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for figure in figures:
            for number, panel in enumerate(figure.panels):
                (folder / f"{figure.name}-{number}.svg").write_text(standing_alone(panel.svg), encoding="utf-8")
                (folder / f"{figure.name}-{number}.pdf").write_bytes(base64.b64decode(panel.pdf))
            if figure.panels:
                (folder / f"{figure.name}.csv").write_text(figure.csv(), encoding="utf-8")
    except OSError as error:
        raise BadInput(error.filename or folder, f"cannot be written ({error.strerror})",
                       "give --figures a folder that you may write to") from error


def command(name, description, default=None, arguments=None):
    """The command `name`, which writes the page of the results given, or of `default`. Returns the exit code, and the
    results where it is 0."""
    parser = Parser(prog=name, description=description)
    otherwise = f" (default: results/{default.name})" if default else ""
    parser.add_argument("results", type=Path, nargs="?" if default else None, default=default,
                        help=f"a file that `sparsio run` wrote{otherwise}")
    parser.add_argument("--out", type=Path, help="the page; by default beside the results, ending in .html")
    parser.add_argument("--figures", type=Path, metavar="FOLDER",
                        help="also write every figure there, as SVG and PDF, and its data as CSV")
    given = parser.parse_args(arguments)
    require(NEEDED, name)

    import page  # only now: they import modules that may be missing
    import results_file

    try:
        results = results_file.load(given.results)  # first: only a file's name has an ending to put .html for
        out = given.out or given.results.with_suffix(".html")
        output_file.check(out, [given.results])
        drawn = page.figures(results)
        if given.figures:
            write_figures(given.figures, drawn.values())
        with output_file.whole(out) as beside:
            beside.write_text(page.render(results, drawn), encoding="utf-8")
    except BadInput as error:
        print(f"{name}: {error}", file=sys.stderr)
        return 1, None
    except OSError as error:
        print(f"{name}: {out}: cannot be written ({error.strerror}); give a place you may write to with --out",
              file=sys.stderr)
        return 1, None
    output_file.say(out)
    return 0, results


def main(arguments=None):
    """Runs the command; returns the exit code."""
    return command("report.py", "A results file as one self-contained HTML page.", arguments=arguments)[0]


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("report.py: interrupted; what was there is as it was")
