"""page: everything on one HTML page that needs nothing else.

Sections are made one by one from the results; the template only lays them out. No script, font, picture or style comes
from outside, so that the page can be mailed, archived, and opened on a node without a network.
"""

from pathlib import Path

import jinja2

import machine_card
import summary
from figures import engine_times, io_against_memory, predicted_lines
from listings import all_cases, deviations, not_there, rates

TEMPLATES = Path(__file__).parent / "templates"


def render(results):
    """The page as text."""
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True,
                                     lstrip_blocks=True, undefined=jinja2.StrictUndefined)
    short, long = machine_card.provenance(results)
    return environment.get_template("report.html.j2").render(
        name=results.path.stem,
        file=results.path.name,
        sentences=summary.sentences(results),
        card=machine_card.card(results),
        warnings=machine_card.warnings(results.runs),
        provenance_short=short,
        provenance_long=long,
        lines_figure=predicted_lines.make(results),
        deviations=deviations.make(results),
        memory_figure=io_against_memory.make(results),
        times_figure=engine_times.make(results),
        rates=rates.make(results),
        cases=all_cases.make(results),
        not_there=not_there.make(results),
        absent=sorted(results.absent),
    )
