"""page_reader: a page as a reader has it: sections, tables, the data of figures; by the standard library's parser."""

import csv
import io
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "img", "input", "hr"}


class Page(HTMLParser):
    """`sections` maps a section's id to its text, `tables` to its tables (lists of rows of texts), `csv` a figure's
    name to its rows, `attributes` lists (tag, attributes) of every element. Unbalanced tags are an assertion."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.sections, self.tables, self.csv, self.attributes = {}, {}, {}, []
        self.heads = {}  # id of a table -> its number of heading rows
        self.open, self.section, self.figure = [], "", ""
        self.feed(text)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        self.attributes.append((tag, named))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "section":
            self.section = named["id"]
            self.sections[self.section] = ""
            self.tables[self.section] = []
        if tag == "details" and named.get("id", "").endswith("-data"):
            self.figure = named["id"][:-len("-data")]
            self.csv[self.figure] = ""
        if tag == "table" and "sortable" in (named.get("class") or ""):
            self.tables[self.section].append([])
        if tag == "tr" and self.tables.get(self.section):
            self.tables[self.section][-1].append([])
            if "thead" in self.open:
                self.heads[id(self.tables[self.section][-1])] = len(self.tables[self.section][-1])
        if tag in ("td", "th") and self.tables.get(self.section):
            self.tables[self.section][-1][-1].append("")

    def handle_startendtag(self, tag, attributes):
        self.attributes.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"closes {tag} out of turn"
        if tag == "section":
            self.section = ""
        if tag == "details":
            self.figure = ""

    def handle_data(self, text):
        if self.section:
            self.sections[self.section] += text
        if self.figure and "pre" in self.open:
            self.csv[self.figure] += text
        if self.tables.get(self.section) and {"td", "th"} & set(self.open):
            self.tables[self.section][-1][-1][-1] += text

    def points(self, figure):
        return list(csv.DictReader(io.StringIO(self.csv.get(figure, "")), restval=""))

    def rows(self, section, index):
        """A table as dictionaries by the last row of headings."""
        table = self.tables[section][index]
        heads = self.heads[id(table)]
        return [dict(zip(table[heads - 1], row)) for row in table[heads:]]
