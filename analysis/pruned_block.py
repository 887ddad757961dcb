#!/usr/bin/env python3
"""pruned_block: I/Os of a pruned transformer MLP block over its density, a panel a size of fast memory."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from experiment import command, option, over_networks

make = over_networks(lambda spec: float(option(spec, "density")), "density", "density after pruning")

if __name__ == "__main__":
    sys.exit(command(__file__, make))
