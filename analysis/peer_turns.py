"""peer_turns: engines of the program and peers, in turns on one network and batch, for jobs/peers.py.

The program is asked for everything that makes both sides alike: it writes the network and the inputs to files, which
peers read, and its outputs are what theirs are compared with. Peers run in this process, the program in one of its own
for each turn, with the processors that this one had before a library bound it to some of them.
"""

import json
import os
import random
import re
import socket
import subprocess
import sys
import time

import numpy as np

import peer_libraries
import result_rows
from command_line import BadInput
from network_file import read_network

PROCESSORS = os.sched_getaffinity(0)


class Side:
    """An engine or peer at one panel: its times, and the row that they become."""

    def __init__(self, engine, panel, threads, edges):
        self.engine, self.panel, self.threads, self.edges = engine, panel, threads, edges
        self.seconds, self.rounds, self.began = [], [], []
        self.prepare_seconds, self.error, self.verified, self.note, self.simd = 0.0, 0.0, "", "", ""

    def took(self, number, began, seconds):
        self.seconds += seconds
        self.rounds += [number] * len(seconds)
        self.began += [began] * len(seconds)

    def is_right(self, allowed):
        return self.error <= allowed

    def row(self, base, case, allowed):
        """`base`: the program's id of the case; `case`: columns that all sides share."""
        row = {"run": result_rows.run_id(base, self.engine, self.panel), **case, "engine": self.engine,
               "engine_used": self.engine, "panel": self.panel, "panel_used": float(self.panel),
               "panel_source": "given", "threads_used": float(self.threads), "note": self.note, "simd": self.simd,
               "edges": self.edges, "executed_edges": self.edges, "verified": self.verified,
               "prepare_seconds": self.prepare_seconds, **result_rows.times(self.seconds)}
        if not self.is_right(allowed):
            return {**row, "status": "incorrect", "error": self.verified}
        return {**row, "status": "ok", "nominal_rate": self.edges / row["seconds"],
                "executed_rate": self.edges / row["seconds"]}


