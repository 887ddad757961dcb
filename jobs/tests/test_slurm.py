"""submit, merge and status against a real Slurm: whatever happens, every row is there once in the end, or says why not.

What happens in the middle of a case happens to a program that stands still: it is stopped as soon as its journal has
enough rows, the blow is struck, and only when that has arrived does it go on. So nothing here depends on who is faster.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "jobs"))
sys.path.insert(0, str(ROOT / "analysis"))
sys.path.insert(0, str(ROOT / "analysis" / "tests"))

import required_modules
import tutorial
from kill_harness import Harness
from private_slurm import PrivateSlurm, reason_to_skip, wait_until
from train_digits import DIGITS

PROGRAM = Path(os.environ.get("SPARSIO_PROGRAM", ROOT / "build/release/sparsio"))
ENDED = ("COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL")

reason = reason_to_skip() or ("" if PROGRAM.exists() else f"no {PROGRAM}: build it")
pytestmark = pytest.mark.skipif(bool(reason), reason=reason)

# Eight cases of some 50 ms, enough to be met in the middle, then eight quick ones.
SLOW = """network = ["mlp:widths=250x5,density=0.3", "mlp:widths=40x4,density=0.4"]
memory = [10, 40, 160, 640]
order = ["by_target", "blocks"]
policy = "min"
"""
CASES = 16
QUICK = """network = "mlp:widths=30x4,density=0.3"
memory = [4, 8, 16]
policy = ["lru", "min"]
"""


@pytest.fixture(scope="module")
def slurm():
    folder = tempfile.mkdtemp(prefix="sparsio-slurm-")  # munged wants a path that everybody may walk; pytest's is not
    cluster = PrivateSlurm(folder)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


class Sweep:
    def __init__(self, slurm, folder, config):
        self.slurm = slurm
        self.folder = folder
        self.config = folder / "s.toml"
        self.config.write_text(config)
        self.out = folder / "out" / "s.h5"
        self.out.parent.mkdir(exist_ok=True)

    def sparsio(self, *words, check=True):
        return self.slurm.run(PROGRAM, *words, check=check, cwd=self.folder)

    def submit(self, *words, check=True):
        return self.sparsio("submit", self.config, "--out", self.out, *words, check=check)

    def send(self, *words):
        self.job = self.submit(*words).stdout.strip()
        assert self.job
        return self.job

    def status(self):
        done = self.sparsio("status", self.out, "--json", check=False)
        return json.loads(done.stdout)

    def log(self):
        return "".join(path.read_text() for path in sorted(self.out.with_suffix(".tasks").glob("*/task-*.log")))

    def story(self):
        """What is known of a sweep that did not end as it should."""
        logs = sorted(self.out.with_suffix(".tasks").glob("*/*.log"))
        return "\n".join([json.dumps(self.status()), self.slurm.run("scontrol", "-o", "show", "job", check=False).stdout]
                         + [f"{path}:\n{path.read_text()}" for path in logs])

    def finished(self):
        """Rows in the journals of tasks, without asking the program."""
        journals = self.out.with_suffix(".tasks").glob("*/task-*.h5.journal")
        return sum(path.read_bytes().count(b'"finished"') for path in journals)

    def processes(self):
        """The programs that run tasks of this sweep now: not srun, nor the shell around it."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue  # ended meanwhile
            if words[0].endswith(b"/sparsio") and str(self.out.parent).encode() in b" ".join(words[1:]):
                found.append(int(entry.name))
        return found

    def stop_in_the_middle(self, rows):
        """Stops the task when that many rows are in its journal, in the case after them."""
        def is_there():
            return self.finished() >= rows and self.processes()
        stopped = wait_until(f"{rows} rows are finished", is_there, pause=0.002)
        for process in stopped:
            os.kill(process, signal.SIGSTOP)
        assert self.finished() < CASES, "it was over before it could be stopped"
        return stopped

    def go_on(self, stopped):
        for process in stopped:
            try:
                os.kill(process, signal.SIGCONT)
            except ProcessLookupError:
                pass

    def wait_for_end(self):
        def ended():
            if self.slurm.in_state(self.job, *ENDED):
                return True
            self.slurm.begin_soon(self.job)
            return False
        wait_until("every task has ended", ended, explain=self.story)

    def wait_for_requeue(self):
        wait_until("the task is back in the queue",
                   lambda: any(int(one.get("Restarts", 0)) > 0 for one in self.slurm.facts(self.job)),
                   explain=self.story)

    def check_complete(self, cases):
        """All rows once and ok, after the merge that follows the array, and nothing left to send."""
        def merged():
            self.slurm.begin_soon(self.job)
            return self.out.exists() and len(self.rows()) == cases
        wait_until(f"{cases} rows are merged", merged, explain=self.story)
        rows = self.rows()
        assert len({row["run"] for row in rows}) == cases
        assert {row["status"] for row in rows} == {"ok"}
        assert "0 to send" in self.submit().stderr
        return rows

    def rows(self):
        done = self.sparsio("export", self.out, "--json", check=False)
        return json.loads(done.stdout) if done.returncode == 0 else []


