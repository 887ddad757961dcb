"""onnx_curves: activations that a graph has as several nodes.

`found` looks, from the output backwards, for a tensor that is a function of one other tensor, number by number: all
nodes between are arithmetic with constants of one number. That function is computed at some points and compared with
the activations there are (functions.alike). What matches is one activation; its nodes are not looked at again.
"""

from collections import Counter

import numpy as np

from importing import functions, onnx_constants
from importing.layers import Refused

STRAIGHT = ("Add", "Sub", "Mul", "Div", "Neg", "Identity", "Sum")
BENT = ("Abs", "Sqrt", "Exp", "Reciprocal", "Pow", "Relu", "Clip", "Max", "Min", "Sigmoid", "Tanh", "Erf", "Softplus",
        "LeakyRelu", "HardSigmoid")
MOST = 24  # nodes of one activation


class Finder:
    def __init__(self, model, nodes, name, result):
        self.model = model
        self.signals = {name}  # what depends on the network's input, but for its shape
        for node in nodes:
            if node.op_type not in ("Shape", "Size") and any(one in self.signals for one in node.input):
                self.signals.update(one for one in node.output if one)
        self.uses = Counter(one for node in nodes for one in node.input)
        self.uses[result] += 1
        self.numbers = {}

    def number(self, name):
        """A constant of one number, stored or made by nodes from such; None for anything else."""
        if name not in self.numbers:
            self.numbers[name] = None  # in a graph that goes in circles
            self.numbers[name] = self.computed(name)
        return self.numbers[name]

    def computed(self, name):
        if name in self.signals:
            return None
        array = self.model.tensor(name)
        node = self.model.maker.get(name)
        if array is None and node is not None:
            inputs = [self.number(one) for one in node.input]
            if all(one is not None for one in inputs):
                try:
                    array = onnx_constants.evaluate(node, inputs, self.model.folder)
                except Refused:
                    return None
        if array is None or array.dtype.kind not in "fiub" or array.size != 1:
            return None
        return np.asarray(array, np.float64).reshape(())

    def node_of(self, name):
        """The arithmetic that makes a tensor, or None."""
        node = self.model.maker.get(name)
        known = node is not None and node.op_type in STRAIGHT + BENT and node.domain in ("", "ai.onnx")
        return node if known else None

    def between(self, root, end):
        """The nodes that make `end` of `root` and of numbers alone, as they are computed; None if they need more."""
        order, state = [], {}

        def visit(name):
            if not name or name == root or self.number(name) is not None:
                return True
            node = self.node_of(name)
            if node is None:
                return False
            if id(node) not in state:
                state[id(node)] = False  # in a graph that goes in circles
                state[id(node)] = len(state) <= MOST and all(visit(one) for one in node.input)
                order.append(node)
            return state[id(node)]
        return order if visit(end) else None

    def roots(self, end):
        """Signals on the way to `end`, the farthest first."""
        names, wait = [], [end]
        while wait and len(names) < MOST:
            node = self.node_of(wait.pop(0))
            for name in node.input if node is not None else ():
                if name in self.signals and name not in names:
                    names.append(name)
                    wait.append(name)
        return names[::-1]

    def is_bent(self, nodes):
        """Can they be anything but a straight line?"""
        return any(node.op_type in BENT or sum(one in self.signals for one in node.input) > 1 for node in nodes)

    def is_closed(self, nodes, end):
        """Is what is between wanted by nobody else?"""
        inner = Counter(name for node in nodes for name in node.input)
        return all(self.uses[node.output[0]] == inner[node.output[0]] for node in nodes if node.output[0] != end)

    def values(self, nodes, root, end):
        known = {root: functions.POINTS}
        with np.errstate(all="ignore"):
            for node in nodes:
                inputs = [known.get(one, self.numbers.get(one)) for one in node.input]
                known[node.output[0]] = onnx_constants.evaluate(node, inputs, None)
        return known[end]

    def activation_at(self, end):
        """(root, activation, nodes) of a tensor that several nodes make of another, or None."""
        for root in self.roots(end):
            nodes = self.between(root, end)
            if nodes is None or len(nodes) < 2 or not self.is_bent(nodes) or not self.is_closed(nodes, end):
                continue
            try:
                activation = functions.alike(functions.POINTS, self.values(nodes, root, end))
            except Refused:
                continue
            if activation is not None:
                return root, activation, nodes
        return None


def found(model, nodes, name, result):
    """Of some tensors, where their activation begins and which it is; and the numbers of the nodes in between."""
    finder = Finder(model, nodes, name, result)
    ends, inside = {}, set()
    for node in reversed(nodes):
        if id(node) in inside or finder.node_of(node.output[0]) is None:
            continue
        match = finder.activation_at(node.output[0])
        if match is not None:
            ends[node.output[0]] = match[:2]
            inside.update(id(one) for one in match[2])
    return ends, inside
