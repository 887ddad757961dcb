"""command_line: how the commands in Python refuse what they are given.

In this project exit code 1 is bad input, said in one line: the place, what is wrong there, what would be right. 2 means
that the work was done and some row of it is not `ok`. argparse ends with 2 and a block of usage, so a job that reads
exit codes would take a misspelt option for a finished sweep.
"""

import argparse


class Parser(argparse.ArgumentParser):
    """An ArgumentParser that refuses in one line, with exit code 1."""

    def error(self, message):
        wrong = " ".join(message.split())
        remedy = f"see {self.prog} --help"
        if wrong.startswith("unrecognized arguments"):
            remedy = "have: " + " ".join(action.option_strings[-1] if action.option_strings
                                         else str(action.metavar or action.dest) for action in self._actions)
        self.exit(1, f"{self.prog}: {wrong}; {remedy}\n")


class BadInput(Exception):
    """Something given that cannot be used; the text reads "place: what; remedy"."""

    def __init__(self, place, what, remedy):
        super().__init__(f"{place}: {what}; {remedy}")
