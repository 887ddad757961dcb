"""output_file: a file is written beside its place and renamed, so that readers find the old one or the whole new one.

A rename replaces whatever has the name. So a name is looked at first: over a device it would put a file in its place,
over the input or over other results it would destroy what the user has only once. A symbolic link stays a link: the file behind it is
replaced. src/disk/atomic_file.cpp does the same for the program.
"""

import os
import re
import sys
from contextlib import contextmanager

from command_line import BadInput


SEAL = re.compile(rb"sparsio-xxh3-64 [0-9a-f]{16}\n\Z")  # what `sparsio run` writes ends so (src/disk/seal.hpp)


def is_sealed(path):
    """Does it end as what `sparsio run` writes?"""
    try:
        with open(path, "rb") as file:
            file.seek(-min(64, path.stat().st_size), os.SEEK_END)
            return SEAL.search(file.read()) is not None
    except OSError:
        return False


def check(path, inputs=()):
    """BadInput unless a file may come to `path`: there is none yet, or a regular one that is none of `inputs` and no
    results."""
    if path.is_dir():
        raise BadInput(path, "cannot be written: it is a folder", "give --out a file name")
    if not path.parent.is_dir():
        raise BadInput(path, f"there is no folder {path.parent}", "create it or give another --out")
    if path.exists() and not path.is_file():
        raise BadInput(path, "cannot be written: it is not a regular file", "give --out a file name")
    for one in inputs:
        if path.exists() and one.exists() and path.samefile(one):
            raise BadInput(path, f"would overwrite {one}, which is read", "give another --out")
    if path.is_file() and is_sealed(path):
        raise BadInput(path, "holds results of `sparsio run`, which would be lost", "give another --out")


def say(path):
    """The path on stdout, in the bytes that it has on disk: a name need not be UTF-8."""
    sys.stdout.flush()
    sys.stdout.buffer.write(os.fsencode(path) + b"\n")
    sys.stdout.flush()


@contextmanager
def whole(path):
    """A name to write to, beside `path`; what is there at the end gets to `path`, or is removed if it did not come to
    an end."""
    check(path)
    path = path.resolve() if path.is_symlink() else path
    beside = path.with_name(f"{path.name}.partial-{os.getpid()}")
    try:
        yield beside
        with open(beside, "rb") as file:
            os.fsync(file.fileno())
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
