#!/usr/bin/env python3
"""Draws docs/tiling.svg: rings, the window and tiles, on a ring of 32 units. The order and what is alive are computed
here as the engine computes them, in a few lines; nothing is drawn by hand but where things stand.

    python3 docs/tiling_drawing.py > docs/tiling.svg
"""

import random

UNITS, STRIDES, NOW = 32, (1, 2, 4), 42  # a picture of the moment before step NOW
TILE, SLICES = 16, 3
LEFT, STEP, RADIUS = 118, 23.6, 10
STYLE = """
  text { font: 14px sans-serif; fill: #1d2733 } .small { font-size: 12.5px } .tiny { font-size: 10px }
  .head { font-weight: bold; font-size: 15px }
  .mid { text-anchor: middle } .edge { stroke: #8a94a0; stroke-width: 1.1; fill: none }
  .cone { stroke: #c8500a; stroke-width: 2.2; fill: none }
  .node { stroke: #4a5561; stroke-width: 1.2; fill: none }
  .alive { fill: #f0b27a } .gone { fill: #d5dbe1 } .next { fill: #c8500a }
  text.ondark { fill: #ffffff } text.dark { fill: #1d2733 }
  .l1 { fill: #8fc1e3 } .l2 { fill: #8fd3b6 } .l3 { fill: #dba9cd } .box { stroke: #4a5561; stroke-width: 1 }
  .reads { stroke: #0067a5; stroke-width: 2; fill: none }
  .row { stroke: #c8500a; stroke-width: 2; fill: none; stroke-dasharray: 5 3 }
  .blue { fill: #0067a5 } .red { fill: #c8500a }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6ebf0 } .edge { stroke: #77828e } .node, .box { stroke: #aab4bf } .gone { fill: #3c4650 }
    .blue { fill: #5ab4ee } .red { fill: #ff8f57 } .reads { stroke: #5ab4ee } .row, .cone { stroke: #ff8f57 }
    text.dark { fill: #1d2733 } text.ondark { fill: #ffffff }
  }"""


def sources(layer, unit):
    """Of a unit of layer 1, 2, 3: the two units of the layer before that it reads; j and j + 2^k, around the ring."""
    return unit, (unit + STRIDES[layer - 1]) % UNITS


def depth_first():
    """[(layer, unit)]: layer 1 goes on around the ring, and what becomes ready below it is computed first."""
    steps, done, stack = [], set(), []
    for first in range(UNITS):
        stack.append((1, first))
        while stack:
            step = stack.pop()
            steps.append(step)
            done.add(step)
            layer = step[0] + 1
            if layer <= len(STRIDES):
                ready = [(layer, unit) for unit in range(UNITS) if step[1] in sources(layer, unit)
                         and all((layer - 1, source) in done for source in sources(layer, unit))]
                stack += [one for one in ready if one not in done and one not in stack]
    return steps


def alive(steps, now):
    """What somebody has computed or read and somebody will read, before step `now`."""
    def readers(value):
        return [at for at, (layer, unit) in enumerate(steps)
                if layer == value[0] + 1 and value[1] in sources(layer, unit)]

    written = {step: at for at, step in enumerate(steps)} | {(0, u): min(readers((0, u))) for u in range(UNITS)}
    return {value for value, at in written.items() if at < now <= max(readers(value), default=-1)}


def x(unit):
    return LEFT + STEP * unit


def line(kind, *points):
    return f'<path class="{kind}" d="M{" L".join(f"{a:g} {b:g}" for a, b in points)}"/>'


def text(a, b, words, kind=""):
    return f'<text x="{a:g}" y="{b:g}" class="{kind}">{words}</text>'