class Sides:
    def __init__(self, options, names, folder):
        self.options, self.folder = options, folder
        self.started = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        self.ask("generate", options.network, "--out", folder / "network.h5")
        layers, activations = read_network(folder / "network.h5", options.network)
        peer_libraries.check_activations(options.network, activations)
        told = self.infer(options.engines[0], options.panels[0], 1, "--outputs", folder / "Y.npy", "--warmup", 0)
        self.x = self.read_inputs(told["inputs"], layers[0].sources)
        self.against = told["engine"]
        self.y = np.load(folder / "Y.npy")
        self.case = {name: told[name] for name in ("network", "inputs", "inputs_origin")}
        connections = sum(len(layer.source) for layer in layers)
        self.case |= {"layers": float(len(layers)), "network_connections": float(connections),
                      "input_count": float(len(self.x))}
        self.edges = float(connections * len(self.x))
        # One number of connections on both sides, or the same SPEC was read as two networks.
        if told["edges"] != self.edges:
            raise BadInput(options.network, f"has {told['edges']:g} edges as run, {self.edges:g} as written",
                           "report it")
        self.ours = [Side(engine, panel, options.threads, self.edges)
                     for engine in dict.fromkeys(options.engines) for panel in dict.fromkeys(options.panels)]
        self.peers = [one for name in names for one in self.sides_of(name, layers, activations)]
        self.all = self.ours + [one for one, _, _ in self.peers]

    def read_inputs(self, canonical, width):
        """A row an input. In the canonical form 0 neurons are the network's width, and there is no network here."""
        made = {one["name"] for one in json.loads(self.ask("list", "inputs", "--json"))["plugins"]}
        if canonical.split(":")[0] in made:
            inputs = re.sub(r"(?<=[:,]neurons=)0(?=,|$)", str(width), canonical)
            self.ask("generate", inputs, "--out", self.folder / "X.npy")
        else:
            self.ask("convert", canonical, self.folder / "X.npy", "--as", "inputs", "--width", width)
        return np.ascontiguousarray(np.load(self.folder / "X.npy"), np.float32)

    def run_program(self, *words):
        return subprocess.run([self.options.program, *map(str, words)], capture_output=True, text=True, check=False,
                              preexec_fn=lambda: os.sched_setaffinity(0, PROCESSORS))

    def ask(self, *words):
        """What the program says on stdout; its refusal is ours."""
        done = self.run_program(*words)
        if done.returncode == 1 or not (done.returncode == 0 or done.stdout.strip()):
            said = (done.stderr.strip() or "sparsio: it failed").splitlines()[-1].removeprefix("sparsio: ")
            place, _, rest = said.partition(": ")
            what, _, remedy = rest.partition("; ")
            raise BadInput(place, what, remedy or f"see sparsio {words[0]} --help")
        return done.stdout

    def infer(self, engine, panel, repetitions, *more):
        options = self.options
        told = json.loads(self.ask("infer", "--json", "--network", options.network, "--inputs", options.inputs,
                                   "--engine", engine, "--panel", panel, "--threads", options.threads,
                                   "--repetitions", repetitions, *more))
        if told["status"] != "ok":
            raise BadInput(f"--engines {engine}", f"{told['status']}: {told['verified'] or told.get('error', '')}",
                           "give another")
        return told

    def sides_of(self, name, layers, activations):
        began = time.perf_counter()
        try:
            peer = peer_libraries.PEERS[name](layers, activations, self.options.threads)
        except peer_libraries.TooLarge as error:
            print(f"peers.py: without {name}: {error}", file=sys.stderr)
            return
        prepared = time.perf_counter() - began
        for size in dict.fromkeys([*(one for one in self.options.panels if one < len(self.x)), len(self.x)]):
            side = Side(name, size, peer.threads, self.edges)
            side.note, side.prepare_seconds = peer.note, prepared
            yield side, peer, [peer.panel(one) for one in peer_libraries.cut(self.x, size)]

    def play(self, number):
        """A round: every side has a turn, in an order of its own."""
        turns = [(self.turn_of_ours, (side,)) for side in self.ours] + [(self.turn_of_peer, one) for one in self.peers]
        random.Random(number).shuffle(turns)
        for turn, of in turns:
            turn(number, *of)

    def turn_of_ours(self, number, side):
        began = time.time()
        told = self.infer(side.engine, side.panel, self.options.repetitions, *(() if number == 0 else ("--verify", 0)))
        side.took(number, began, told["samples"])
        if number == 0:
            side.engine, side.note, side.simd = told["engine"], told["note"], told["simd"]
            side.verified, side.prepare_seconds = told["verified"], told["prepare_seconds"]

    def turn_of_peer(self, number, side, peer, panels):
        began = time.time()
        self.check(side, peer_libraries.joined([peer.outputs(one) for one in panels]))  # the untimed run
        seconds = []
        for _ in range(self.options.repetitions):
            start = time.perf_counter()
            for one in panels:
                peer.outputs(one)
            seconds.append(time.perf_counter() - start)
        side.took(number, began, seconds)

    def check(self, side, y):
        """The largest error of all rounds, relative to an input's largest output; no number is no answer."""
        largest = np.abs(self.y).max(axis=1)
        error = np.abs(y.astype(float) - self.y).max(axis=1)
        relative = np.divide(error, largest, out=np.where(error == 0, 0.0, np.inf), where=largest > 0)
        worst = float(relative.max())
        side.error = max(side.error, worst if worst == worst else np.inf)
        side.verified = (f"{len(y)} inputs against {self.against}, error {side.error:.1e}, "
                         f"{self.options.allowed:.1e} allowed")

    def keep(self, out, command):
        base = self.base_id()
        facts = json.loads(self.ask("--version", "--json"))
        dirty = "" if facts.get("git.dirty", "no") == "no" else "+"
        options = self.options
        case = self.case | {"host": socket.gethostname(), "started": self.started, "config": "jobs/peers.py",
                            "revision": facts.get("git.revision", "unknown") + dirty, "threads": options.threads,
                            "repetitions": options.rounds * options.repetitions, "rounds": options.rounds}
        rows = [one.row(base, case, options.allowed) for one in self.all]
        samples = [sample for one, row in zip(self.all, rows)
                   for sample in result_rows.samples(row["run"], one.seconds, one.rounds, one.began)]
        result_rows.write(self.folder / "rows.h5", rows, samples, {**facts, "peers.command": command})
        self.ask("merge", out, self.folder / "rows.h5", "--newest")

    def base_id(self):
        """The program's id of the case with `reference`: of the network's and the inputs' content, as of all keys."""
        options = self.options
        keys = {"network": options.network, "inputs": options.inputs, "engine": "reference", "threads": options.threads,
                "repetitions": options.rounds * options.repetitions, "rounds": options.rounds}
        (self.folder / "case.toml").write_text("".join(f"{key} = {json.dumps(value)}\n" for key, value in keys.items()))
        return self.ask("run", self.folder / "case.toml", "--dry-run").split()[0]
