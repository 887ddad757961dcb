#!/usr/bin/env python3
"""io_over_density: I/Os over density, mean over seeds with a band from least to greatest.

At very low density there is little to move twice; at high density each connection of neuron-by-neuron order reads its
source again, while a source that is streamed through a block of targets serves many of them.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from experiment import command, option, over_networks

make = over_networks(lambda spec: float(option(spec, "density")), "density",
                     "density: probability of each possible connection")

if __name__ == "__main__":
    sys.exit(command(__file__, make))
