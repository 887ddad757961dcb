"""experiment: what the figures of the experiment families share.

A family is a config, results and a script of one stem. The script says which column is x and which names tell the lines
apart; here is the rest: reading the rows, the mean over seeds, and the files written: STEM.png and STEM.svg for papers,
STEM.figure.html for screens of any width, light or dark, and STEM.csv with every point that is drawn.
"""

import re
import sys
from pathlib import Path

import output_file
from command_line import BadInput, Parser
from required_modules import require

NEEDED = ("numpy", "pandas", "h5py", "matplotlib", "jinja2")
ROOT = Path(__file__).resolve().parent.parent


def option(spec, key):
    """The text of an option in a SPEC; "" if it has none. option("mlp:density=0.1,seed=1", "density") is "0.1"."""
    found = re.search(rf"[:,]{re.escape(key)}=([^,]*)", spec)
    return found.group(1) if found else ""


def without(spec, key):
    """The SPEC with an option left out: what cases that differ in it alone have in common."""
    kind, _, options = spec.partition(":")
    kept = [part for part in options.split(",") if part and not part.startswith(f"{key}=")]
    return kind + (":" + ",".join(kept) if kept else "")


def widths(spec):
    """[500, 500, 500] of "mlp:...,widths=500x3"."""
    text = option(spec, "widths")
    if "x" in text:
        width, layers = text.split("x")
        return [int(width)] * int(layers)
    return [int(width) for width in text.split("-")]


def short_names(specs):
    """Each SPEC by its kind alone, where no other SPEC is of that kind: "blocks:size=0" is blocks."""
    kinds = {}
    for spec in specs.unique():
        kinds.setdefault(spec.partition(":")[0], []).append(spec)
    return specs.map({same[0]: kind for kind, same in kinds.items() if len(same) == 1}).fillna(specs)


def modelled(results):
    """The rows with I/Os at unit cost; BadResults if there are none."""
    from results_file import BadResults

    runs = results.runs
    found = runs[runs["total"].notna() & runs["ratio"].notna() & runs["memory_values"].notna()]
    found = found[found["cost"].isin(["unit", ""])]
    if found.empty:
        raise BadResults(results.path, "has no row with I/Os at unit cost",
                         f"run `sparsio run configs/{results.path.stem}.toml`")
    return found.assign(order=short_names(found["order"]))


def mean_over_seeds(table, by, values=("ratio",)):
    """A row for each combination of `by`: mean, least and greatest of `values` over what is left (the seeds)."""
    grouped = table.groupby(list(by), sort=True)
    means = grouped[list(values)].mean()
    for value in values:
        means[f"{value}_min"] = grouped[value].min()
        means[f"{value}_max"] = grouped[value].max()
    means["cases"] = grouped.size()
    return means.reset_index()


def save(make, results, png):
    """Writes the figure beside one another as PNG and SVG for papers and as a page, and its points as CSV."""
    import page
    from family_plot import Sheet, Strip
    from wording import readable

    csv, screens = png.with_suffix(".csv"), png.with_suffix(".figure.html")
    for path in (png, png.with_suffix(".svg"), csv, screens):
        output_file.check(path, [results.path])
    strip, table = make(results, Strip)
    strip.save(png)
    table.to_csv(csv, index=False, float_format="%.9g")
    sheet, table = make(results, Sheet)
    with output_file.whole(screens) as beside:
        beside.write_text(page.of_figure(results, sheet.figure(readable(png.stem), table)), encoding="utf-8")


def over_networks(value, title, label):
    """`make` of the families in which networks differ in one number: ratio over `label`, `value` of the SPEC, a panel a
    size of fast memory, the mean over seeds."""

    def make(results, plot_of):
        table = modelled(results)
        table[title] = [value(spec) for spec in table["network"]]
        means = mean_over_seeds(table, ["order", "policy", "memory_values", title], ["ratio", "total", "lower"])
        memories = sorted(means["memory_values"].unique())
        plot = plot_of([f"M = {memory:.0f}" for memory in memories], means["order"], means["policy"])
        for axes, memory in zip(plot.panels, memories):
            plot.lines(axes, means[means["memory_values"] == memory], title, "ratio", "order", "policy")
            plot.log_x(axes, means[title])
            plot.bound(axes)
        plot.finish(label, "I/Os / lower bound")
        return plot, means

    return make


def command(script, make, arguments=None):
    """The command of a family; `make` turns Results and a kind of Plot into (plot, table). Returns the exit code."""
    stem = Path(script).stem
    parser = Parser(prog=f"{stem}.py", description=f"The figure of configs/{stem}.toml.")
    parser.add_argument("results", type=Path, nargs="?", default=ROOT / "results" / f"{stem}.h5",
                        help=f"what `sparsio run configs/{stem}.toml` wrote (default: results/{stem}.h5)")
    parser.add_argument("--out", type=Path, help="the PNG; an SVG, a page and a CSV of the points go beside it")
    given = parser.parse_args(arguments)
    require(NEEDED, f"{stem}.py")

    import results_file  # only now: it imports modules that may be missing

    try:
        results = results_file.load(given.results)  # first: only a file's name has an ending to put .png for
        png = given.out or given.results.with_suffix(".png")
        if png.suffix != ".png":
            raise BadInput(png, "is no PNG", "give --out a name that ends in .png")
        save(make, results, png)
    except BadInput as error:
        print(f"{stem}.py: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{stem}.py: {png}: cannot be written ({error.strerror}); give a place you may write to with --out",
              file=sys.stderr)
        return 1
    output_file.say(png)
    return 0
