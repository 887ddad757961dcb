"""ranking: does the model order the schedulers as the cache does?

Schedulers are rivals where everything but engine and order is the same: network, panel, memory, level and who counted.
Kendall's tau-b over each such group compares every pair of rivals: 1 where all pairs stand alike, -1 where all are the
other way round (Kendall 1945; tau-b leaves ties out of the count). A group in which all tie has none. Near ties, counts or
predictions less than 1 % apart, rank nobody in practice and yet move tau, so it is given a second time with them as
ties on both sides.
"""

import numpy as np
import pandas as pd

RIVALS = ["level", "traffic", "counted_by", "network", "policy", "panel", "memory_values", "level_bytes"]
APART = 0.01  # counts nearer than this rank no scheduler before another in practice


def signs(x, apart=0.0):
    """Signs of x_i - x_j over all pairs i < j of the last axis; 0 where they differ by no more than a share `apart` of
    the larger."""
    x = np.asarray(x, dtype=float)
    first, second = np.triu_indices(x.shape[-1], 1)
    a, b = x[..., first], x[..., second]
    return np.where(np.abs(a - b) > apart * np.maximum(np.abs(a), np.abs(b)), np.sign(a - b), 0.0)


def kendall(x, y, apart=0.0):
    """tau-b of two sequences, or of many at once, a row each; NaN where either is constant. Values that differ by no
    more than a share `apart` of the larger are ties."""
    a, b = signs(x, apart), signs(y, apart)
    untied = np.sqrt(np.count_nonzero(a, axis=-1) * 1.0 * np.count_nonzero(b, axis=-1))
    with np.errstate(invalid="ignore"):
        return np.where(untied > 0, (a * b).sum(axis=-1) / np.maximum(untied, 1), np.nan)[()]


def groups(found):
    """A row a group of rivals: how many, tau, tau with near ties as ties, and of the pairs that were counted apart how
    many are ranked alike.

    Groups of one size are judged together: a sweep of 10^5 cases has tens of thousands of them.
    """
    rivals = found.drop_duplicates(RIVALS + ["engine", "order"])
    place = rivals.groupby(RIVALS, sort=False, dropna=False).ngroup().to_numpy()
    rivals = rivals.iloc[np.argsort(place, kind="stable")]
    sizes = np.bincount(place)
    begins = np.cumsum(sizes) - sizes
    made = []
    for size in np.unique(sizes[sizes >= 3]):
        members = begins[sizes == size][:, np.newaxis] + np.arange(size)
        x = rivals["predicted"].to_numpy(float)[members]
        y = rivals["counted"].to_numpy(float)[members]
        apart = signs(y, APART) != 0
        made.append(rivals.iloc[members[:, 0]][RIVALS].reset_index(drop=True).assign(
            schedulers=size, tau=kendall(x, y), tau_apart=kendall(x, y, APART), pairs=apart.shape[1],
            apart=apart.sum(axis=1),
            alike=((signs(x) == signs(y)) & apart).sum(axis=1)))
    if not made:
        return pd.DataFrame(columns=RIVALS + ["schedulers", "tau", "tau_apart", "pairs", "apart", "alike"])
    return pd.concat(made, ignore_index=True)


def summary(ranked):
    """One row for each level, traffic and source of counts."""
    kinds = ranked.dropna(subset=["tau"]).groupby(["level", "traffic", "counted_by"], sort=False)
    rows = [dict(zip(("level", "traffic", "counted_by"), kind)) | {
        "groups": len(part), "median": part["tau"].median(), "least": part["tau"].min(),
        "high": int((part["tau"] >= 0.9).sum()), "groups_apart": int(part["tau_apart"].notna().sum()),
        "median_apart": part["tau_apart"].median(), "least_apart": part["tau_apart"].min(),
        "high_apart": int((part["tau_apart"] >= 0.9).sum()), "apart": int(part["apart"].sum()), "alike": int(part["alike"].sum())}
        for kind, part in kinds]
    return pd.DataFrame(rows, columns=["level", "traffic", "counted_by", "groups", "median", "least", "high",
                                       "groups_apart", "median_apart", "least_apart", "high_apart", "apart", "alike"])