@pytest.fixture
def sweep(slurm, tmp_path):
    return lambda config: Sweep(slurm, tmp_path, config)


def test_an_array_runs_every_case_once_and_merges(sweep):
    one = sweep(QUICK)
    script = one.submit("--dry-run", "--wall", "0.001").stdout
    assert "#SBATCH --cpus-per-task=2" not in script and "srun -N 1 -n 1 -c 1 " in script
    assert not one.out.with_suffix(".tasks").exists(), "--dry-run leaves nothing"
    refused = one.submit("--wall", "0.0001", "--most", "2", check=False)
    assert refused.returncode == 1 and "give --yes" in refused.stderr
    one.send("--wall", "0.0007", "--cpus-per-task", "2")
    one.wait_for_end()
    rows = one.check_complete(6)
    assert {row["host"] for row in rows} <= {"n1", "n2", "n3"}
    assert len(list(one.out.with_suffix(".tasks").glob("1/task-*.h5"))) > 1


def test_an_mpi_step_over_two_nodes(sweep):
    one = sweep(SLOW)
    one.send("--nodes", "2", "--ntasks", "2", "--launcher", "srun --mpi=pmix")
    one.wait_for_end()
    one.check_complete(CASES)
    log, = one.out.with_suffix(".tasks").glob("1/task-1.log")
    assert f"{CASES} cases on 2 ranks" in log.read_text()
    assert not list(one.out.with_suffix(".tasks").glob("1/*.journal")), "what the ranks wrote has been merged"


def test_cases_of_ranks_that_divide_rows_over_two_nodes(sweep):
    one = sweep("""network = "radix_net:neurons=1024,layers=3"
inputs = "images:count=40"
engine = "csr"
panel = 20
threads = 1
driver = "model"
ranks = [1, 2]
partitioner = ["contiguous", "twins"]
repetitions = 1
""")
    one.send("--nodes", "2", "--ntasks", "2", "--launcher", "srun --mpi=pmix")
    one.wait_for_end()
    rows = one.check_complete(4)
    for row in rows:
        assert (row["words"] > 0) == (row["ranks"] == 2) and "as the partition predicts" in row["verified"], row
    assert len({row["category_count"] for row in rows}) == 1


def test_the_job_of_ranks_works_by_hand_over_two_nodes(slurm, tmp_path):
    (tmp_path / "s.toml").write_text("""network = "radix_net:neurons=1024,layers=3"
inputs = "images:count=40"
engine = "csr"
threads = 1
driver = "model"
ranks = [1, 2]
repetitions = 1
""")
    slurm.environment.update(SPARSIO=str(PROGRAM))
    sent = slurm.run("sbatch", "--parsable", "--ntasks=2", "--nodes=2", "--output=log", ROOT / "jobs/ranks.sbatch",
                     "s.toml", "s.h5", cwd=tmp_path)
    job = sent.stdout.strip()
    wait_until("the job has ended", lambda: slurm.in_state(job, *ENDED))
    assert slurm.in_state(job, "COMPLETED"), (tmp_path / "log").read_text()
    rows = json.loads(slurm.run(PROGRAM, "export", "s.h5", "--json", cwd=tmp_path).stdout)
    assert {(row["ranks"], row["status"]) for row in rows} == {(1, "ok"), (2, "ok")}


