"""onnx_chain: a graph that is one chain of MatMul or Gemm, bias and Relu. Needs the module onnx.

Sparsio applies relu after every layer, so a missing Relu between two layers is refused; after the last one it is said.
"""

import numpy as np

from importing.layers import Refused, Weights, from_dense, real, say

PASSED_OVER = ("Flatten", "Identity", "Dropout", "Reshape", "Squeeze")


def attribute(node, name, fallback):
    import onnx
    return next((onnx.helper.get_attribute_value(one) for one in node.attribute if one.name == name), fallback)


def gemm(node, constants):
    if attribute(node, "transA", 0):
        raise Refused(f"{node.name or node.output[0]} transposes its input; export it without transA")
    matrix = real(node.input[1], constants[node.input[1]])
    matrix = matrix if attribute(node, "transB", 0) else matrix.T
    bias = constants.get(node.input[2]) if len(node.input) > 2 else None
    beta = attribute(node, "beta", 1.0)
    return from_dense(node.input[1], matrix * attribute(node, "alpha", 1.0),
                      None if bias is None else np.broadcast_to(bias.reshape(-1) * beta, (matrix.shape[0],)))


def read(path, chosen):
    import onnx
    from onnx import numpy_helper
    if chosen:
        raise Refused("--layers chooses tensors of .npz and .safetensors; an ONNX graph has its own order")
    try:
        graph = onnx.load(str(path)).graph
    except Exception as error:  # the module raises whatever its parser does
        raise Refused(f"not an ONNX model that can be read ({type(error).__name__}); export it again") from error
    constants = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    for node in graph.node:
        if node.op_type == "Constant":
            constants[node.output[0]] = numpy_helper.to_array(attribute(node, "value", None))
    layers: list[Weights] = []
    active = True  # has relu been applied to the last layer?
    at = next((one.name for one in graph.input if one.name not in constants), None)
    for node in graph.node:
        if node.op_type == "Constant":
            continue
        name = f"{node.op_type} {node.name or node.output[0]}"
        if at not in node.input or sum(1 for other in node.input if other and other not in constants) != 1:
            raise Refused(f"{name} does not follow the one before; only a chain of layers can be imported")
        if node.op_type in ("MatMul", "Gemm"):
            if not active:
                raise Refused(f"no Relu between {layers[-1].name} and {name}; Sparsio has relu after every layer")
            if node.input[0] != at or node.input[1] not in constants or constants[node.input[1]].ndim != 2:
                raise Refused(f"{name} does not multiply by a constant matrix; export it with its weights")
            layers.append(gemm(node, constants) if node.op_type == "Gemm" else
                          from_dense(node.input[1], constants[node.input[1]].T))
            active = False
        elif node.op_type == "Add":
            bias = constants[next(other for other in node.input if other != at)].reshape(-1)
            if not layers or active or layers[-1].bias is not None or len(bias) not in (1, layers[-1].shape[0]):
                raise Refused(f"{name} is not the bias of a layer; only a chain of layers can be imported")
            layers[-1].bias = np.broadcast_to(bias, (layers[-1].shape[0],))
        elif node.op_type == "Relu" and layers:
            active = True
        elif node.op_type not in PASSED_OVER:
            raise Refused(f"{name} cannot be imported; have: MatMul Gemm Add Relu {' '.join(PASSED_OVER)}")
        at = node.output[0]
    if layers and not active:
        say(f"no Relu after the last layer {layers[-1].name}; Sparsio applies one, so negative outputs become 0")
    return layers
