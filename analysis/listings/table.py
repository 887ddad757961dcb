"""table: rows and columns as the page shows them.

A cell is a text, the number it is sorted by, and, where it is empty, the reason. The reasons are tooltips, and because
a phone has no tooltips and print neither, each table also lists them, with how often each occurs.
"""

from collections import Counter
from dataclasses import dataclass, field

from cases import trusted, why_missing
from wording import MISSING, counted_noun, interval


MOST_ROWS = 2000  # a longer table chokes a browser; what is left out is said, and `sparsio export` has it


@dataclass(frozen=True)
class Cell:
    text: str
    order: object = None   # what to sort by, if not the text
    reason: str = ""       # why the cell is empty
    kind: str = ""         # a CSS class: "number", "status-error", ...


@dataclass(frozen=True)
class Column:
    title: str
    group: str = ""        # heading over several neighbouring columns
    help: str = ""
    kind: str = ""


@dataclass
class Table:
    caption: str
    columns: list
    rows: list = field(default_factory=list)   # lists of Cell
    notes: list = field(default_factory=list)

    def shown(self, rows):
        """The rows that this table will hold; says so if that is not all."""
        if len(rows) > MOST_ROWS:
            self.notes.append(f"The first {MOST_ROWS} of {len(rows)} rows; `sparsio export FILE --csv` writes all.")
        return rows.head(MOST_ROWS)

    def groups(self):
        """[(heading, columns it spans)]; empty if no column has a heading."""
        spans = []
        for column in self.columns:
            if spans and spans[-1][0] == column.group:
                spans[-1][1] += 1
            else:
                spans.append([column.group, 1])
        return spans if any(heading for heading, _ in spans) else []

    def reasons(self):
        """"12 cells: no PMU", most frequent first."""
        found = Counter(cell.reason for row in self.rows for cell in row if cell.reason)
        return [f"{counted_noun(number, 'cell')}: {reason}" for reason, number in found.most_common()]


def text_cell(text, kind=""):
    return Cell(text, kind=kind) if text else Cell(MISSING, reason="not stated")


def number_cell(value, words, reason):
    """`value` said by the function `words`, or a dash with `reason`. None and NaN are no numbers."""
    if value is None or value != value:
        return Cell(MISSING, reason=reason, kind="number missing")
    return Cell(words(value), order=value, kind="number")


def interval_cell(row, absent):
    """Between which times the true median lies; a dash with the reason where the runs are too few to say."""
    low, high = trusted(row, "seconds_low"), trusted(row, "seconds_high")
    if low is None or high is None:
        return Cell(MISSING, reason=why_missing(row, "seconds_low", absent), kind="number missing")
    return Cell(interval(low, high), order=high - low, kind="number")


def status_cell(row):
    status = row["status"] or "not stated"
    return Cell(status, kind=f"status status-{status}" if status.isalpha() else "status")
