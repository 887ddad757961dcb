"""onnx_graph: an ONNX model as layers. Needs the module onnx.

Only the nodes from which the graph's output is computed count. Each is given what its inputs are, arrays or signals: of
arrays alone it makes an array (onnx_constants), of a signal a signal (onnx_operators). What the number of inputs is,
the graph often does not say; it is taken as a prime that no width is, so that a shape which the graph computes tells by
itself whether the axis of inputs is still one. The layers behind the output are a chain, or have connections that skip
layers: then they become a general network.
"""

from importing import onnx_constants, onnx_curves, onnx_operators
from importing.layers import Refused, Weights, say
from importing.onnx_model import Model, label
from importing.signal import Layers, Signal

ANY_BATCH = 1_000_003  # a prime


def needed(model, result):
    """Nodes that the result depends on, in the order of the graph."""
    names, wait = set(), [result]
    while wait:
        name = wait.pop()
        if name in names or not name:
            continue
        names.add(name)
        if name in model.maker:
            wait += [one for one in model.maker[name].input if one]
    nodes = [node for node in model.graph.node if any(one in names for one in node.output)]
    for node in nodes:
        if node.op_type in ("If", "Loop", "Scan"):
            raise Refused(f"{label(node)} has graphs inside; simplify the model (onnxsim), or export it without control "
                          "flow")
    inputs = [name for name in model.inputs if name in names]
    if len(inputs) != 1:
        raise Refused(f"the output depends on {len(inputs)} inputs ({' '.join(inputs) or 'none'}); a network has one")
    return nodes, inputs[0]


def input_shape(model, name, nodes):
    """With ANY_BATCH where the graph says no number of inputs; the width may come from the first matrix."""
    kind = model.inputs[name].type.tensor_type
    sizes = [one.dim_value if one.HasField("dim_value") and one.dim_value > 0 else 0 for one in kind.shape.dim]
    if not kind.HasField("shape") or len(sizes) == 0:
        sizes = [0, 0]
    if len(sizes) == 1:
        raise Refused(f"the input {name} has one axis; export the model with an axis for inputs, (batch, width)")
    if sizes[-1] == 0 and len(sizes) == 2:
        first = next((node for node in nodes if node.op_type in ("MatMul", "Gemm") and
                      model.tensor(node.input[1]) is not None), None)
        if first is not None:
            turned = any(one.name == "transB" and one.i for one in first.attribute)
            sizes[-1] = model.tensor(first.input[1]).shape[-1 if turned else -2]
    if not all(sizes[1:]):
        raise Refused(f"the input {name} has axes of unknown size; export the model with fixed ones, only the number of "
                      "inputs may vary")
    return (sizes[0] or ANY_BATCH,) + tuple(sizes[1:])


def made(model, node, inputs, layers):
    """The first output of a node, or all in a list; others are asked for by nothing that can be imported."""
    if not any(isinstance(one, Signal) for one in inputs):
        return onnx_constants.evaluate(node, inputs, model.folder)
    try:
        return onnx_operators.apply(layers, node, inputs)
    except (Refused, MemoryError):
        raise
    except Exception as error:  # a graph that no exporter writes: what numpy raises where shapes do not fit
        reason = " ".join(str(error).split()) or type(error).__name__
        raise Refused(f"{label(node)} cannot be imported as it stands ({reason[:200]}); export the model again") from error


def walked(model, nodes, values, layers, curves):
    """`curves`: activations that are several nodes (onnx_curves)."""
    ends, inside = curves
    for node in nodes:
        if node.output[0] in ends:
            root, activation = ends[node.output[0]]
            values[node.output[0]] = onnx_operators.activated(layers, node, values[root], activation)
        if id(node) in inside:
            continue
        inputs = []
        for name in node.input:
            value = values.get(name)
            if value is None and name:
                value = model.tensor(name)
            if value is None and name:
                raise Refused(f"{label(node)} reads {name}, which nothing before it makes; export the model again")
            inputs.append(value)
        result = made(model, node, inputs, layers)
        values.update(zip(node.output, result if isinstance(result, list) else [result]))


def behind(layers, last):
    """Layers that the last one depends on, in order; the inputs are not among them."""
    found, wait = set(), [last]
    while wait:
        one = wait.pop()
        if one not in found and one > 0:
            found.add(one)
            wait += layers.origins[one].terms
    return sorted(found)


def read(path, chosen, options):
    if chosen:
        raise Refused("--layers chooses tensors of .npz, .safetensors and .pt; an ONNX graph has its own order, and --until "
                      "cuts it")
    model = Model(path)
    result = model.result(options.until)
    nodes, name = needed(model, result)
    shape = input_shape(model, name, nodes)
    layers = Layers(shape, shape[0], options.limit)
    values = {name: layers.input}
    walked(model, nodes, values, layers, onnx_curves.found(model, nodes, name, result))
    signal = values.get(result)
    if not isinstance(signal, Signal):
        raise Refused(f"the output {result} does not depend on the input; export the model again")
    if signal.shape[0] % layers.batch:
        raise Refused(f"the output {result} has the shape {list(signal.shape)}, which mixes inputs; it cannot be imported")
    last = layers.is_plain(signal)
    if last is None:
        last = layers.is_plain(layers.activated(signal, "identity"))
    order = behind(layers, last)
    if not order:
        raise Refused("no weight matrix was found; export the model with its weights, or choose its output with --until")
    check_softmax(layers, order)
    unused = [label(node) for node in model.graph.node if node not in nodes and node.op_type != "Constant"]
    if unused:
        say(f"not imported, the output does not depend on it: {' '.join(unused[:6])}{' ...' if len(unused) > 6 else ''}")
    if all(list(layers.origins[one].terms) == [before] for before, one in zip([0] + order, order)):
        return [weights_of(layers.origins[one], layers.origins[before]) for before, one in zip([0] + order, order)]
    from importing import skips
    return skips.General([layers.origins[0]] + [layers.origins[one] for one in order],
                         {one: place for place, one in enumerate([0] + order)})


def check_softmax(layers, order):
    for one in order[:-1]:
        if layers.origins[one].activation == "softmax":
            raise Refused(f"a softmax follows {layers.origins[one].name}, which is not the last layer; a network has one "
                          "at its end only, cut the graph with --until")


def weights_of(origin, before):
    (row, column, value), = origin.terms.values()
    return Weights(origin.name, (origin.width, before.width), row, column, value, origin.bias, origin.activation)
