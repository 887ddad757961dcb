"""onnx_model: an ONNX file, its nodes and its stored tensors, each read when it is wanted.

A tensor of a type that numpy or the module does not know stops an import only if something is computed from it. Data
beside the file (`external data`) are looked for by us, so that a file that was not copied along is named.
"""

from pathlib import Path

import numpy as np

from importing.layers import Refused


def label(node):
    return f"{node.op_type} {node.name or (node.output[0] if node.output else '')}"


def attribute(node, name, fallback=None):
    import onnx
    return next((onnx.helper.get_attribute_value(one) for one in node.attribute if one.name == name), fallback)


def external(tensor, folder):
    """The bytes of a tensor that lie in another file."""
    where = {one.key: one.value for one in tensor.external_data}
    path = Path(folder) / where.get("location", "")
    if Path(where.get("location", "/")).is_absolute() or ".." in Path(where["location"]).parts:
        raise Refused(f"{tensor.name} lies in {where.get('location')}, outside the model's folder; export it again")
    if not path.is_file():
        raise Refused(f"its data are in {path}, which is not there; put that file beside the model, or export the model "
                      "as one file")
    begin = int(where.get("offset", 0))
    with open(path, "rb") as file:
        file.seek(begin)
        data = file.read(int(where["length"])) if "length" in where else file.read()
    if "length" in where and len(data) != int(where["length"]):
        raise Refused(f"{path} is shorter than {tensor.name} needs; it is truncated, fetch it again")
    return data


def array_of(tensor, folder):
    import onnx
    from onnx import numpy_helper
    name = tensor.name or "a constant"
    try:
        if tensor.data_location == onnx.TensorProto.EXTERNAL or tensor.external_data:
            whole = onnx.TensorProto()
            whole.CopyFrom(tensor)
            whole.raw_data = external(tensor, folder)
            del whole.external_data[:]
            whole.data_location = onnx.TensorProto.DEFAULT
            tensor = whole
        return np.asarray(numpy_helper.to_array(tensor))
    except (Refused, MemoryError):
        raise
    except Exception as error:  # what the module raises for types and sizes that it does not know
        types = {number: text for text, number in onnx.TensorProto.DataType.items()}
        reason = " ".join(str(error).split()) or type(error).__name__
        raise Refused(f"{name} is of type {types.get(tensor.data_type, tensor.data_type)} and cannot be read ({reason}); "
                      "export the model with float32 weights") from error


def dense(sparse, folder):
    """A sparse tensor as an array: indices are positions in the flat tensor, or a row of coordinates an entry."""
    values, indices = array_of(sparse.values, folder), array_of(sparse.indices, folder).astype(np.int64)
    shape = tuple(sparse.dims)
    flat = np.ravel_multi_index(tuple(indices.T), shape) if indices.ndim == 2 else indices
    array = np.zeros(int(np.prod(shape)), values.dtype)
    if len(flat) != len(values) or (len(flat) and (flat.min() < 0 or flat.max() >= len(array))):
        raise Refused(f"{sparse.values.name} is a sparse tensor whose indices do not fit its shape; export it again")
    array[flat] = values
    return array.reshape(shape)


def constant_of(node, folder):
    """The value of a node `Constant`, which has many ways to say it."""
    import onnx
    for one in node.attribute:
        value = onnx.helper.get_attribute_value(one)
        if one.name == "value":
            return array_of(value, folder)
        if one.name == "sparse_value":
            return dense(value, folder)
        if one.name in ("value_float", "value_floats"):
            return np.array(value, np.float32)
        if one.name in ("value_int", "value_ints"):
            return np.array(value, np.int64)
        if one.name in ("value_string", "value_strings"):
            return np.array(value, object)
    raise Refused(f"{label(node)} has no value; export the model again")


class Model:
    def __init__(self, path):
        import onnx
        try:
            graph = onnx.load(str(path), load_external_data=False).graph
        except Exception as error:  # the module raises whatever its parser does
            raise Refused(f"not an ONNX model that can be read ({type(error).__name__}); export it again") from error
        self.folder, self.graph = path.parent, graph
        self.stored = {one.name: one for one in graph.initializer}
        self.sparse = {one.values.name: one for one in graph.sparse_initializer}
        self.maker = {name: node for node in graph.node for name in node.output if name}
        self.inputs = {one.name: one for one in graph.input if one.name not in self.stored and one.name not in self.sparse}
        self.read = {}  # tensors that somebody wanted

    def tensor(self, name):
        """The array that is stored under a name, or None."""
        if name not in self.read:
            if name in self.stored:
                self.read[name] = array_of(self.stored[name], self.folder)
            elif name in self.sparse:
                self.read[name] = dense(self.sparse[name], self.folder)
            else:
                return None
        return self.read[name]

    def result(self, until):
        """The name of the tensor that the network computes: what `until` says, a node or a tensor, or the output."""
        if until:
            node = next((one for one in self.graph.node if one.name == until), None)
            if node is not None and node.output:
                return node.output[0]
            if until in self.maker or until in self.inputs:
                return until
            have = [one.name or one.output[0] for one in self.graph.node]
            raise Refused(f"no node '{until}' for --until; have: {' '.join(have[-20:])}")
        outputs = [one.name for one in self.graph.output]
        if len(outputs) != 1:
            raise Refused(f"the graph has {len(outputs)} outputs ({' '.join(outputs)}); choose one with --until")
        return outputs[0]
