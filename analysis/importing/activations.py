"""activations: what follows a layer, in the words of `sparsio list activations`.

ONNX says it with a node: `OF_NODE` is the table, a line an activation, and the only place to touch when the program
learns another (src/net/activation.hpp). Some need more than the name of the node (Clip has limits): `of_clip`. An array
says nothing of activations, so for bags of arrays the user does, with --activation and --last.
"""

KNOWN = ("identity", "relu", "challenge")  # what a network file may say

OF_NODE = {
    "Relu": "relu",
}

# Functions of a neuron's sum that no engine computes yet; each is refused in one line.
UNKNOWN_NODES = ("Sigmoid", "Tanh", "Gelu", "LeakyRelu", "HardSigmoid", "Softmax", "LogSoftmax", "ArgMax", "PRelu", "Elu",
                 "Selu", "Celu", "Softplus", "Softsign", "HardSwish", "ThresholdedRelu", "Mish", "Erf", "Hardmax",
                 "TopK", "ArgMin", "Swish")


def of_clip(low, high):
    """The activation that clips to [low, high], or None."""
    if low == 0 and high == float("inf"):
        return "relu"
    if low == 0 and high == 32:
        return "challenge"  # where the biases are at most 0; who asks checks that
    return None


def of_layers(weights, activation, last, line):
    """Each layer's, from the file or from the options; else one refusal that shows `line`, what was typed, completed."""
    from importing.layers import Refused  # here: the table is read before numpy is known to be there
    given = [one.activation for one in weights]
    if all(one is not None for one in given):
        if activation or last:
            raise Refused("--activation and --last are for files that say nothing of activations; leave them out")
        return given
    if last is None or (activation is None and len(weights) > 1):
        raise Refused(f"its arrays do not say what follows the layers; write `{line} --activation {activation or 'relu'} "
                      f"--last {last or 'identity'}` if that is meant (have: {' '.join(KNOWN)})")
    return [activation] * (len(weights) - 1) + [last]
