#!/usr/bin/env python3
"""kill_harness: SIGKILL at random moments of a sweep, a merge and the tasks of a job array, and what it cost.

    python3 jobs/kill_harness.py [--kills 200] [--kinds sweep merge task] [--seed 1] [--program build/release/sparsio]

Each kind of work is killed that often. After each kill all files are read. Four figures must stay 0: finished rows
lost, unreadable files, rows there twice, finished rows run again; the exit code is 1 if one is not. A row is finished
when a reader has seen it, or when the program has said so. The work starts again where it was killed, and from nothing
when it is done. `task` sends the array of `sparsio submit` to a private Slurm (jobs/tests/private_slurm.py) and kills
every process of a task at once, the script as well: it needs what that needs, and without says why it was left out.
"""

import argparse
import csv
import io
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "jobs/tests"), str(ROOT / "analysis")]

from command_line import Parser
from private_slurm import PrivateSlurm, reason_to_skip

CONFIG = """network = ["mlp:widths=400x4,density=0.2", "mlp:widths=300x5,density=0.3"]
memory = [5, 10, 20, 40, 80, 160]
policy = ["lru", "rr", "min"]
order = ["by_target", "blocks"]
"""
ENDED = ("COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL")
FIGURES = ("finished rows lost", "unreadable files", "rows there twice", "finished rows run again")


