#!/usr/bin/env python3
"""kill_harness: SIGKILL at random moments of a sweep, a merge and a task of an array, and what it cost.

    python3 jobs/kill_harness.py [--kills 200] [--seed 1] [--program build/release/sparsio]

After each kill all files are read. Three figures must stay 0: finished rows lost, unreadable files, rows there twice;
the exit code is 1 if one is not. Kills are shared among the three kinds of work, which start again where they were
killed, and from nothing when they are done.
"""

import argparse
import csv
import io
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CONFIG = """network = ["mlp:widths=400x4,density=0.2", "mlp:widths=300x5,density=0.3"]
memory = [5, 10, 20, 40, 80, 160]
policy = ["lru", "rr", "min"]
order = ["by_target", "blocks"]
"""


class Harness:
    def __init__(self, program, kills, seed, folder):
        self.program = program
        self.random = random.Random(seed)
        self.folder = folder
        self.config = folder / "kill.toml"
        self.config.write_text(CONFIG)
        self.kills = {name: kills // 3 + (1 if place < kills % 3 else 0)
                      for place, name in enumerate(("sweep", "merge", "task"))}
        self.killed = dict.fromkeys(self.kills, 0)
        self.lost = self.unreadable = self.twice = self.again = 0

    def sparsio(self, *words):
        return subprocess.run([self.program, *map(str, words)], capture_output=True, text=True)

    def rows(self, results):
        """run id -> when it was started, of the finished rows. None before there is anything."""
        if not results.exists() and not Path(f"{results}.journal").exists():
            return None
        done = self.sparsio("export", results, "--csv")
        if done.returncode != 0:
            self.unreadable += 1
            print(f"unreadable: {done.stderr}", file=sys.stderr)
            return {}
        rows = list(csv.DictReader(io.StringIO(done.stdout)))
        self.twice += len(rows) - len({row["run"] for row in rows})
        return {row["run"]: row["started"] for row in rows if row["status"] == "ok"}

    def compare(self, before, after):
        self.lost += len(before.keys() - after.keys())
        self.again += sum(1 for run in before.keys() & after.keys() if before[run] != after[run])

    def kill_once(self, kind, longest, *words):
        """Starts the work and kills it at a random moment; False if it was faster."""
        process = subprocess.Popen([self.program, *map(str, words)], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        time.sleep(self.random.uniform(0, longest))  # the moment of the kill
        process.kill()
        was_killed = process.wait() != 0 and process.returncode == -9
        self.killed[kind] += was_killed
        return was_killed

    def sweep(self, kind, results, *options):
        """Kills runs until there were enough kills; a finished sweep starts over."""
        before = {}
        while self.killed[kind] < self.kills[kind]:
            finished = not self.kill_once(kind, 0.4, "run", self.config, "--out", results, *options)
            after = self.rows(results)
            self.compare(before, after or {})
            before = after or {}
            if finished:
                results.unlink(missing_ok=True)
                before = {}

    def merge(self):
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
        while self.killed["merge"] < self.kills["merge"]:
            inputs_now = self.random.sample(inputs, self.random.randint(1, 3))
            self.kill_once("merge", 0.08, "merge", out, *inputs_now)
            after = self.rows(out)
            self.lost += len(before.keys() - (after or {}).keys())
            before = after or {}
            if len(before) == len(runs):
                out.unlink()
                before = {}
        done = self.sparsio("merge", out, *inputs)
        assert done.returncode == 0, done.stderr
        self.lost += len(set(runs) - self.rows(out).keys())

    def all(self):
        self.sweep("sweep", self.folder / "sweep.h5")
        tasks = self.folder / "task.cases"
        listed = self.sparsio("run", self.config, "--dry-run").stdout.splitlines()
        tasks.write_text("".join(line.split()[0] + "\n" for line in listed[::2]))
        self.sweep("task", self.folder / "task.h5", "--only", tasks)
        self.merge()
        for name, count in self.killed.items():
            print(f"kills of a {name}: {count}")
        print(f"finished rows lost: {self.lost}\nunreadable files: {self.unreadable}\nrows there twice: {self.twice}\n"
              f"finished rows run again: {self.again}")
        return 1 if self.lost + self.unreadable + self.twice + self.again else 0


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--kills", type=int, default=200)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--program", default=str(ROOT / "build/release/sparsio"))
    given = options.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="sparsio-kill-"))
    try:
        return Harness(given.program, given.kills, given.seed, folder).all()
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main())
