"""jobs/slow_network.py: its plan, its figures, its refusals, and the network itself where the kernel lets us."""

import importlib.util
import os
import subprocess
import sys

import pytest
from started_ranks import PROGRAM, ROOT, reason

SCRIPT = ROOT / "jobs/slow_network.py"
spec = importlib.util.spec_from_file_location("slow_network", SCRIPT)
slow_network = importlib.util.module_from_spec(spec)
spec.loader.exec_module(slow_network)


def started(*words, **environment):
    return subprocess.run([sys.executable, SCRIPT, *words], capture_output=True, text=True, timeout=200,
                          env=dict(os.environ, SPARSIO_PROGRAM=str(PROGRAM), **environment))


def test_both_ends_are_limited_and_only_a_delay_asks_for_netem():
    lines = [" ".join(words) for words in slow_network.link_lines(7, "1gbit", "128kb", "0")]
    assert [line.split(" tc ")[0] for line in lines if " tbf rate 1gbit " in line and "veth-second" in line] == [
        "nsenter --target 7 --net"]
    assert sum(" tbf rate 1gbit " in line for line in lines) == 2
    assert not any("netem" in line for line in lines)
    delayed = [" ".join(words) for words in slow_network.link_lines(7, "1gbit", "128kb", "100us")]
    assert sum("netem delay 100us" in line for line in delayed) == 2


def test_hosts_share_the_ranks_and_nothing_but_tcp():
    words = slow_network.mpirun_words(5, "agent")
    assert words[words.index("--host") + 1] == "10.77.0.1:3,10.77.0.2:3"
    assert words[words.index("btl_tcp_if_include") + 1] == slow_network.SUBNET


def test_ratios_are_to_the_first_row_that_is_right():
    row = {"status": "ok", "words": 100, "messages": 4, "seconds": 2.0, "exchange_seconds": 1.0}
    half = dict(row, words=50, seconds=1.5, exchange_seconds=0.25)
    lines = slow_network.table([("bad", {"status": "error", "error": "why"}), ("random", row), ("joint", half)])
    assert lines[1] == "bad\terror: why"
    assert lines[3].split("\t") == ["joint", "ok", "50", "4", "1.5", "0.25", "0.500", "0.750", "0.250"]


def test_one_rank_and_a_missing_program_are_refused_with_their_reasons(tmp_path):
    refused = started("--ranks", "1")
    assert refused.returncode == 1 and refused.stderr.count("\n") == 1
    skipped = started(PATH=str(tmp_path))
    assert skipped.returncode == slow_network.FORBIDDEN and "skipped: there is no ip" in skipped.stderr


def test_words_cross_the_network_at_its_rate():
    """At 20 Mbit/s the 12 288 words x 48 inputs of 2 ranks take no less than the wire lets through both ways."""
    if reason:
        pytest.skip(reason)
    ran = started("--rate", "20mbit", "--burst", "16kb", "--network", "radix_net:neurons=1024,layers=12", "--inputs",
                  "images:count=48", "--partitioners", "contiguous", "--repetitions", "1")
    if ran.returncode == slow_network.FORBIDDEN:
        pytest.skip(ran.stderr.strip())
    assert ran.returncode == 0, ran.stdout + ran.stderr
    figures = dict(zip(*(line.split("\t") for line in ran.stdout.splitlines()[1:3])))
    bytes_a_direction = float(figures["words"]) * 48 * 4 / 2
    assert float(figures["exchange_seconds"]) > 0.8 * bytes_a_direction * 8 / 20e6