class Harness:
    def __init__(self, program, kills, seed, folder):
        self.program = program
        self.random = random.Random(seed)
        self.folder = folder
        self.config = folder / "kill.toml"
        self.config.write_text(CONFIG)
        self.kills = kills
        self.killed = {}
        self.found = dict.fromkeys(FIGURES, 0)

    def sparsio(self, *words):
        return subprocess.run([self.program, *map(str, words)], capture_output=True, text=True)

    def rows(self, results):
        """run id -> when it was started, of the finished rows; empty before there is anything."""
        if not results.exists() and not Path(f"{results}.journal").exists():
            return {}
        done = self.sparsio("export", results, "--csv")
        if done.returncode != 0:
            self.found["unreadable files"] += 1
            print(f"unreadable: {done.stderr}", file=sys.stderr)
            return {}
        rows = list(csv.DictReader(io.StringIO(done.stdout)))
        self.found["rows there twice"] += len(rows) - len({row["run"] for row in rows})
        return {row["run"]: row["started"] for row in rows if row["status"] == "ok"}

    def compare(self, before, after, said=0):
        """`said`: rows that the program called finished in between."""
        self.found["finished rows lost"] += len(before.keys() - after.keys()) + max(0, len(before) + said - len(after))
        self.found["finished rows run again"] += sum(before[run] != after[run] for run in before.keys() & after.keys())

    def kill_once(self, kind, longest, *words):
        """Starts the work and kills it at a random moment. Was it killed, and how many rows did it call finished?"""
        with open(self.folder / "said", "w+b") as said:
            process = subprocess.Popen([self.program, *map(str, words)], stdout=subprocess.DEVNULL, stderr=said)
            time.sleep(self.random.uniform(0, longest))  # the moment of the kill
            process.kill()
            was_killed = process.wait() == -signal.SIGKILL
            self.killed[kind] += was_killed
            said.seek(0)
            return was_killed, said.read().count(b"  ok;")

    def sweep(self, kind):
        """Kills runs until there were enough kills; a finished sweep starts over."""
        results = self.folder / "sweep.h5"
        before = {}
        while self.killed[kind] < self.kills:
            was_killed, said = self.kill_once(kind, 0.4, "run", self.config, "--out", results)
            after = self.rows(results)
            self.compare(before, after, said)
            before = after
            if not was_killed:
                results.unlink(missing_ok=True)
                before = {}

    def merge(self, kind):
        inputs = []
        whole = self.folder / "whole.h5"
        while self.sparsio("run", self.config, "--out", whole).returncode != 0:
            pass
        runs = list(self.rows(whole))
        for part in range(3):  # overlapping thirds
            chosen = self.folder / f"part-{part}.cases"
            chosen.write_text("\n".join(runs[part * len(runs) // 4:(part + 2) * len(runs) // 4]) + "\n")
            inputs.append(self.folder / f"part-{part}.h5")
            self.sparsio("run", self.config, "--only", chosen, "--out", inputs[-1])
        out = self.folder / "merged.h5"
        before = {}
        while self.killed[kind] < self.kills:
            chosen = self.random.sample(inputs, self.random.randint(1, 3))
            self.kill_once(kind, 0.08, "merge", out, "--newest", *chosen)
            after = self.rows(out)
            self.found["finished rows lost"] += len(before.keys() - after.keys())
            before = after
            if len(before) == len(runs):
                out.unlink()
                before = {}
        done = self.sparsio("merge", out, "--newest", *inputs)
        assert done.returncode == 0, done.stderr
        self.found["finished rows lost"] += len(set(runs) - self.rows(out).keys())

    def kill_a_task(self, job):
        """SIGKILL for every process of a random task of an array; False if none is there."""
        tasks = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                variables = (entry / "environ").read_bytes().split(b"\0")
            except OSError:
                continue  # ended meanwhile
            if f"SLURM_ARRAY_JOB_ID={job}".encode() in variables:
                task = next(one for one in variables if one.startswith(b"SLURM_ARRAY_TASK_ID="))
                tasks.setdefault(task, []).append(int(entry.name))
        if not tasks:
            return False
        for process in tasks[self.random.choice(sorted(tasks))]:
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                pass
        return True

    def task(self, kind, slurm):
        sweeps = 1
        out = self.folder / "array-1.h5"
        before = {}
        while self.killed[kind] < self.kills:
            sent = slurm.run(self.program, "submit", self.config, "--out", out, "--wall", "0.003", cwd=self.folder)
            job = sent.stdout.strip()
            if not job:  # everything is there: once more from nothing
                sweeps += 1
                out = self.folder / f"array-{sweeps}.h5"
                before = {}
                continue
            while not slurm.in_state(job, *ENDED):
                time.sleep(self.random.uniform(0, 0.3))  # the moment of the kill
                if self.killed[kind] < self.kills:
                    self.killed[kind] += self.kill_a_task(job)
            done = self.sparsio("merge", out)
            if done.returncode != 0:
                self.found["unreadable files"] += 1
                print(f"unreadable: {done.stderr}", file=sys.stderr)
            said = sum(log.read_bytes().count(b"  ok;") for log in out.with_suffix(".tasks").glob("*/task-*.log"))
            after = self.rows(out)
            self.compare(before, after)
            self.found["finished rows lost"] += max(0, said - len(after))
            before = after

    def start(self, kind, *more):
        self.killed[kind] = 0
        getattr(self, kind)(kind, *more)

    def private_slurm_task(self):
        reason = reason_to_skip()
        if reason:
            print(f"task left out: {reason}")
            return
        with tempfile.TemporaryDirectory(prefix="sparsio-slurm-") as folder:
            slurm = PrivateSlurm(folder)
            try:
                slurm.start()
                self.start("task", slurm)
            finally:
                slurm.stop()

    def report(self):
        """Prints the figures; 1 if one is not 0."""
        for name, count in self.killed.items():
            print(f"kills of a {name}: {count}")
        for name, count in self.found.items():
            print(f"{name}: {count}")
        return 1 if any(self.found.values()) else 0


def main():
    options = Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--kills", type=int, default=200)
    options.add_argument("--kinds", nargs="+", choices=("sweep", "merge", "task"), default=("sweep", "merge", "task"))
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--program", default=str(ROOT / "build/release/sparsio"))
    given = options.parse_args()
    if not Path(given.program).is_file():
        sys.exit(f"kill_harness.py: {given.program}: no such file; build it, or say where it is with --program")
    folder = Path(tempfile.mkdtemp(prefix="sparsio-kill-"))
    try:
        harness = Harness(given.program, given.kills, given.seed, folder)
        for kind in given.kinds:
            harness.private_slurm_task() if kind == "task" else harness.start(kind)
        return harness.report()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
