#!/usr/bin/env python3
"""slow_network: ranks on two hosts joined by a network that is slow for real, on one machine.

    python3 jobs/slow_network.py [--rate 1gbit] [--delay 0] [--ranks 2] [--partitioners random contiguous joint]

Two hosts are two network namespaces, each with a host name of its own, joined by a veth pair. What leaves either end
goes through a token bucket (tbf), and waits for the delay where the kernel has netem. Open MPI starts its daemon on the
second host by an agent that enters that namespace, where it would use ssh, and may use nothing but TCP between the
hosts; ranks of one host share memory. So words that cross the network cost what they would cost there.

Each partitioner's case runs there in turn. Printed: words, messages, the seconds of a run and of its exchange, and
both ratios to the first partitioner: where the network's bandwidth is all, the ratio of times is that of words. The
namespaces end with this program, whatever ends it. Root is not needed where users may make namespaces.

Exit code 0: every row is ok; 1: bad input; 2: a row is not ok; 77: this machine forbids it, and why is said.
"""

import ctypes
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "analysis")]

from command_line import Parser

FORBIDDEN = 77
INSIDE = "SPARSIO_INSIDE_SLOW_NETWORK"  # set for the second start, within the namespaces
SUBNET, FIRST, SECOND = "10.77.0.0/24", "10.77.0.1", "10.77.0.2"
NEEDS = {"ip": "iproute2", "tc": "iproute2", "unshare": "util-linux", "nsenter": "util-linux", "mpirun": "openmpi-bin"}


class Forbidden(Exception):
    """What this machine does not allow, as its kernel says it."""


def namespace_words(is_root):
    """How this program starts itself again where it may make networks."""
    kinds = ["--net", "--uts"] if is_root else ["--user", "--map-root-user", "--net", "--uts"]
    return ["unshare", *kinds]


def link_lines(second, rate, burst, delay):
    """The commands that join the hosts, in their order; `second` is the process that holds the second host."""
    there = f"nsenter --target {second} --net"
    lines = ["hostname slow-first", f"nsenter --target {second} --uts hostname slow-second",
             f"ip link add veth-first type veth peer name veth-second netns {second}"]
    for enter, name, address in (("", "first", FIRST), (there, "second", SECOND)):
        lines += [f"{enter} ip link set lo up", f"{enter} ip address add {address}/24 dev veth-{name}",
                  f"{enter} ip link set veth-{name} up",
                  f"{enter} tc qdisc add dev veth-{name} root handle 1: tbf rate {rate} burst {burst} latency 50ms"]
        if delay != "0":
            lines.append(f"{enter} tc qdisc add dev veth-{name} parent 1:1 handle 2: netem delay {delay}")
    return [line.split() for line in lines]


def mpirun_words(ranks, agent):
    """Half of the ranks on each host, TCP between them."""
    slots = (ranks + 1) // 2
    return ["mpirun", "--oversubscribe", "--bind-to", "none", "--map-by", "slot", "-n", str(ranks),
            "--host", f"{FIRST}:{slots},{SECOND}:{slots}",
            "--mca", "plm", "rsh", "--mca", "plm_rsh_agent", str(agent), "--mca", "btl", "self,vader,tcp",
            "--mca", "pml", "ob1", "--mca", "btl_tcp_if_include", SUBNET, "--mca", "oob_tcp_if_include", SUBNET]


def agent_text(second):
    """Called as ssh would be: a host, and the words of a command."""
    return ("#!/bin/sh\n# The second host is the namespaces of a process.\nshift\n"
            f'exec nsenter --target {second} --net --uts sh -c "$*"\n')


def die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def attempt(words):
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode != 0:
        raise Forbidden(f"{' '.join(words)}: {' '.join((done.stderr or done.stdout).split()) or done.returncode}")


def missing_programs():
    return [f"there is no {name}; install {package}" for name, package in NEEDS.items() if shutil.which(name) is None]


def second_host():
    """A process that holds the second host; it has entered it when it has said a word."""
    process = subprocess.Popen(["unshare", "--net", "--uts", "sh", "-c", "echo here; exec sleep 86400"],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=die_with_parent)
    if process.stdout.readline() != "here\n":
        raise Forbidden(f"a second network namespace: {' '.join(process.communicate()[1].split())}")
    return process


def run_row(options, agent, partitioner):
    words = [*mpirun_words(options.ranks, agent), options.program, "infer", "--network", options.network, "--inputs",
             options.inputs, "--engine", options.engine, "--threads", "1", "--driver", "model", "--partitioner",
             partitioner, "--repetitions", str(options.repetitions), "--json"]
    if options.panel:
        words += ["--panel", str(options.panel)]
    environment = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1", OMP_NUM_THREADS="1")
    done = subprocess.run(words, capture_output=True, text=True, env=environment, timeout=options.time_limit)
    try:
        return json.loads(done.stdout)
    except ValueError:
        return {"status": "error", "error": " ".join(done.stderr.split())[-400:]}


