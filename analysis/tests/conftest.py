"""The modules of analysis/ are imported by their plain names, as its commands do."""

import subprocess
import sys
from pathlib import Path

import pytest

ANALYSIS = Path(__file__).resolve().parent.parent
for folder in (ANALYSIS, ANALYSIS / "tests"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from train_digits import DIGITS


@pytest.fixture(scope="session")
def trained_digits(tmp_path_factory):
    """The folder that train_digits.py fills, once for all tests; they skip where the digits are not installed."""
    if not DIGITS.is_file():
        pytest.skip(f"no {DIGITS}: install python3-sklearn")
    folder = tmp_path_factory.mktemp("digits")
    done = subprocess.run([sys.executable, ANALYSIS / "train_digits.py", "--out", folder], capture_output=True,
                          text=True, check=True, timeout=300)
    (folder / "said.txt").write_text(done.stdout)
    return folder
