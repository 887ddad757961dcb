"""page: everything on one HTML page that needs nothing else.

Sections are made one by one from the results; the template only lays them out. No script, font, picture or style comes
from outside, so that the page can be mailed, archived, and opened on a node without a network.
"""

import re
from pathlib import Path

import jinja2

import machine_card
import summary
from figures import (engine_times, error_distribution, gap_ladder, io_against_memory, io_roofline, miss_curve,
                     predicted_lines)
from listings import all_cases, deviations, not_there, ranks, rates
from wording import counted_noun, readable

TEMPLATES = Path(__file__).parent / "templates"


def figures(results):
    """Every figure of the page, by the name that the template has for it."""
    made = {"lines_figure": predicted_lines, "errors_figure": error_distribution, "ladder_figure": gap_ladder,
            "curve_figure": miss_curve, "memory_figure": io_against_memory, "roofline_figure": io_roofline,
            "times_figure": engine_times}
    return {name: figure.make(results) for name, figure in made.items()}


def template(name):
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True,
                                     lstrip_blocks=True, undefined=jinja2.StrictUndefined)
    return environment.get_template(name)


def of_figure(results, figure):
    """A page of one figure, titled as the config was."""
    titled = re.search(r'^title *= *"(.*)"', results.provenance.get("config.text", ""), re.M)
    networks = list(dict.fromkeys(results.runs["network"]))
    sentence = (f"{counted_noun(len(results.runs), 'case')} of {readable(results.path.name)}, {figure.said} "
                + (f"Network: {networks[0]}." if len(networks) == 1 else f"There are {len(networks)} networks."))
    name = readable(results.path.stem)
    return template("figure.html.j2").render(name=name, figure=figure, sentence=sentence,
                                             title=titled.group(1) if titled else name)


def render(results, drawn=None):
    """The page as text; `drawn` are its figures, if they have been made."""
    short, long = machine_card.provenance(results)
    return template("report.html.j2").render(
        name=readable(results.path.stem),
        file=readable(results.path.name),
        sentences=summary.sentences(results),
        card=machine_card.card(results),
        warnings=machine_card.warnings(results.runs),
        provenance_short=short,
        provenance_long=long,
        **(drawn or figures(results)),
        deviations=deviations.make(results),
        ranks=ranks.make(results),
        rates=rates.make(results),
        cases=all_cases.make(results),
        not_there=not_there.make(results),
        absent=sorted(results.absent),
    )