def rings(top, steps):
    """The moment before step NOW: what is gone, alive and still to come, and what the step reads."""
    out = [text(20, top, "1. Rings and the window", "head"),
           text(20, top + 20, "A circle is a unit: 16 twins, which read the same 32 neurons, those of two units. "
                "Its number says when it is computed.")]
    living, order = alive(steps, NOW), {step: at for at, step in enumerate(steps)}
    height = [top + 56 + 66 * layer for layer in range(len(STRIDES) + 1)]
    cone, todo = set(), [steps[NOW]]
    while todo:
        layer, unit = todo.pop()
        for source in sources(layer, unit) if layer else ():
            cone.add((layer, unit, source))
            todo.append((layer - 1, source))
    for kind, wanted in (("edge", False), ("cone", True)):
        for layer in range(1, len(STRIDES) + 1):
            for unit in range(UNITS):
                for source in sources(layer, unit):
                    if ((layer, unit, source) in cone) == wanted and source >= unit:  # not around the ring
                        out.append(line(kind, (x(source), height[layer - 1] + RADIUS),
                                        (x(unit), height[layer] - RADIUS)))
    for layer in range(len(STRIDES) + 1):
        out.append(text(20, height[layer] + 5, "inputs" if layer == 0 else f"layer {layer}"))
        for unit in range(UNITS):
            value = (layer, unit)
            first = order[value] if layer else min(order[1, reader] for reader in range(UNITS)
                                                   if unit in sources(1, reader))
            kind = "next" if value == steps[NOW] else "alive" if value in living else "gone" if first < NOW else ""
            out.append(f'<circle class="node {kind}" cx="{x(unit)}" cy="{height[layer]}" r="{RADIUS}"/>')
            if layer:
                ink = {"next": "ondark", "alive": "dark"}.get(kind, "")
                out.append(text(x(unit), height[layer] + 3.5, order[value] + 1, f"tiny mid {ink}"))
    last = height[-1] + 40
    for column, kind, words in ((0, "gone", "done: its rows are free again"),
                                (1, "alive", f"alive: the window, {len(living)} units; "
                                             f"layer by layer needs {UNITS} and more")):
        out += key(column, last, kind, words)
    last += 22
    for column, kind, words in ((0, "", "to come"), (1, "next", "the next step; strong lines: all that it is made of")):
        out += key(column, last, kind, words)
    return out, last


def key(column, height, kind, words):
    across = LEFT + 270 * column
    return [f'<circle class="node {kind}" cx="{across}" cy="{height - 5}" r="8"/>',
            text(across + 16, height, words, "small")]


def permuted(top):
    """Two permuted layers: what one unit is made of."""
    drawn = random.Random(3)
    out = [text(20, top, "2. Permuted layers do not close", "head"),
           text(20, top + 20, "The 32 sources of a unit lie in as many units (here: 7). What one unit two layers on is "
                "made of is nearly everything.")]
    height = [top + 56, top + 126, top + 196]
    reads = [[sorted(drawn.sample(range(UNITS), 7)) for _ in range(UNITS)] for _ in range(2)]
    goal = 15
    first = set(reads[1][goal])
    second = {source for unit in first for source in reads[0][unit]}
    for unit in range(UNITS):
        for source in reads[0][unit]:
            out.append(line("cone" if unit in first else "edge", (x(source), height[0] + RADIUS),
                            (x(unit), height[1] - RADIUS)))
    for source in reads[1][goal]:
        out.append(line("cone", (x(source), height[1] + RADIUS), (x(goal), height[2] - RADIUS)))
    for layer, marked in enumerate((second, first, {goal})):
        out.append(text(20, height[layer] + 5, ("inputs", "layer 1", "layer 2")[layer]))
        for unit in range(UNITS):
            kind = ("next" if layer == 2 else "alive") if unit in marked else ""
            out.append(f'<circle class="node {kind}" cx="{x(unit)}" cy="{height[layer]}" r="{RADIUS}"/>')
    return out, height[2] + 20


