"""network_file: Sparsio's HDF5 form of a network, written and read from Python. The other side is src/format/h5.cpp.

Arrays lie contiguous; the last line of the file is `sparsio-crc32 <8 hex digits>` of all bytes before it.
"""

import os
import zlib

os.environ.setdefault("HDF5_USE_FILE_LOCKING", "FALSE")  # as in results_file.py

import h5py
import numpy as np

import output_file
from command_line import BadInput
from importing.layers import Layer


def fact(file, name, value):
    if isinstance(value, str):
        file.attrs.create(name, np.bytes_(value.encode()))
    else:
        file.attrs.create(name, value, dtype="<u8")


def seal(path):
    checksum = 0
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            checksum = zlib.crc32(block, checksum)
    with open(path, "ab") as file:
        file.write(f"sparsio-crc32 {checksum:08x}\n".encode())


def holds_results(path):
    """Is this what `sparsio run` writes, hours of work under a name that a network may have too?"""
    try:
        with h5py.File(path) as file:
            return "runs" in file
    except OSError:
        return False  # not there, or no HDF5


def write_activations(file, activations):
    """One for all, or the names and a byte a layer (a neuron of a general network) that says which."""
    names = list(dict.fromkeys(activations))
    fact(file, "activation", " ".join(names))
    if len(names) > 1:
        file.create_dataset("activations", data=np.array([names.index(one) for one in activations], "u1"))


def begin_network(file, activations, shape):
    fact(file, "program", "sparsio")
    fact(file, "holds", "network")
    fact(file, "version", 1)
    write_activations(file, activations)
    fact(file, "shape", shape)


def write_arrays(group, arrays):
    for (name, kind), array in zip((("begin", "<u8"), ("source", "<u4"), ("weight", "<f4"), ("bias", "<f4")), arrays):
        group.create_dataset(name, data=np.ascontiguousarray(array, kind))


def write_network(path, layers, activations=("relu",)):
    """`activations`: of each layer, as importing/activations.py names them, or one for all."""
    if len(activations) not in (1, len(layers)):
        raise ValueError(f"{len(activations)} activations for {len(layers)} layers")
    with output_file.whole(path) as beside:
        with h5py.File(beside, "w") as file:
            begin_network(file, activations, "layers")
            file.create_dataset("widths", data=np.array([layers[0].sources] + [one.targets for one in layers], "<u4"))
            for number, layer in enumerate(layers, 1):
                write_arrays(file.create_group(f"layers/{number}"),
                             (layer.begin, layer.source, layer.weight, layer.bias))
        seal(beside)


def write_general(path, arrays, activations):
    """A general network: begin, source, weight, bias and activation of all neurons, inputs first."""
    with output_file.whole(path) as beside:
        with h5py.File(beside, "w") as file:
            begin_network(file, activations, "dag")
            write_arrays(file.create_group("dag"), arrays)
        seal(beside)


def read_network(path, place):
    """The layers of a file that the program wrote, and the activation of each. BadInput at `place`, which is what the
    user called it, for a network without layers."""
    with h5py.File(path) as file:
        if file.attrs["shape"] != b"layers":
            raise BadInput(place, "is a network without layers", "give one with layers")
        names = file.attrs["activation"].decode().split()
        widths = file["widths"][()].tolist()
        which = file["activations"][()] if "activations" in file else np.zeros(len(widths) - 1, int)
        arrays = [{name: file[f"layers/{number}/{name}"][()] for name in ("begin", "source", "weight", "bias")}
                  for number in range(1, len(widths))]
    layers = [Layer(sources, targets, **one) for sources, targets, one in zip(widths, widths[1:], arrays)]
    return layers, [names[one] for one in which]
