"""Bad days: a disk that is full, a file another run holds, a clock that goes backwards, a kill at any moment.

What is claimed, of the release program as it is: an error is one clear line; what was there before is still there, whole;
nothing half-written is left; and the same command afterwards gives what an undisturbed run gives.
"""

import fcntl
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time

import pytest
from built_program import PROGRAM, needs_program, sparsio
from conftest import ANALYSIS

pytestmark = needs_program

CONFIG = """
network = "mlp:widths=60x4,density=0.2"
inputs = "images:count=24"
memory = [20, 40, 80]
policy = ["lru", "min"]
repetitions = 1
[[sweep]]
order = ["by_target", "by_source"]
engine = ["connection_list"]
"""
CASES = 12
COLUMNS = ("run", "network", "order", "policy", "memory", "reads", "writes", "categories", "status")


@pytest.fixture(name="config")
def config_of_twelve_cases(tmp_path):
    path = tmp_path / "c.toml"
    path.write_text(CONFIG)
    return path


def run(config, out, **options):
    return sparsio("run", config, "--out", out, **options)


def rows(out):
    """What of a results file must not depend on when and how it came about."""
    found = json.loads(sparsio("export", out, "--json").stdout)
    found = found["runs"] if isinstance(found, dict) else found
    return sorted(tuple(str(row.get(name)) for name in COLUMNS) for row in found)


@pytest.fixture(name="undisturbed", scope="module")
def rows_of_an_undisturbed_run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("undisturbed")
    (folder / "c.toml").write_text(CONFIG)
    out = folder / "c.h5"
    assert run(folder / "c.toml", out).returncode == 0
    found = rows(out)
    assert len(found) == CASES and all(row[-1] == "ok" for row in found)
    return found


def full_disk(room):
    """Files may not grow beyond `room` bytes; a write beyond it fails as on a full disk, instead of a signal."""
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    return {"preexec_fn": limit, "restore_signals": False}


def partial_files(folder):
    return [path.name for path in folder.rglob("*") if "partial" in path.name]


def is_one_clear_line(answer):
    lines = [line for line in answer.stderr.splitlines() if line.startswith("sparsio: ")]
    return answer.returncode == 1 and len(lines) == 1 and "cannot be written" in lines[0]


@pytest.mark.parametrize("room", (0, 700, 6000, 20000))
def test_a_full_disk_while_a_sweep_writes(config, undisturbed, tmp_path, room):
    out = tmp_path / "f.h5"
    answer = run(config, out, **full_disk(room))
    if answer.returncode != 0:
        assert is_one_clear_line(answer), answer.stderr
    assert not partial_files(tmp_path)
    if out.exists():
        rows(out)  # whole, or this fails
    again = run(config, out)
    assert again.returncode == 0, again.stderr
    assert rows(out) == undisturbed