def test_what_waits_in_the_queue_is_not_sent_again(sweep):
    one = sweep(QUICK)
    one.send("--directive=--begin=now+1hour")
    again = one.submit()
    assert "6 in the queue, 0 to send" in again.stderr and again.stdout == ""
    one.slurm.run("scancel", one.job)
    one.wait_for_end()
    assert "6 to send" in one.submit("--dry-run").stderr


def pending(process, number):
    """Has the signal arrived at a process that stands still?"""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    masks = [int(line.split()[1], 16) for line in lines if line.startswith(("SigPnd", "ShdPnd"))]
    return any(mask >> (number - 1) & 1 for mask in masks)


def test_the_warning_ends_the_case_and_the_rest_follows_after_a_requeue(sweep):
    one = sweep(SLOW)
    one.send()
    program, = one.stop_in_the_middle(2)
    assert one.status()["running"] <= 1  # 0 between two cases
    one.slurm.run("scancel", "--batch", "--signal=USR1", f"{one.job}_1")
    wait_until("the warning is at the program", lambda: pending(program, signal.SIGUSR1))
    one.go_on([program])
    one.wait_for_requeue()
    assert "warned before the time limit" in one.log()
    before = one.status()
    assert before["interrupted"] == 0 and 2 <= before["ok"] < CASES, before
    one.wait_for_end()
    one.check_complete(CASES)


def test_a_killed_program_and_a_requeue_lose_nothing(sweep):
    one = sweep(SLOW)
    one.send("--launcher", "none")
    program, = one.stop_in_the_middle(2)
    os.kill(program, signal.SIGKILL)
    one.wait_for_end()
    kept = one.status()
    assert 2 <= kept["ok"] < CASES and kept["interrupted"] <= 1
    one.send()
    program, = one.stop_in_the_middle(kept["ok"] + 1)
    one.slurm.run("scontrol", "requeue", f"{one.job}_1")
    one.wait_for_requeue()
    one.wait_for_end()
    one.check_complete(CASES)


def test_a_node_set_down_in_the_middle(sweep):
    one = sweep(SLOW)
    one.send()
    stopped = one.stop_in_the_middle(1)
    node = one.slurm.facts(f"{one.job}_1")[0]["NodeList"]
    one.slurm.run("scontrol", "update", f"NodeName={node}", "State=DOWN", "Reason=test")
    try:
        one.go_on(stopped)
        one.wait_for_end()
        # If the node is still at it when the requeued task starts elsewhere, that one finds the results in use and ends.
        wait_until("nobody writes any more", lambda: not one.processes())
        if one.status()["ok"] < CASES:
            one.send()
            one.wait_for_end()
        else:
            one.sparsio("merge", one.out)
        assert node in {row["host"] for row in one.check_complete(CASES)}
    finally:
        one.slurm.run("scontrol", "update", f"NodeName={node}", "State=RESUME", check=False)
        wait_until("all nodes are back", lambda: one.slurm.states() == {"idle"})


def test_cancelled_tasks_are_sent_again(sweep):
    one = sweep(SLOW)
    one.send("--wall", "0.002")
    one.stop_in_the_middle(1)
    one.slurm.run("scancel", one.job)
    one.wait_for_end()
    status = one.status()
    assert status["running"] == 0 and status["missing"] > 0
    one.send()
    one.wait_for_end()
    one.check_complete(CASES)


def test_a_bad_partition_is_refused_with_a_reason_and_leaves_nothing(sweep):
    one = sweep(QUICK)
    refused = one.submit("--partition", "nowhere", check=False)
    assert refused.returncode == 1
    assert "invalid partition specified: nowhere" in refused.stderr
    assert list(one.out.with_suffix(".tasks").glob("*")) == []


