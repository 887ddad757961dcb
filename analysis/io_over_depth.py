#!/usr/bin/env python3
"""io_over_depth: I/Os over the number of layers of connections, mean over seeds with a band from least to greatest."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from experiment import command, widths, over_networks

make = over_networks(lambda spec: len(widths(spec)) - 1, "depth", "depth: layers of connections")

if __name__ == "__main__":
    sys.exit(command(__file__, make))
