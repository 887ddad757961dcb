"""The modules of analysis/ are imported by their plain names, as its commands do."""

import sys
from pathlib import Path

ANALYSIS = Path(__file__).resolve().parent.parent
for folder in (ANALYSIS, ANALYSIS / "tests"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
