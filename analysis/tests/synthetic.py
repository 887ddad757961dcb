"""synthetic: results files that have the form of real ones, made without running a case.

The columns, with what is declared of them, are those that the program lists; the numbers are simple formulas of the
case, so that a test can say what must stand on the page. Texts are fixed bytes, missing reals NaN. Without the program
the tests that need such a file are skipped.
"""

import json

import h5py
import numpy as np
import pytest

from built_program import PROGRAM, sparsio

if not PROGRAM.exists():
    pytest.skip(f"no {PROGRAM}, which lists the columns; build the release preset", allow_module_level=True)

COLUMNS = json.loads(sparsio("list", "columns", "--json").stdout)["columns"]
LEVELS = ("memory", "l1", "l2", "l3")
TEXTS = {column["name"]: column["width"] for column in COLUMNS if column["type"] == "text"}
INTEGERS = tuple(column["name"] for column in COLUMNS if column["type"] == "integer")
REALS = tuple(column["name"] for column in COLUMNS if column["type"] == "number")
FALLBACKS = ({name: "" for name in TEXTS} | {name: 0 for name in INTEGERS} | {name: np.nan for name in REALS}
             | {column["name"]: {"text": str, "integer": int, "number": float}[column["type"]](column["fallback"])
                for column in COLUMNS if column["fallback"]})

NETWORKS = {
    "radix_net:neurons=1024,layers=120": dict(layers=120, neurons=123904, connections=3932160, ends=1024, inputs=6000),
    "mlp:widths=500x5,density=0.1": dict(layers=4, neurons=2500, connections=100000, ends=500, inputs=2000),
}
EXCESS = {("by_target", "lru"): 0.82, ("by_target", "rr"): 0.81, ("by_target", "min"): 0.48, ("by_source", "lru"): 1.9,
          ("by_source", "rr"): 1.6, ("by_source", "min"): 0.93, ("blocks", "lru"): 0.2, ("blocks", "rr"): 0.22,
          ("blocks", "min"): 0.12}
SPEED = {"reference": 4e7, "csr": 5.7e10, "connection_list": 3e9}
CACHES = {"l1": 32768, "l2": 2097152}


def model(facts, order, policy, values):
    """Bounds and I/Os; the excess over the lower bound falls as memory grows."""
    lower = facts["connections"] + facts["neurons"] + facts["ends"]
    total = round(lower * (1 + EXCESS[order, policy] * (100 / values) ** 0.3))
    upper = 2 * (facts["connections"] + facts["neurons"] - facts["ends"])
    return dict(lower=lower, upper=upper, total=total, reads=total - facts["ends"], writes=facts["ends"],
                ratio=total / lower, max_live=1200, perfect_memory=1201)


def make_row(number, network, order, policy, memory, engine, panel, **changes):
    """One row, complete and ok; `changes` are applied last."""
    facts = NETWORKS[network]
    held = {"L1": 32768, "L2": 2097152}.get(memory)
    values = held // (4 * panel) if held else int(memory)
    row = dict(FALLBACKS)
    row |= dict(run=f"{number:032x}", status="ok", config="quickstart.toml", host="laptop", revision="0123abcd-dirty",
                started="2024-05-01T10:00:00Z", network=network, inputs="images", order=order, policy=policy,
                memory=memory, cost="unit", panel=panel, engine=engine, track="general", threads=2, repetitions=5,
                warmup=1, meter="simulated", caches="hwloc", baseline="reference", time_limit=60.0,
                layers=facts["layers"], network_neurons=facts["neurons"], network_connections=facts["connections"],
                network_inputs=facts["ends"], network_outputs=facts["ends"], input_count=facts["inputs"],
                inputs_origin="generated", memory_bytes=values * 4 * panel, memory_values=values,
                memory_source="hwloc" if held else "given", misses_source="simulated", misses_status="measured",
                verified="yes", threads_used=2, binding="cores 0 1", simd="AVX3", max_relative_error=2e-7,
                warnings="L3 of 480 MiB looks like the host's and is not taken")
    row |= model(facts, order, policy, values)
    for level, size in CACHES.items():
        row[f"{level}_bytes"] = size
    row["memory_bytes"] = values * 4 * panel
    for level in ("memory", "l1", "l2"):
        lines = row["total"] * panel / 16 * {"memory": 1.0, "l1": 1.3, "l2": 0.6}[level]
        off = {"lru": 1.02, "rr": 1.25, "min": 1.6}[policy] * (1 + 0.01 * (number % 7))
        row |= {f"{level}_model_lines": round(lines * 0.9), f"{level}_predicted_lines": round(lines), f"{level}_misses": round(lines * off),
                f"{level}_predicted_write_lines": round(lines / 9), f"{level}_write_backs": round(lines / 9 * off)}
    edges = facts["connections"] * facts["inputs"]
    seconds = edges / SPEED[engine] * (1 + 0.02 * (number % 5))
    row |= dict(seconds=seconds, seconds_min=seconds * 0.97, prepare_seconds=0.01, edges=edges,
                nominal_rate=edges / seconds, executed_edges=edges, executed_rate=edges / seconds,
                confidence=0.95, timed_runs=5, seconds_interval="none: 5 values cover 0.938 at most; 0.95 needs 6",
                category_count=1812, tied_inputs=3)
    return row | changes


