"""family_plot: the panels and lines of an experiment family, for papers and for screens.

A script draws on a Plot and knows nothing of where the panels stand; it runs twice, on a Strip and on a Sheet.
"""

from matplotlib.lines import Line2D

from figures import axes as plain
from figures import drawing


class Plot:
    """Panels of one quantity, one line a (colour, dash) pair. How they are laid out is for the two kinds of it to say:
    a Strip for papers, a Sheet for screens."""

    ink = drawing.INK
    said = "predicted by the model: every word moved between slow and fast memory counts 1."

    def __init__(self, titles, colours, dashes, height=3.3, headings=("Order", "Policy"), abreast=None):
        """A panel a title; `colours` and `dashes` are the names to tell apart, under `headings`, or their Styles. Of
        `abreast` panels is a row where rows there are; None: all."""
        self.headings = headings
        self.abreast = abreast or len(titles)
        self.colours, self.dashes = (names if isinstance(names, drawing.Style) else drawing.Style(names)
                                     for names in (colours, dashes))
        self.bounds = []  # (name, dashes) of the horizontal lines, in the order they were drawn
        with drawing.settings():
            self.panels = self.empty_panels(titles, height)

    def lines(self, axes, table, x, y, colour, dash):
        """Lines through `table`, one for each pair of names in the columns `colour` and `dash`; a band from least to
        greatest where there are several seeds."""
        for (name, pattern), line in table.groupby([colour, dash], sort=True):
            line = line.sort_values(x)
            dashes = self.dashes.dashes(pattern)
            axes.plot(line[x], line[y], color=self.colours.colour(name), linestyle=(0, dashes) if dashes else "-",
                      marker=self.dashes.marker(pattern), markersize=4.5, linewidth=1.4, gid=drawing.MARK)
            if f"{y}_min" in line and (line["cases"] > 1).any():
                axes.fill_between(line[x], line[f"{y}_min"], line[f"{y}_max"], color=self.colours.colour(name),
                                  alpha=0.18, linewidth=0)

    def log_x(self, axes, values):
        plain.log_axis(axes.xaxis, axes.set_xscale, plain.padded([float(value) for value in values]))

    def bound(self, axes, height=1.0, name="lower bound", dashes=()):
        axes.axhline(height, color=drawing.INK, linewidth=1.4 if not dashes else 1.1,
                     linestyle=(0, dashes) if dashes else "-")
        self.name_bound(name, dashes)

    def bound_of_bars(self, axes, name="lower bound"):
        """The line at 1 that lying bars start from."""
        axes.axvline(1, color=drawing.INK, linewidth=1.4)
        self.name_bound(name, ())

    def name_bound(self, name, dashes):
        if (name, dashes) not in self.bounds:
            self.bounds.append((name, dashes))

    def mark(self, axes, x, name, top=0.985):
        """A dotted vertical line with its name, which ends at `top` of the axes."""
        axes.axvline(x, color=drawing.INK, linewidth=1, linestyle=(0, (1, 2)))
        axes.annotate(name, (x, top), (-2, 0), xycoords=("data", "axes fraction"), rotation=90, va="top", ha="right",
                      textcoords="offset points", fontsize=8.5, color=drawing.INK)

    @property
    def alike(self):
        """Colour and dashes tell the same apart."""
        return self.dashes.names == self.colours.names

    def finish(self, x_label, y_label, one_scale=True):
        """Axis names, one vertical scale for all panels, and the legend."""
        lows, highs = zip(*(axes.get_ylim() for axes in self.panels))
        for axes in self.panels:
            axes.set_xlabel(x_label)
            if one_scale:
                axes.set_ylim(min(lows), max(highs))
        with drawing.settings():
            self.lay_out(y_label)


class Strip(Plot):
    """All panels in one picture on white, side by side or `abreast` of them a row, the legend under them."""

    def empty_panels(self, titles, height):
        rows = -(-len(titles) // self.abreast)
        self.canvas = drawing.Canvas(figsize=(max(5.6, 4.3 * self.abreast), rows * height + 0.9), layout="constrained")
        panels = list(self.canvas.subplots(rows, self.abreast, squeeze=False).flat)
        for axes, title in zip(panels, titles):
            axes.set_title(title, fontsize=11)
            axes.grid(True, color=drawing.INK, alpha=0.13, linewidth=0.6)
            axes.set_axisbelow(True)
        return panels

    def lay_out(self, y_label):
        def entry(name, colour, marked, dashes):
            return Line2D([], [], color=colour, linewidth=1.8, linestyle=(0, dashes) if dashes else "-", label=name,
                          markersize=4.5, marker=self.dashes.marker(name) if marked else None)

        self.panels[0].set_ylabel(y_label)
        ink = drawing.INK
        entries = [entry(name, self.colours.colour(name), self.alike, self.dashes.dashes(name) if self.alike else ())
                   for name in self.colours.names]
        if not self.alike and len(self.dashes.names) > 1:
            entries += [entry(name, ink, True, self.dashes.dashes(name)) for name in self.dashes.names]
        entries += [entry(name, ink, False, dashes) for name, dashes in self.bounds]
        width, height = self.canvas.get_size_inches()
        longest = max(len(line.get_label()) for line in entries)
        columns = min(len(entries), max(2, int(width / (0.7 + 0.085 * longest))))
        share = (0.1 + 0.24 * -(-len(entries) // columns)) / height  # of the height, for the legend's rows
        self.canvas.get_layout_engine().set(rect=(0, share, 1, 1 - share))
        self.canvas.legend(handles=entries, loc="lower center", ncols=columns, frameon=False, fontsize=10, handlelength=2.6)

    def save(self, png):
        with drawing.settings():
            self.canvas.savefig(png, dpi=144, facecolor="white")
            self.canvas.savefig(png.with_suffix(".svg"), metadata={"Date": None})


class Sheet(Plot):
    """A picture for each panel: the page puts them below one another on a phone, and gives them its colours."""

    def empty_panels(self, titles, height):
        self.titles = titles
        self.drawn, panels = zip(*(drawing.canvas(72 * height + 20) for _ in titles))
        return panels

    def lay_out(self, y_label):
        for axes in self.panels:
            axes.set_ylabel(y_label)

    def figure(self, name, table):
        """As figures of the report are."""
        swatch = drawing.swatch
        made = drawing.Figure(name, data=table, said=self.said)
        for title, drawn in zip(self.titles, self.drawn):
            with drawing.settings():
                made.add(title, drawn, f"{name}, {title}: the points are in the table below")
        marks = [(swatch(self.colours.colour(name), dashes=self.dashes.dashes(name) if self.alike else (),
                         marker=self.dashes.marker(name) if self.alike else None), name)
                 for name in self.colours.names]
        made.legend.append((self.headings[0], marks))
        if not self.alike and len(self.dashes.names) > 1:
            marks = [(swatch(marker=self.dashes.marker(name), dashes=self.dashes.dashes(name)), name)
                     for name in self.dashes.names]
            made.legend.append((self.headings[1], marks))
        made.legend.append(("Bounds", [(swatch(dashes=dashes), name) for name, dashes in self.bounds]))
        return made
