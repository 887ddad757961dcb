"""built_program: the release binary, for tests that drive it; they are skipped where it has not been built."""

import subprocess
from pathlib import Path

import pytest

PROGRAM = Path(__file__).resolve().parents[2] / "build" / "release" / "sparsio"
needs_program = pytest.mark.skipif(not PROGRAM.exists(), reason=f"no {PROGRAM}; build the release preset")


def sparsio(*words, **options):
    """What the program answers: a CompletedProcess with text."""
    return subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, check=False, timeout=120,
                          **options)