def sweep():
    """Two networks, three orders and policies, three memories; `reference` and `csr` execute by_target only."""
    rows = []
    for network in NETWORKS:
        for order in ("by_target", "by_source", "blocks"):
            for policy in ("lru", "rr", "min"):
                for memory in ("100", "L1", "L2"):
                    for engine in ("connection_list", "reference", "csr"):
                        if engine == "connection_list" or (order == "by_target" and policy == "lru" and memory == "L1"):
                            rows.append(make_row(len(rows), network, order, policy, memory, engine, 64))
    return rows


def samples_of(rows):
    """Five repetitions of each row that has a time, each on two threads, of which the second is slower."""
    return [(row["run"].encode(), repetition, 0, thread,
             row["seconds"] * (0.97 + 0.015 * repetition) * (0.9 + 0.1 * thread))
            for row in rows if row["seconds"] == row["seconds"] for repetition in range(5) for thread in range(2)]


def row_type(leave_out=()):
    fields = [(name, f"S{width}") for name, width in TEXTS.items()] + [(name, "<i8") for name in INTEGERS]
    return np.dtype([field for field in fields + [(name, "<f8") for name in REALS] if field[0] not in leave_out])


def write(path, rows, leave_out=(), provenance=None):
    """A results file of `rows`, without the columns named in `leave_out`."""
    kind = row_type(leave_out)
    table = np.array([tuple(row[name].encode() if isinstance(row[name], str) else row[name] for name in kind.names)
                      for row in rows], dtype=kind)
    sample = np.dtype([("run", "S32"), ("repetition", "<i8"), ("rank", "<i8"), ("thread", "<i8"), ("seconds", "<f8")])
    origin = provenance if provenance is not None else {
        "git.revision": "0123abcd", "git.dirty": "1", "host.name": "laptop", "host.cpu": "A Processor @ 2.70GHz",
        "build.compiler": "g++ 12.2.0", "build.flags": "-O3", "config.text": "[case]\nnetwork = \"<mlp>\"\n",
        "machine.xml": "<topology>\n<object type=\"Machine\"/>\n</topology>"}
    with h5py.File(path, "w") as file:
        runs = file.create_dataset("runs", data=table, maxshape=(None,), chunks=(max(1, len(rows)),))
        for column in COLUMNS:
            for what in ("unit", "help", "nature", "identity", "short"):
                if column[what] and column["name"] in kind.names:
                    runs.attrs[f"{column['name']}.{what}"] = np.bytes_(column[what].encode())
        file.create_dataset("samples", data=np.array(samples_of(rows), dtype=sample))
        group = file.create_group("provenance")
        for name, text in origin.items():
            if "\n" in text:
                group.create_dataset(name, data=np.bytes_(text))
            else:
                group.attrs[name] = np.bytes_(text)
    return path