def test_a_full_disk_leaves_old_results_as_they_were(config, undisturbed, tmp_path):
    out = tmp_path / "f.h5"
    assert run(config, out).returncode == 0
    before = out.read_bytes()
    more = tmp_path / "more.toml"
    more.write_text(CONFIG.replace("[20, 40, 80]", "[20, 40, 80, 90, 100, 110]"))
    answer = run(more, out, **full_disk(len(before) // 2))
    assert is_one_clear_line(answer), answer.stderr
    assert out.read_bytes() == before and not partial_files(tmp_path)
    assert run(more, out).returncode == 0
    assert len(rows(out)) == 2 * CASES and set(undisturbed) <= set(rows(out))


@pytest.mark.parametrize("name", ("n.h5", "n.edges.gz", "n.mtx", "n.smtx"))
def test_a_full_disk_while_a_network_is_written(tmp_path, name):
    out = tmp_path / name
    spec = "random_dag:neurons=300,density=0.5" if name == "n.h5" else "high_girth:layers=1,neurons=4096"
    if name in ("n.edges.gz", "n.mtx"):
        assert sparsio("generate", "high_girth:layers=1,neurons=4096", "--out", tmp_path / "p.smtx").returncode == 0
        spec = tmp_path / "p.smtx"
    answer = sparsio("generate", spec, "--out", out, **full_disk(9000))
    assert is_one_clear_line(answer) and "make room" in answer.stderr, answer.stderr
    assert not out.exists() and not partial_files(tmp_path)
    assert sparsio("generate", spec, "--out", out).returncode == 0


def test_a_full_disk_while_a_report_is_written(config, tmp_path):
    out, page = tmp_path / "r.h5", tmp_path / "r.html"
    assert run(config, out).returncode == 0
    page.write_text("the old page")
    names = sorted(path.name for path in tmp_path.iterdir())
    answer = subprocess.run([sys.executable, ANALYSIS / "report.py", out, "--out", page], capture_output=True, text=True,
                            check=False, **full_disk(3000))
    assert answer.returncode == 1 and answer.stderr.splitlines()[-1].startswith("report.py: "), answer.stderr
    assert "Traceback" not in answer.stderr
    assert page.read_text() == "the old page" and sorted(path.name for path in tmp_path.iterdir()) == names


def test_stdout_on_a_full_device():
    if not os.path.exists("/dev/full"):
        pytest.skip("no /dev/full")
    with open("/dev/full", "w") as full:
        answer = subprocess.run([PROGRAM, "list"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert answer.returncode == 1 and "standard output" in answer.stderr


def test_results_that_another_run_holds(config, undisturbed, tmp_path):
    out = tmp_path / "l.h5"
    assert run(config, out).returncode == 0
    more = tmp_path / "more.toml"
    more.write_text(CONFIG.replace("80]", "81]"))
    before = out.read_bytes()
    with open(f"{out}.journal", "ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        answer = run(more, out)
    assert answer.returncode == 1 and "another run is writing this journal" in answer.stderr
    assert out.read_bytes() == before
    assert run(more, out).returncode == 0
    assert set(undisturbed) <= set(rows(out))


CLOCK = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/time.h>
#include <time.h>
static time_t hours;  /* every look at the calendar is an hour before the last */
int clock_gettime(clockid_t id, struct timespec* now) {
  static int (*real)(clockid_t, struct timespec*);
  if (!real) real = (int (*)(clockid_t, struct timespec*))dlsym(RTLD_NEXT, "clock_gettime");
  const int result = real(id, now);
  if (id == CLOCK_REALTIME) now->tv_sec -= 3600 * ++hours;
  return result;
}
time_t time(time_t* at) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (at) *at = now.tv_sec;
  return now.tv_sec;
}
int gettimeofday(struct timeval* at, void* zone) {
  struct timespec now;
  (void)zone;
  clock_gettime(CLOCK_REALTIME, &now);
  at->tv_sec = now.tv_sec;
  at->tv_usec = now.tv_nsec / 1000;
  return 0;
}
"""


def test_a_clock_that_goes_backwards(config, undisturbed, tmp_path):
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang-14")
    if compiler is None:
        pytest.skip("no C compiler to make the clock with")
    (tmp_path / "clock.c").write_text(CLOCK)
    clock = tmp_path / "clock.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-o", clock, tmp_path / "clock.c", "-ldl"], check=True)
    out = tmp_path / "b.h5"
    answer = run(config, out, env={**os.environ, "LD_PRELOAD": str(clock)})
    assert answer.returncode == 0, answer.stderr
    assert rows(out) == undisturbed
    again = run(config, out)
    assert again.returncode == 0 and "0 run now" in again.stderr


@pytest.mark.parametrize("kill", (signal.SIGINT, signal.SIGTERM, signal.SIGKILL), ids=lambda kill: kill.name)
def test_a_kill_at_any_moment(config, undisturbed, tmp_path, kill):
    """Moments are drawn over twice the time a run takes, so that start, cases, writing and end are all met: five of
    them, and more until one has come before the end."""
    start = time.monotonic()
    assert run(config, tmp_path / "whole.h5").returncode == 0
    takes = time.monotonic() - start
    draw = random.Random(kill.value)
    stopped = 0
    attempts = 0
    while attempts < 5 or (stopped == 0 and attempts < 100):
        out = tmp_path / f"k{attempts}.h5"
        attempts += 1
        with subprocess.Popen([PROGRAM, "run", config, "--out", out], stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE) as process:
            try:
                process.wait(timeout=draw.uniform(0.0, 2 * takes))
            except subprocess.TimeoutExpired:
                process.send_signal(kill)
                process.wait(timeout=60)
            stopped += process.returncode != 0
        if out.exists():
            rows(out)  # whole, or this fails
        again = run(config, out)
        assert again.returncode == 0, again.stderr
        assert rows(out) == undisturbed
        assert not os.path.exists(f"{out}.journal")
        for name in partial_files(tmp_path):  # only a kill that cannot be caught may leave one, and it is ignored
            assert kill == signal.SIGKILL, name
    assert stopped > 0
