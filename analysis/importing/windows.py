"""windows: convolutions and average pools as sparse layers.

Both move a window over an image. For one place in the window, the outputs that read an input there, and which input
that is, are a product over the axes; so a layer is built place by place, and padding is what is not built. The count of
connections is known before anything is.
"""

import numpy as np

from importing.layers import Refused
from importing.onnx_model import attribute, label


class Windows:
    """Of a node with kernel, strides, pads and dilations over an image of `sizes`."""

    def __init__(self, node, sizes, kernel):
        axes = len(sizes)
        self.sizes, self.kernel = tuple(sizes), tuple(int(one) for one in kernel)
        strides = attribute(node, "strides") or [1] * axes
        dilations = attribute(node, "dilations") or [1] * axes
        if len(self.kernel) != axes or attribute(node, "ceil_mode", 0):
            raise Refused(f"{label(node)} has a window of another form than is imported; export it without ceil_mode")
        pads = self.pads(node, strides, dilations)
        self.input_at = []  # of each axis: [place in the window, output] -> input, or -1
        for axis in range(axes):
            span = dilations[axis] * (self.kernel[axis] - 1) + 1
            count = (self.sizes[axis] + pads[axis] + pads[axes + axis] - span) // strides[axis] + 1
            if count <= 0:
                raise Refused(f"{label(node)} has a window larger than its image; export the model again")
            at = (np.arange(count)[None, :] * strides[axis] - pads[axis] +
                  np.arange(self.kernel[axis])[:, None] * dilations[axis])
            self.input_at.append(np.where((at >= 0) & (at < self.sizes[axis]), at, -1))
        self.outputs = tuple(one.shape[1] for one in self.input_at)

    def pads(self, node, strides, dilations):
        axes, auto = len(self.sizes), attribute(node, "auto_pad", b"NOTSET").decode()
        if auto in ("NOTSET", ""):
            return attribute(node, "pads") or [0] * (2 * axes)
        if auto == "VALID":
            return [0] * (2 * axes)
        needed = [max((-(-size // stride) - 1) * stride + dilation * (kernel - 1) + 1 - size, 0) for
                  size, stride, dilation, kernel in zip(self.sizes, strides, dilations, self.kernel)]
        less, more = [one // 2 for one in needed], [one - one // 2 for one in needed]
        return less + more if auto == "SAME_UPPER" else more + less

    def counts(self):
        """How many outputs read an input, of each place in the window."""
        total = np.ones(self.kernel, np.int64)
        for axis, at in enumerate(self.input_at):
            shape = [1] * len(self.kernel)
            shape[axis] = -1
            total *= (at >= 0).sum(1).reshape(shape)
        return total

    def pairs(self, place):
        """(outputs, inputs) of one place in the window, as flat numbers within one channel."""
        out, into = np.zeros(1, np.int64), np.zeros(1, np.int64)
        for axis, at in enumerate(self.input_at):
            valid = np.flatnonzero(at[place[axis]] >= 0)
            out = (out[:, None] * self.outputs[axis] + valid).reshape(-1)
            into = (into[:, None] * self.sizes[axis] + at[place[axis]][valid]).reshape(-1)
        return out, into


def convolved(layers, node, signal, kernel):
    if len(signal.shape) < 3 or kernel.ndim != len(signal.shape) or signal.shape[0] != layers.batch:
        raise Refused(f"{label(node)} convolves {list(signal.shape)} with {list(kernel.shape)}; export the model again")
    channels, groups = signal.shape[1], attribute(node, "group", 1)
    if kernel.shape[1] * groups != channels or kernel.shape[0] % groups:
        raise Refused(f"{label(node)} has {channels} channels and a kernel {list(kernel.shape)}; export the model again")
    windows = Windows(node, signal.shape[2:], kernel.shape[2:])
    here = np.count_nonzero(kernel, axis=(0, 1)) * windows.counts()
    layers.within_limit(int(here.sum()), label(node))
    area, image, entries = int(np.prod(windows.outputs)), int(np.prod(windows.sizes)), []
    for place in np.ndindex(*windows.kernel):
        target, source = np.nonzero(kernel[(slice(None), slice(None)) + place])
        value = kernel[(target, source) + place]
        source = source + target // (kernel.shape[0] // groups) * kernel.shape[1]
        out, into = windows.pairs(place)
        entries.append(((target[:, None] * area + out).reshape(-1), (source[:, None] * image + into).reshape(-1),
                        np.repeat(value, len(out))))
    row, column, value = map(np.concatenate, zip(*entries))
    rows = kernel.shape[0] * area
    return layers.linear(signal, row, column, value, rows, (signal.shape[0], kernel.shape[0]) + windows.outputs,
                         node.input[1])


def averaged(layers, node, signal):
    if len(signal.shape) < 3 or signal.shape[0] != layers.batch:
        raise Refused(f"{label(node)} pools {list(signal.shape)}; export the model again")
    windows = Windows(node, signal.shape[2:], attribute(node, "kernel_shape"))
    layers.within_limit(int(windows.counts().sum()) * signal.shape[1], label(node))
    area, image = int(np.prod(windows.outputs)), int(np.prod(windows.sizes))
    out, into = map(np.concatenate, zip(*[windows.pairs(place) for place in np.ndindex(*windows.kernel)]))
    if attribute(node, "count_include_pad", 0):
        value = np.full(len(out), 1.0 / np.prod(windows.kernel))
    else:
        value = 1.0 / np.bincount(out, minlength=area)[out]
    channel = np.arange(signal.shape[1])[:, None]
    return layers.linear(signal, (channel * area + out).reshape(-1), (channel * image + into).reshape(-1),
                         np.tile(value, signal.shape[1]), signal.shape[1] * area, signal.shape[:2] + windows.outputs,
                         label(node))