def test_a_full_results_disk_says_so_and_the_rest_is_sent_when_there_is_room(sweep, tmp_path):
    disk = tmp_path / "out"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40k", "tmpfs", disk], capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"no tmpfs can be mounted here: {mounted.stderr}")
    try:
        one = sweep(SLOW)
        # The log is elsewhere, or it would be as lost as the results.
        one.send(f"--directive=--output={tmp_path}/task.log")
        one.wait_for_end()
        assert "No space left on device" in (tmp_path / "task.log").read_text()
        assert one.status()["ok"] < CASES
        subprocess.run(["mount", "-o", "remount,size=16m", disk], check=True)
        one.send()
        one.wait_for_end()
        one.check_complete(CASES)
    finally:
        subprocess.run(["umount", "--lazy", disk], check=False)


@pytest.mark.parametrize("script, words", [("graph_challenge.sbatch", []),
                                           ("predicted_vs_measured.sbatch", ["s.toml", "s.h5"]),
                                           ("scaling.sbatch", ["scaling.h5"])])
def test_the_job_scripts_work_by_hand(slurm, tmp_path, script, words):
    (tmp_path / "s.toml").write_text(QUICK + 'engine = "csr"\ninputs = "images:count=20"\n')
    slurm.environment.update(SPARSIO=str(PROGRAM), LAYERS="4", COUNT="50")
    sent = slurm.run("sbatch", "--parsable", "--cpus-per-task=2", "--output=log", ROOT / "jobs" / script, *words,
                     cwd=tmp_path)
    job = sent.stdout.strip()
    wait_until("the job has ended", lambda: slurm.in_state(job, *ENDED))
    log = (tmp_path / "log").read_text()
    assert slurm.in_state(job, "COMPLETED"), log
    if script.startswith("graph"):
        answer, _ = json.JSONDecoder().raw_decode(log[log.index("{"):])  # both streams are in the log
        assert answer["edges"] == 50 * 4 * 1024 * 32
    else:
        rows = json.loads(slurm.run(PROGRAM, "export", words[-1], "--json", cwd=tmp_path).stdout)
        assert {row["status"] for row in rows} == {"ok"}
        assert script.startswith("predicted") or sorted(row["threads"] for row in rows) == [1, 2]


# Of docs/your-network.md, what its commands for a cluster need, each known by a word.
NEEDED = ("train_digits.py", "digits_0.05.onnx", "cat > digits.toml")


def test_the_sweep_of_a_real_network(slurm, tmp_path):
    if not DIGITS.is_file() or required_modules.missing_modules(["numpy", "h5py", "onnx"]):
        pytest.skip("install python3-sklearn python3-numpy python3-h5py python3-onnx")
    page = tutorial.blocks((ROOT / "docs/your-network.md").read_text())
    variables = tutorial.environment(tmp_path, PROGRAM)
    variables.update(SLURM_CONF=slurm.environment["SLURM_CONF"], PATH=f"{variables['PATH']}:/usr/sbin:/sbin")
    needed = [one for one in page if one.kind == "sh" and any(word in one.commands for word in NEEDED)]
    on_cluster = [one for one in page if one.kind == "sh slurm"]
    assert len(needed) == 3 and len(on_cluster) == 2
    for block in needed:
        tutorial.run(block, tmp_path, variables)
    one = Sweep(slurm, tmp_path, (tmp_path / "digits.toml").read_text())
    one.out = tmp_path / "digits/on_slurm.h5"
    said = tutorial.run(on_cluster[0], tmp_path, variables)
    one.job = re.search(r"^(\d+)$", said, re.MULTILINE)[1]
    one.wait_for_end()
    wait_until("21 rows are merged", lambda: one.out.exists() and len(one.rows()) == 21, explain=one.story)
    rows = one.rows()
    tutorial.run(on_cluster[1], tmp_path, variables)
    assert {row["status"] for row in rows} == {"ok"} and {row["host"] for row in rows} <= {"n1", "n2", "n3"}
    for stem in ("net", "net_0.1", "net_0.5"):
        accuracies = {row["accuracy"] for row in rows if row["network"] == f"digits/{stem}.h5"}
        assert len(accuracies) == 1 and 0.95 <= accuracies.pop() <= 1


def test_kills_of_tasks_lose_nothing(slurm, tmp_path):
    harness = Harness(str(PROGRAM), 5, 1, tmp_path)
    harness.start("task", slurm)
    assert harness.report() == 0, "as printed"
