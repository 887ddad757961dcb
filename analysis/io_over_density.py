#!/usr/bin/env python3
"""io_over_density: I/Os over density, mean over seeds with a band from least to greatest.

Weights are read once whatever is done, so at high density they hide some of what values cost, and at very low density
there is little to move twice.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from experiment import command, option, over_networks

make = over_networks(lambda spec: float(option(spec, "density")), "density", "density: probability of each possible connection")

if __name__ == "__main__":
    sys.exit(command(__file__, make))
