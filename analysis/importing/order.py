"""order: in which order the matrices of a bag of arrays are layers.

A numpy archive and a state_dict keep the order in which they were written; a safetensors file has none. Names tell it
only where they differ by nothing but a number. Shapes tell it where just one order fits. Where neither does, every
order is a network, and only one of them the model: the user chooses, from orders that are shown ready to type.
"""

import re

from importing.layers import Refused, say, shapes_of

SHOWN = 3       # orders in a message
STEPS = 20_000  # of the search: enough for tens of layers, and an end for those of one width


def natural(name):
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"(\d+)", name) if part]


def by_number(names):
    """The names by the one number that they differ in, or None."""
    parts = [re.split(r"(\d+)", name) for name in names]
    if len({len(one) for one in parts}) != 1:
        return None
    differ = [place for place in range(len(parts[0])) if len({one[place] for one in parts}) > 1]
    if len(differ) != 1 or differ[0] % 2 == 0:  # places of texts are even
        return None
    numbers = [int(one[differ[0]]) for one in parts]
    if len(set(numbers)) < len(numbers):
        return None
    return [name for _, name in sorted(zip(numbers, names))]


def fitting(weights):
    """Some orders (at most SHOWN + 1) in which each layer reads as many values as the one before gives."""
    found, steps = [], 0

    def extend(taken, left):
        nonlocal steps
        steps += 1
        if len(found) > SHOWN or steps > STEPS:
            return
        if not left:
            found.append([one.name for one in taken])
        for place, one in enumerate(left):
            if not taken or taken[-1].shape[0] == one.shape[1]:
                extend(taken + [one], left[:place] + left[place + 1:])

    if len(weights) < 400:  # the search is as deep as there are layers
        extend([], weights)
    return found


def typed(orders):
    lines = " or ".join("--layers " + ",".join(one) for one in orders[:SHOWN])
    return lines + (" or another" if len(orders) > SHOWN else "")


def check_written(weights):
    """The order of the file must be one in which the layers fit, else it is not the model's."""
    if all(before.shape[0] == after.shape[1] for before, after in zip(weights, weights[1:])):
        return
    orders = fitting(weights)
    if orders:
        raise Refused(f"in the order of the file the layers do not fit ({shapes_of(weights)}); give {typed(orders)}, or "
                      "turn them with --rows sources")


def chosen_order(weights):
    """The only order that there can be, of layers from a file that keeps none."""
    if len(weights) < 2:
        return weights
    named = {one.name: one for one in weights}
    numbered, orders = by_number([one.name for one in weights]), fitting(weights)
    fits = numbered and all(named[a].shape[0] == named[b].shape[1] for a, b in zip(numbered, numbered[1:]))
    if fits:
        if len(orders) != 1:
            say(f"layers in the order of their numbers: {' '.join(numbered)}")
        return [named[name] for name in numbered]
    if not orders:
        return [named[name] for name in sorted(named, key=natural)]  # check_chain says what does not fit
    if len(orders) > 1 or numbered:
        why = "not the order of their numbers" if len(orders) == 1 else "and the file keeps none"
        raise Refused(f"more than the file says is needed to order its layers ({shapes_of(weights)}: "
                      f"{len(orders) if len(orders) <= SHOWN else 'many'} fit, {why}); give {typed(orders)}")
    return [named[name] for name in orders[0]]
