"""What the tests of ranks share: how they are started, found and, where there is no MPI, skipped."""

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("SPARSIO_PROGRAM", ROOT / "build/release/sparsio"))
ENVIRONMENT = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1", OMP_NUM_THREADS="1")
MPIRUN = ["mpirun", "--oversubscribe", "--bind-to", "none"]


def reason_to_skip():
    if not PROGRAM.exists():
        return f"no {PROGRAM}: build it"
    if shutil.which("mpirun") is None:
        return "there is no mpirun on PATH; install openmpi-bin"
    version = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True).stdout
    if any(line.split()[:1] == ["library.mpi"] and "not in this build" in line for line in version.splitlines()):
        return "this sparsio was built without MPI"
    return ""


reason = reason_to_skip()


def ranks_of(process):
    """Process ids of the ranks below this mpirun."""
    found = subprocess.run(["ps", "-o", "pid=,comm=", "--ppid", str(process.pid)], capture_output=True, text=True)
    return [int(line.split()[0]) for line in found.stdout.splitlines() if line.split()[1] == PROGRAM.name]
