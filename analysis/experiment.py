"""experiment: what the figures of the experiment families share.

A family is a config, results and a script of one stem. The script says which column is x and which names tell the lines
apart; here is the rest: reading the rows, the mean over seeds, panels and lines in the styles of the report, and the
files written: STEM.png and STEM.svg to look at, STEM.csv with every point that is drawn.
"""

import argparse
import re
import sys
from pathlib import Path

from required_modules import require

NEEDED = ("numpy", "pandas", "h5py", "matplotlib")
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


class Plot:
    """A row of panels, one line a (colour, dash) pair, one legend under them all."""

    def __init__(self, titles, colours, dashes, height=3.3):
        from figures import drawing

        self.drawing = drawing
        self.colours, self.dashes = drawing.Style(colours), drawing.Style(dashes)
        with drawing.settings():
            self.canvas = drawing.Canvas(figsize=(max(5.6, 4.3 * len(titles)), height + 0.9), layout="constrained")
            self.panels = self.canvas.subplots(1, len(titles), squeeze=False)[0]
            for axes, title in zip(self.panels, titles):
                axes.set_title(title, fontsize=11)
                axes.grid(True, color=drawing.INK, alpha=0.13, linewidth=0.6)
                axes.set_axisbelow(True)

    def lines(self, axes, table, x, y, colour, dash):
        """Lines through `table`, one for each pair of names in the columns `colour` and `dash`; a band from least to
        greatest where there are several seeds."""
        for (name, pattern), line in table.groupby([colour, dash], sort=True):
            line = line.sort_values(x)
            dashes = self.dashes.dashes(pattern)
            axes.plot(line[x], line[y], color=self.colours.colour(name), linestyle=(0, dashes) if dashes else "-",
                      marker=self.dashes.marker(pattern), markersize=4, linewidth=1.4)
            if f"{y}_min" in line and (line["cases"] > 1).any():
                axes.fill_between(line[x], line[f"{y}_min"], line[f"{y}_max"], color=self.colours.colour(name),
                                  alpha=0.15, linewidth=0)

    def log_x(self, axes, values):
        from figures import axes as plain

        plain.log_axis(axes.xaxis, axes.set_xscale, plain.padded([float(value) for value in values]))

    def bound(self, axes, height=1.0):
        axes.axhline(height, color=self.drawing.INK, linewidth=1.4)

    def finish(self, x_label, y_label, lower="lower bound"):
        """Axis names and the legend."""
        from matplotlib.lines import Line2D

        for axes in self.panels:
            axes.set_xlabel(x_label)
        self.panels[0].set_ylabel(y_label)
        alike = self.dashes.names == self.colours.names  # colour and dashes tell the same apart

        def entry(name, coloured, dashed):
            dashes = self.dashes.dashes(name) if dashed else ()
            return Line2D([], [], color=self.colours.colour(name) if coloured else self.drawing.INK, linewidth=1.8,
                          linestyle=(0, dashes) if dashes else "-", label=name, markersize=4,
                          marker=self.dashes.marker(name) if dashed else None)

        entries = [entry(name, True, alike) for name in self.colours.names]
        if not alike and len(self.dashes.names) > 1:
            entries += [entry(name, False, True) for name in self.dashes.names]
        if lower:
            entries.append(Line2D([], [], color=self.drawing.INK, linewidth=1.4, label=lower))
        width, height = self.canvas.get_size_inches()
        columns = min(len(entries), max(2, int(width / 1.9)))
        share = (0.1 + 0.24 * -(-len(entries) // columns)) / height  # of the height, for the legend's rows
        self.canvas.get_layout_engine().set(rect=(0, share, 1, 1 - share))
        self.canvas.legend(handles=entries, loc="lower center", ncols=columns, frameon=False, fontsize=10)


def save(plot, table, png):
    """Writes the figure as PNG and SVG and its points as CSV, beside one another."""
    with plot.drawing.settings():
        plot.canvas.savefig(png, dpi=144, facecolor="white")
        plot.canvas.savefig(png.with_suffix(".svg"), metadata={"Date": None})
    table.to_csv(png.with_suffix(".csv"), index=False, float_format="%.9g")


def command(script, make, arguments=None):
    """The command of a family; `make` turns Results into (Plot, table). Returns the exit code."""
    stem = Path(script).stem
    parser = argparse.ArgumentParser(prog=f"{stem}.py", description=f"The figure of configs/{stem}.toml.")
    parser.add_argument("results", type=Path, nargs="?", default=ROOT / "results" / f"{stem}.h5",
                        help=f"what `sparsio run configs/{stem}.toml` wrote (default: results/{stem}.h5)")
    parser.add_argument("--out", type=Path, help="the PNG; an SVG and a CSV of the points go beside it")
    given = parser.parse_args(arguments)
    require(NEEDED, f"{stem}.py")

    import results_file  # only now: it imports modules that may be missing

    png = given.out or given.results.with_suffix(".png")
    if png.suffix != ".png":
        print(f"{stem}.py: {png}: is no PNG; give --out a name that ends in .png", file=sys.stderr)
        return 1
    try:
        save(*make(results_file.load(given.results)), png)
    except results_file.BadResults as error:
        print(f"{stem}.py: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{stem}.py: {png}: cannot be written ({error.strerror}); give a place you may write to with --out",
              file=sys.stderr)
        return 1
    print(png)
    return 0
