"""drawing: from matplotlib to an SVG that belongs to the page.

A panel is one small SVG, so that the page, not the figure, decides how many stand side by side: two on a desk, one on
a phone, and text never shrinks. The trick for light and dark: matplotlib draws with stand-in colours, and afterwards
the stand-ins become CSS: `currentColor` for ink, `var(--series-n)` for series. The legend is HTML and wraps by itself.

Marks of data are drawn with `gid=MARK`, which becomes a class: one mark a row of the figure's data, so that a test can
count both.
"""

import base64
import io
import re
from dataclasses import dataclass, field
from functools import cached_property
from html import escape

import matplotlib
import pandas as pd
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as Canvas
from matplotlib.markers import MarkerStyle

INK = "#010203"  # becomes currentColor
# Okabe and Ito's colour-blind-safe hues, darkened to a contrast of at least 3:1 on white; templates/report.css lightens
# them for the dark theme.
SERIES = ("#0067a5", "#c8500a", "#00805c", "#a1488a", "#9a6b00", "#2a8fc9", "#8c1d40", "#6b6b6b")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
DASHES = ((), (5, 2), (1.2, 1.8), (6, 2, 1.2, 2), (3, 1.5), (9, 2))
PANEL_WIDTH = 400  # points; about a phone's width
MARK = "mark"
MOST_LINES = 5000  # of data that the page carries for a figure; `--figures FOLDER` writes all
RASTER_FROM = 1000  # points in a panel from which an SVG shape for each would choke a browser
SETTINGS = {
    "svg.fonttype": "none", "svg.hashsalt": "sparsio", "font.size": 11.5, "axes.linewidth": 0.7,
    "axes.edgecolor": INK, "axes.labelcolor": INK, "text.color": INK, "xtick.color": INK, "ytick.color": INK,
    "axes.spines.top": False, "axes.spines.right": False, "lines.markersize": 6, "mathtext.default": "regular",
}


@dataclass(frozen=True)
class Panel:
    title: str
    svg: str
    drawn: Canvas

    @cached_property
    def pdf(self):
        """For papers, in the light theme's colours; base64."""
        out = io.BytesIO()
        with settings():
            FigureCanvasPdf(self.drawn).print_pdf(out, metadata={"CreationDate": None, "Creator": None,
                                                                 "Producer": None})
        return base64.b64encode(out.getvalue()).decode()


@dataclass
class Figure:
    name: str                                   # prefix of ids and of the data's caption
    panels: list = field(default_factory=list)
    legend: list = field(default_factory=list)  # (heading, [(swatch, words)])
    notes: list = field(default_factory=list)
    said: str = ""                              # what its numbers are, for a page that has no other figure
    data: pd.DataFrame = None                   # every point that is drawn, and those that a log axis cannot show

    def csv(self):
        return self.data.to_csv(index=False, float_format="%.9g") if self.data is not None else ""

    @property
    def most_lines(self):
        return MOST_LINES

    def carried_csv(self):
        """As much of it as the page carries."""
        return self.data.head(MOST_LINES).to_csv(index=False, float_format="%.9g")

    def add(self, title, drawn, description):
        """`drawn`, closed to changes, as the next panel."""
        name = f"{self.name}-{len(self.panels)}"
        self.panels.append(Panel(title, to_svg(drawn, name, description), drawn))

    @property
    def carries_pdf(self):
        """Whether the page has its PDFs; many points make them large and slow, `--figures FOLDER` writes them."""
        return self.data is None or len(self.data) <= 2 * MOST_LINES


class Style:
    """Names of one kind (orders, policies, engines), each with its place in a series; the same in every panel."""

    def __init__(self, names):
        self.names = sorted({name for name in names if name})
        self.place = {name: at for at, name in enumerate(self.names)}

    def colour(self, name):
        return SERIES[self.place[name] % len(SERIES)] if name in self.place else INK

    def marker(self, name):
        return MARKERS[self.place.get(name, 0) % len(MARKERS)]

    def dashes(self, name):
        return DASHES[self.place.get(name, 0) % len(DASHES)]


def canvas(height):
    """An empty panel of the standard width; `height` in points. Use inside settings()."""
    drawn = Canvas(figsize=(PANEL_WIDTH / 72, height / 72), layout="constrained")
    drawn.patch.set_alpha(0)
    axes = drawn.add_subplot()
    axes.patch.set_alpha(0)
    axes.grid(True, color=INK, alpha=0.13, linewidth=0.6)
    axes.set_axisbelow(True)
    return drawn, axes


def settings():
    return matplotlib.rc_context(SETTINGS)


def themed(text):
    """Stand-in colours as CSS."""
    text = text.replace(INK, "currentColor")
    for number, colour in enumerate(SERIES, 1):
        text = text.replace(colour, f"var(--series-{number}, {colour})")
    return text


def to_svg(drawn, prefix, description):
    """The panel as inline SVG: transparent, scalable, its ids its own; `description` is for those who cannot see it."""
    out = io.StringIO()
    FigureCanvasSVG(drawn).print_svg(out, metadata={"Date": None, "Creator": None})
    text = out.getvalue()
    text = text[text.index("<svg"):]
    text = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", "", text, flags=re.S)
    text = text.replace(f'id="{MARK}"', f'class="{MARK}"')
    text = re.sub(r'(\bid="|"#|url\(#)', lambda found: found.group(1) + prefix + "-", text)
    view = re.search(r'viewBox="[^"]*"', text).group(0)
    text = re.sub(r"<svg[^>]*>", f'<svg xmlns:xlink="http://www.w3.org/1999/xlink" {view} role="img" '
                  f'aria-label="{escape(description)}">', text, count=1)
    return themed(re.sub(r"\n\s*", "\n", text).strip())


def standing_alone(svg):
    """A panel's SVG as a file of its own: the light theme's colours, a white ground."""
    text = re.sub(r"var\(--series-\d+, (#\w+)\)", r"\1", svg).replace("currentColor", INK)
    return text.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" font-family="DejaVu Sans, sans-serif" '
                        'style="background:#ffffff" ', 1)


def swatch(colour=INK, marker=None, dashes=None, filled=True, band=False):
    """A legend entry's picture, drawn with the same marker and dashes as the figure."""
    shapes = []
    if band:
        shapes.append(f'<rect x="1" y="3" width="30" height="10" fill="{colour}" opacity="0.18"/>')
    if dashes is not None:
        pattern = f' stroke-dasharray="{" ".join(map(str, dashes))}"' if dashes else ""
        shapes.append(f'<path d="M1 8H31" stroke="{colour}" stroke-width="1.8"{pattern}/>')
    if marker is not None:
        style = MarkerStyle(marker)
        path = style.get_path().transformed(style.get_transform())
        letters = {1: "M", 2: "L", 3: "Q", 4: "C", 79: "Z"}
        outline = ""
        for at, code in path.iter_segments():
            corners = zip(at[::2], at[1::2]) if code != 79 else ()
            outline += letters[code] + " ".join(f"{16 + 10 * x:.2f} {8 - 10 * y:.2f}" for x, y in corners)
        shapes.append(f'<path d="{outline}" fill="{colour if filled else "none"}" stroke="{colour}"/>')
    return themed(f'<svg class="swatch" viewBox="0 0 32 16" aria-hidden="true">{"".join(shapes)}</svg>')
