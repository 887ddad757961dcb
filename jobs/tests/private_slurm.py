"""private_slurm: a Slurm of one's own on loopback: munged, slurmctld and a slurmd for each virtual node.

Ports are taken from the kernel, everything lives in one folder, and just the processes started here are stopped. Each
slurmd has a host name of its own (a UTS namespace), so that the nodes are told apart in results. Needs root, to start
daemons that start jobs as their users; there is no accounting and no cgroup.
"""

import os
import shutil
import socket
import subprocess
import time
from datetime import datetime, timedelta
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "srun", "scontrol", "squeue", "scancel", "unshare")


def reason_to_skip():
    """Why there can be no private Slurm here; empty if there can."""
    path = os.environ["PATH"] + ":/usr/sbin:/sbin"
    missing = [name for name in PROGRAMS if shutil.which(name, path=path) is None]
    if missing:
        return f"no {', '.join(missing)}: install slurmctld slurmd slurm-client munge"
    if os.geteuid() != 0:
        return "not root, who may start slurmd"
    if subprocess.run(["unshare", "--uts", "true"], capture_output=True).returncode != 0:
        return "no UTS namespaces here, so that virtual nodes would share a host name"
    return ""


def free_ports(count):
    """Ports nobody has now; held together while they are chosen, so that they differ."""
    held = [socket.socket() for _ in range(count)]
    for one in held:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


def wait_until(what, condition, seconds=120, pause=0.05, explain=str):
    """Asks again until it is true; fails after `seconds`, which are for a machine that does much else, saying what did
    not come, and what explain() knows."""
    end = time.monotonic() + seconds
    while not (result := condition()):
        assert time.monotonic() < end, f"after {seconds} s still not: {what}\n{explain()}"
        time.sleep(pause)
    return result


class PrivateSlurm:
    def __init__(self, folder, nodes=3, cpus=2):
        self.folder = Path(folder)
        self.nodes = [f"n{k + 1}" for k in range(nodes)]
        self.processes = []
        for name in ("etc", "run", "log", "state", "spool", "munge"):
            (self.folder / name).mkdir(parents=True)
        self.environment = dict(os.environ, SLURM_CONF=str(self.folder / "etc/slurm.conf"),
                                PATH=os.environ["PATH"] + ":/usr/sbin:/sbin")
        self._write_configuration(cpus)

    def _write_configuration(self, cpus):
        at = self.folder
        at.chmod(0o755)
        (at / "munge").chmod(0o700)
        key = at / "munge/munge.key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o400)
        controller, *ports = free_ports(1 + len(self.nodes))
        lines = f"""ClusterName=private
SlurmctldHost={socket.gethostname()}(127.0.0.1)
SlurmctldPort={controller}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket={at}/run/munge.socket
SlurmctldPidFile={at}/run/slurmctld.pid
SlurmdPidFile={at}/run/slurmd.%n.pid
SlurmdSpoolDir={at}/spool/%n
TmpFS={at}/tmp/%n
StateSaveLocation={at}/state
SlurmctldLogFile={at}/log/slurmctld.log
SlurmdLogFile={at}/log/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SlurmdParameters=config_overrides
SwitchType=switch/none
MpiDefault=none
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=1,bf_interval=1,sched_min_interval=100000,batch_sched_delay=0
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
JobRequeue=1
KillWait=2
MinJobAge=3600
SlurmctldTimeout=30
SlurmdTimeout=30
ReturnToService=0
PlugStackConfig={at}/etc/plugstack.conf
""".splitlines()
        for name, port in zip(self.nodes, ports):
            lines.append(f"NodeName={name} NodeHostname={name} NodeAddr=127.0.0.1 Port={port} CPUs={cpus} "
                         "RealMemory=1000 State=UNKNOWN")
        lines.append(f"PartitionName=all Nodes={','.join(self.nodes)} Default=YES MaxTime=1440 DefaultTime=10 State=UP")
        (at / "etc/plugstack.conf").write_text("")
        (at / "etc/slurm.conf").write_text("\n".join(lines) + "\n")

    def _start(self, *command):
        log = open(self.folder / "log" / f"{Path(command[0]).name}.{len(self.processes)}.out", "wb")
        self.processes.append(subprocess.Popen(command, env=self.environment, stdout=log, stderr=log,
                                               stdin=subprocess.DEVNULL))

    def start(self):
        at = self.folder
        self._start("munged", "--foreground", f"--key-file={at}/munge/munge.key", f"--socket={at}/run/munge.socket",
                    f"--pid-file={at}/run/munged.pid", f"--log-file={at}/log/munged.log",
                    f"--seed-file={at}/munge/munged.seed", "--num-threads=2")
        wait_until("munged has its socket", (at / "run/munge.socket").exists)
        self._start("slurmctld", "-D", "-i")
        for name in self.nodes:
            (at / "spool" / name).mkdir()
            (at / "tmp" / name).mkdir(parents=True)  # pmix names a folder there by job and step only
            self._start("unshare", "--uts", "sh", "-c", f"hostname {name}; exec slurmd -D -N {name}")
        wait_until("all nodes are idle", lambda: self.states() == {"idle"})

    def stop(self):
        if len(self.processes) > 1 and self.processes[1].poll() is None:
            self.run("scancel", "--user=root", check=False)
        for process in reversed(self.processes):
            process.terminate()
        for process in reversed(self.processes):
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()

    def run(self, *command, check=True, cwd=None):
        done = subprocess.run([str(word) for word in command], env=self.environment, capture_output=True, text=True,
                              timeout=100, cwd=cwd)
        assert not check or done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done

    def states(self):
        done = self.run("sinfo", "-h", "-N", "-o", "%T", check=False)
        return set(done.stdout.split())

    def facts(self, job):
        """What scontrol says of a job or a task of one, "12" or "12_1", as a dictionary a task."""
        done = self.run("scontrol", "-o", "show", "job", job, check=False)
        return [dict(word.split("=", 1) for word in line.split() if "=" in word) for line in done.stdout.splitlines()]

    def in_state(self, job, *states):
        facts = self.facts(job)
        return bool(facts) and all(one["JobState"] in states for one in facts)

    def begin_soon(self, job):
        """A requeued job waits two minutes unless it is told not to. Three seconds it must: a node remembers to the
        second which job it has ended, and refuses to start that at the same time."""
        soon = datetime.now() + timedelta(seconds=10)
        for one in self.facts(job):
            eligible = one["EligibleTime"]  # when the wait is over; "Unknown" for a moment
            if one["JobState"] == "PENDING" and eligible != "Unknown" and datetime.fromisoformat(eligible) > soon:
                self.run("scontrol", "update", f"JobId={one['JobId']}", "StartTime=now+3", check=False)