def tiles(top, steps):
    """The sequence of steps, cut; what a tile waits for; slices."""
    out = [text(20, top, "3. Tiles of the same sequence, and who waits for whom", "head"),
           text(20, top + 20, f"Tiles of {TILE} steps each. A tile runs slice after slice of a panel with its weights "
                "resident; a flag for each (tile, slice).")]
    width, bar = STEP * UNITS / len(steps), top + 42
    for at, (layer, _) in enumerate(steps):
        out.append(f'<rect class="l{layer} box" x="{LEFT - RADIUS + width * at:.1f}" y="{bar}" width="{width:.1f}" '
                   'height="26"/>')
    out.append(text(20, bar + 18, "steps"))
    for layer in range(1, len(STRIDES) + 1):
        out.append(f'<rect class="l{layer} box" x="{LEFT + 90 * layer - 100}" y="{bar + 42}" width="14" height="14"/>')
        out.append(text(LEFT + 90 * layer - 80, bar + 54, f"layer {layer}", "small"))
    count = -(-len(steps) // TILE)
    middle = [LEFT - RADIUS + width * min(TILE * (t + 0.5), (TILE * t + len(steps)) / 2) for t in range(count)]
    grid = bar + 118
    for t in range(count):
        begin, end = (LEFT - RADIUS + width * min(at, len(steps)) for at in (TILE * t, TILE * (t + 1)))
        out.append(line("node", (begin, bar - 6), (begin, bar + 32)))
        out.append(text(middle[t], grid - 10, f"tile {t + 1}", "mid"))
        for s in range(SLICES):
            out.append(f'<rect class="box gone" x="{begin + 3:.1f}" y="{grid + 24 * s}" '
                       f'width="{end - begin - 6:.1f}" height="18"/>')
    for s in range(SLICES):
        out.append(text(20, grid + 24 * s + 14, f"slice {s + 1}"))
    # Who reads what another tile wrote; and the readers of a row that the last tile but one writes again.
    arch = '<path class="{}" d="M{:.1f} {:.1f} Q{:.1f} {:.1f} {:.1f} {:.1f}" marker-end="url(#{})"/>'
    for a, b in ((0, 1), (1, 2), (2, 3), (3, 4), (4, 5)):
        out.append(arch.format("reads", middle[a] + 26, grid - 16, (middle[a] + middle[b]) / 2, grid - 34,
                               middle[b] - 28, grid - 17, "blue"))
    low = grid + 24 * SLICES
    for a in (1, 2):
        out.append(arch.format("row", middle[a], low, (middle[a] + middle[4]) / 2, low + 62 - 18 * (a - 1),
                               middle[4] - 10 * (2 - a), low + 2, "red"))
    last = low + 62
    out.append(line("reads", (LEFT - RADIUS, last - 5), (LEFT + 20, last - 5)))
    out.append(text(LEFT + 28, last, "reads what that tile wrote", "small"))
    out.append(line("row", (LEFT + 226, last - 5), (LEFT + 260, last - 5)))
    out.append(text(LEFT + 268, last, "writes a row again that those tiles still read: it waits for all of them",
                    "small"))
    return out, last


def drawing():
    steps = depth_first()
    assert sorted(steps) == [(layer, unit) for layer in range(1, len(STRIDES) + 1) for unit in range(UNITS)]
    one, end = rings(28, steps)
    two, end = permuted(end + 44)
    three, end = tiles(end + 40, steps)
    arrow = ('<marker id="{0}" markerWidth="8" markerHeight="8" refX="6" refY="3" orient="auto">'
             '<path d="M0 0 L7 3 L0 6 z" class="{0}"/></marker>')
    head = (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 880 {end + 20:g}" width="880" height="{end + 20:g}" '
            'role="img" aria-label="Rings of units and the window of values alive; permuted layers; tiles of the '
            'sequence of steps">')
    arrows = "".join(arrow.format(colour) for colour in ("blue", "red"))
    return "\n".join([head, f"<style>{STYLE}</style>", f"<defs>{arrows}</defs>", *one, *two, *three, "</svg>", ""])


if __name__ == "__main__":
    print(drawing(), end="")
