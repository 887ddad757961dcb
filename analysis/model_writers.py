"""model_writers: layers of weights and biases as the three kinds of model file that people bring.

Each writer takes a path and a dictionary of tensors, name -> float32 array, in the order of the layers; a layer is
NAME.weight (targets x sources, as in torch.nn.Linear) and NAME.bias. An .onnx file says besides what follows a layer.
"""

import json

import numpy as np

import output_file


def npz(path, tensors):
    with output_file.whole(path) as beside, open(beside, "wb") as file:
        np.savez(file, **tensors)


def npy(path, array):
    with output_file.whole(path) as beside, open(beside, "wb") as file:
        np.save(file, array)


def safetensors(path, tensors):
    """Eight bytes, the length of the header, little-endian; the header, JSON, filled up with blanks to a multiple of
    eight; then the bytes of the tensors. https://huggingface.co/docs/safetensors"""
    header, end = {}, 0
    for name, tensor in tensors.items():
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [end, end + tensor.nbytes]}
        end += tensor.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with output_file.whole(path) as beside:
        beside.write_bytes(len(text).to_bytes(8, "little") + text +
                           b"".join(np.ascontiguousarray(one, "<f4").tobytes() for one in tensors.values()))


def onnx(path, tensors):
    """One Gemm a layer, Relu behind all but the last: the graph that torch.onnx.export writes for such a model."""
    from onnx import TensorProto, checker, helper, numpy_helper
    layers = [name.removesuffix(".weight") for name in tensors if name.endswith(".weight")]
    nodes, signal = [], "x"
    for layer in layers:
        is_last = layer == layers[-1]
        out = "y" if is_last else f"{layer}.sum"
        nodes.append(helper.make_node("Gemm", [signal, f"{layer}.weight", f"{layer}.bias"], [out], layer, transB=1))
        if not is_last:
            nodes.append(helper.make_node("Relu", [out], [f"{layer}.out"], f"{layer}.relu"))
        signal = f"{layer}.out"
    widths = tensors[f"{layers[0]}.weight"].shape[1], tensors[f"{layers[-1]}.weight"].shape[0]
    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, ["inputs", width])
            for name, width in zip("xy", widths))
    graph = helper.make_graph(nodes, "classifier", [x], [y],
                              [numpy_helper.from_array(tensor, name) for name, tensor in tensors.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], producer_name="sparsio")
    model.ir_version = 8
    checker.check_model(model)
    with output_file.whole(path) as beside:
        beside.write_bytes(model.SerializeToString())