def table(rows):
    """Lines of figures, apart by tabs; ratios are to the first row that is ok."""
    lines = ["partitioner\tstatus\twords\tmessages\tseconds\texchange_seconds\tratio_of_words\tratio_of_seconds"
             "\tratio_of_exchange_seconds"]
    first = None
    for name, row in rows:
        if row.get("status") != "ok":
            lines.append(f"{name}\t{row.get('status')}: {row.get('error', '')}")
            continue
        first = first or row
        figures = [row[key] for key in ("words", "messages", "seconds", "exchange_seconds")]
        ratios = [row[key] / first[key] if first[key] else float("nan")
                  for key in ("words", "seconds", "exchange_seconds")]
        lines.append("\t".join([name, "ok", *(f"{value:.6g}" for value in figures), *(f"{r:.3f}" for r in ratios)]))
    return lines


def within(options):
    """In the first host, as its root."""
    second = second_host()
    folder = Path(tempfile.mkdtemp(prefix="sparsio-slow-"))
    try:
        for words in link_lines(second.pid, options.rate, options.burst, options.delay):
            attempt(words)
        agent = folder / "agent"
        agent.write_text(agent_text(second.pid))
        agent.chmod(agent.stat().st_mode | stat.S_IXUSR)
        rows = []
        for name in options.partitioners:
            rows.append((name, run_row(options, agent, name)))
            print(f"{name}: {rows[-1][1].get('status')}", file=sys.stderr)
    finally:
        second.kill()
        second.wait()
        shutil.rmtree(folder)
    cores = len(os.sched_getaffinity(0))
    beside = "" if options.ranks <= cores else f"; oversubscribed: {options.ranks} ranks on {cores} processors"
    print(f"# measured: {options.ranks} ranks on two hosts, {options.rate} between them, delay {options.delay}; "
          f"{options.network}, {options.inputs}{beside}")
    print("\n".join(table(rows)))
    return 0 if all(row.get("status") == "ok" for _, row in rows) else 2


def options_of(words):
    parser = Parser(prog="slow_network.py", description=__doc__.splitlines()[0])
    parser.add_argument("--rate", default="1gbit", help="of each direction, as tc has it")
    parser.add_argument("--burst", default="128kb", help="bytes that may pass at once")
    parser.add_argument("--delay", default="0", help="of each direction, as netem has it (100us); 0: none")
    parser.add_argument("--ranks", type=int, default=2)
    parser.add_argument("--partitioners", nargs="+", default=["random", "contiguous", "joint"])
    parser.add_argument("--network", default="radix_net:neurons=1024,layers=120")
    parser.add_argument("--inputs", default="images:count=240")
    parser.add_argument("--engine", default="csr")
    parser.add_argument("--panel", type=int, default=0, help="inputs a message; 0: as sparsio chooses")
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--time-limit", type=float, default=240, help="seconds of a row")
    parser.add_argument("--program", default=os.environ.get("SPARSIO_PROGRAM", str(ROOT / "build/release/sparsio")))
    parser.add_argument("--plan", action="store_true", help="print the commands, run none")
    options = parser.parse_args(words)
    if options.ranks < 2:
        parser.error(f"--ranks: {options.ranks} ranks send nothing over a network; give 2 or more")
    return options


def main(words):
    options = options_of(words)
    if options.plan:
        print(" ".join(namespace_words(os.geteuid() == 0)))
        for line in link_lines("SECOND", options.rate, options.burst, options.delay):
            print(" ".join(line))
        print(" ".join(mpirun_words(options.ranks, "AGENT")))
        return 0
    try:
        if missing := missing_programs():
            raise Forbidden(missing[0])
        if INSIDE in os.environ:
            return within(options)
        attempt([*namespace_words(os.geteuid() == 0), "true"])
    except Forbidden as reason:
        print(f"slow_network: skipped: {reason}", file=sys.stderr)
        return FORBIDDEN
    except subprocess.TimeoutExpired:
        print(f"slow_network: a row took more than {options.time_limit} s; give --time-limit", file=sys.stderr)
        return 2
    # What joins the hosts is a child, so that nothing of this process's own namespaces changes.
    return subprocess.run([*namespace_words(os.geteuid() == 0), sys.executable, __file__, *words],
                          env=dict(os.environ, **{INSIDE: "1"})).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
