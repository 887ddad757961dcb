#!/usr/bin/env python3
"""quickstart: what configs/quickstart.toml is for, drawn.

One config, one job, one results file, one script of the same name. The quickstart shows everything that the suite knows
about a case, which is the general report.
"""

import sys
from pathlib import Path

from report import command

RESULTS = Path(__file__).resolve().parent.parent / "results" / "quickstart.h5"

if __name__ == "__main__":
    sys.exit(command("quickstart.py", "The report of what configs/quickstart.toml is for.", RESULTS)[0])
