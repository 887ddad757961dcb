#!/usr/bin/env python3
"""io_over_width: I/Os over the width of the layers, mean over seeds with a band from least to greatest."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from experiment import command, widths, over_networks

make = over_networks(lambda spec: widths(spec)[0], "width", "width: neurons a layer")

if __name__ == "__main__":
    sys.exit(command(__file__, make))
