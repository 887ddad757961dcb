"""masks: what stands in a file for a tensor that it does not hold: a mask beside the weights, or their ingredients.

A mask that says 0 or 1 for each weight is multiplied in, whatever its name (`X_orig` and `X_mask` of
torch.nn.utils.prune, `X.weight_mask`, `mask.X.weight`). Scores, and weights from which a module computes those that it
uses (parametrisations, spectral and weight norm, LoRA), are refused with the call that undoes them.
"""

import re

import numpy as np

from importing.layers import Refused, real, say

MERGE = "merge it into the weights and save again, or choose the tensors with --layers"

# What a name ends in, what that is, and the call that makes plain weights of it.
INGREDIENTS = (
    (r"\.?parametrizations\..*", "a parametrised tensor",
     "call torch.nn.utils.parametrize.remove_parametrizations(module, 'weight') and save again"),
    (r"weight_[gv]$", "an ingredient of weight norm", "call torch.nn.utils.remove_weight_norm(module) and save again"),
    (r"_orig$", "a tensor before its mask or norm, and the mask is not in the file",
     "call torch.nn.utils.remove_spectral_norm(module) or prune.remove(module, 'weight') and save again"),
    (r"lora_[AB]|lora_(embedding|magnitude)", "a LoRA adapter", "call merge_and_unload() and save again"),
    (r"mask_scores?$|\.scores?$|_scores?$|popup_scores", "a tensor of scores",
     "multiply the mask that they make into the weights and save again"),
    (r"(^|[._])(weight_?)?masks?([._0-9]|$)|bitmask", "a mask", MERGE),
)


def ingredient(name):
    """(what, remedy) of a tensor that a module does not use as it stands, or None."""
    return next(((what, remedy) for pattern, what, remedy in INGREDIENTS if re.search(pattern, name)), None)


def masked_names(name):
    """What a tensor of this name may be the mask of."""
    for pattern, plain in ((r"_mask$", "_orig"), (r"_mask$", ""), (r"[._]masks?$", ""), (r"[._]masks?$", ".weight"),
                           (r"^masks?[._]", ""), (r"[._]masks?[._]", "."), (r"_mask([._0-9])", r"\1"),
                           (r"mask", "weight"), (r"^mask", "W"), (r"^mask_", "")):
        other = re.sub(pattern, plain, name)
        if other != name:
            yield other


def without_masks(arrays):
    """`arrays` with masks multiplied in; those that have nothing to mask stay."""
    merged, done = dict(arrays), []
    for name in arrays:
        if "mask" not in name or "score" in name:
            continue
        other = next((one for one in masked_names(name) if one in merged and one not in done), None)
        if other is None or not isinstance(arrays[name], np.ndarray) or not isinstance(merged[other], np.ndarray):
            continue
        values, mask = real(other, merged[other]), real(name, arrays[name])
        if values.shape != mask.shape:
            raise Refused(f"{other} is {values.shape} and its mask {mask.shape}; fetch the file again")
        if not ((mask == 0) | (mask == 1)).all():
            raise Refused(f"{name} is a mask with other values than 0 and 1; {MERGE}")
        plain = other[:-len("_orig")] if other.endswith("_orig") else other
        if plain != other and plain in merged:
            raise Refused(f"{plain} is there beside {other}; {MERGE}")
        masked = np.where(mask != 0, values, values.dtype.type(0))
        merged = {(plain if one == other else one): (masked if one == other else array)
                  for one, array in merged.items() if one != name}
        done.append(plain)
    if done:
        say(f"masks multiplied in: {' '.join(done)}")
    return merged
