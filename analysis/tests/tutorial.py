"""tutorial: the commands of a page of docs/, taken from its text, and what it says that they say.

A fenced block that begins ```sh is commands. A block ```text behind it is lines that they print: whole words of a line
on stdout or stderr, blanks counting as one. Blocks whose first line says more (```sh slurm, ```sh peers) need more than a shell.
"""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
FENCED = re.compile(r"^```(?P<kind>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """Commands, of a kind ("sh", "sh slurm"), and the lines that the page says they print."""

    kind: str
    commands: str
    said: tuple


def blocks(page):
    found = []
    for one in FENCED.finditer(page):
        if one["kind"] == "text":
            found[-1] = found[-1]._replace(said=tuple(map(plain, one["text"].splitlines())))
        else:
            found.append(Block(one["kind"], one["text"], ()))
    return found


def plain(text):
    return " ".join(text.split())


def environment(folder, program):
    """Makes the folder what a reader has: the project's analysis/ and jobs/ in it; sparsio and a Python with modules on PATH."""
    programs = folder / "bin"
    programs.mkdir()
    (programs / "sparsio").symlink_to(program)
    (programs / "python3").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (programs / "python3").chmod(0o755)
    for name in ("analysis", "jobs"):
        (folder / name).symlink_to(ROOT / name)
    return dict(os.environ, PATH=f"{programs}:{os.environ['PATH']}", SPARSIO_PYTHON=sys.executable,
                HOME=str(folder))


def run(block, folder, variables, timeout=300):
    """Both streams as one text; AssertionError if a command fails, or does not say what the page says."""
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", block.commands], cwd=folder, env=variables, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout, check=False)
    assert done.returncode == 0, f"{block.commands}\n{done.stdout}"
    printed = "\n".join(plain(line) for line in done.stdout.splitlines())
    for said in block.said:
        is_there = re.search(rf"(?<!\S){re.escape(said)}(?=[;,:]?\s|$)", printed)
        assert is_there, f"{block.commands}\nshould print: {said}\n{done.stdout}"
    return done.stdout
