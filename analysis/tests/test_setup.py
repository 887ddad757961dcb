"""setup.sh on machines that are not this one: dpkg-query, apt-get, id and sudo are scripts in a PATH of their own.

Each player writes what it was asked into a log; nothing is ever installed.
"""

import shutil
import subprocess
from pathlib import Path

import pytest

JOBS = Path(__file__).resolve().parents[2] / "jobs"
TOOLS = ["bash", "awk", "grep", "cut", "tail", "dirname", "mkdir", "env", "cat"]
LIST = """# comment
[required]
aaa-dev   program:tool-of-aaa            # what aaa is for
bbb-dev   python:no_such_module|program:tool-of-bbb  # what bbb is for

[optional]
ccc-dev   program:tool-of-ccc            # what ccc is for
ddd-dev   program:tool-of-ddd            # what ddd is for
"""


class Machine:
    def __init__(self, folder):
        self.folder = folder
        self.bin = folder / "bin"
        self.log = folder / "asked.log"
        (folder / "jobs").mkdir()
        self.bin.mkdir()
        shutil.copy(JOBS / "setup.sh", folder / "jobs")
        (folder / "jobs" / "packages.txt").write_text(LIST)
        for tool in TOOLS:
            (self.bin / tool).symlink_to(shutil.which(tool))
        self.play("id", "echo 0")

    def play(self, name, text):
        path = self.bin / name
        path.write_text(f'#!{shutil.which("bash")}\necho "{name} $*" >>"{self.log}"\n{text}\n')
        path.chmod(0o755)

    def debian(self, *installed, refuses=()):
        """A Debian with these packages, whose apt-get installs all but what it refuses."""
        database = self.folder / "installed"
        database.write_text("".join(f"{name}\n" for name in installed))
        known = f'grep -qx "$p" "{database}" && echo "installed $p"'
        self.play("dpkg-query", f'shift 2; for p in "$@"; do {known}; done; true')
        refuse = "".join(f"[[ $p == {name} ]] && exit 100\n" for name in refuses)
        self.play(
            "apt-get",
            f'words=" $* "; [[ $words == *" install "* ]] || exit 0\nfor p in "$@"; do\n:\n{refuse}done\n'
            f'for p in "$@"; do [[ $p == *-dev ]] && echo "$p" >>"{database}"; done; true',
        )

    def setup(self, *groups, **environment):
        return subprocess.run(
            [self.bin / "bash", self.folder / "jobs" / "setup.sh", *groups],
            env={"PATH": str(self.bin), **environment},
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )

    def asked(self, name):
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [line for line in lines if line.startswith(name + " ")]


@pytest.fixture
def machine(tmp_path):
    folder = tmp_path / "a folder"
    folder.mkdir()
    return Machine(folder)


def test_everything_there_asks_apt_nothing(machine):
    machine.debian("aaa-dev", "bbb-dev", "ccc-dev", "ddd-dev")
    done = machine.setup()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert machine.asked("apt-get") == []


def test_root_installs_exactly_what_is_missing(machine):
    machine.debian("aaa-dev", "ddd-dev")
    done = machine.setup()
    assert done.returncode == 0
    calls = machine.asked("apt-get")
    assert [" update" in call for call in calls] == [True, False, False]
    assert calls[1].endswith("install -y --no-install-recommends bbb-dev")
    assert calls[2].endswith("install -y --no-install-recommends ccc-dev")


def test_groups_are_chosen(machine):
    machine.debian("aaa-dev", "bbb-dev")
    assert machine.setup("required").returncode == 0
    assert machine.asked("apt-get") == []
    assert machine.setup("no_such_group").returncode == 1


def test_optional_that_apt_refuses_is_a_warning(machine):
    machine.debian("aaa-dev", "bbb-dev", refuses=["ccc-dev"])
    done = machine.setup()
    assert done.returncode == 0
    assert "warning: ccc-dev cannot be installed" in done.stderr
    assert (machine.folder / "installed").read_text().split() == ["aaa-dev", "bbb-dev", "ddd-dev"]


def test_required_that_apt_refuses_stops(machine):
    machine.debian(refuses=["aaa-dev"])
    done = machine.setup("required")
    assert done.returncode == 1
    assert "aaa-dev" in done.stderr and "what aaa is for" in done.stderr


def test_without_root_names_what_is_missing(machine):
    machine.debian("aaa-dev")
    machine.play("id", "echo 1000")
    done = machine.setup()
    assert done.returncode == 1
    assert "what bbb is for" in done.stderr and "what aaa is for" not in done.stderr
    assert "as root: apt-get install -y --no-install-recommends bbb-dev" in done.stderr
    assert machine.asked("apt-get") == []


def test_sudo_that_wants_a_password_is_not_used(machine):
    machine.debian("aaa-dev")
    machine.play("id", "echo 1000")
    machine.play("sudo", "exit 1")
    assert machine.setup().returncode == 1
    assert set(machine.asked("sudo")) == {"sudo -n true"}
    assert machine.asked("apt-get") == []


def test_sudo_without_a_password_installs(machine):
    machine.debian("aaa-dev", "ccc-dev", "ddd-dev")
    machine.play("id", "echo 1000")
    machine.play("sudo", 'shift; "$@"')
    assert machine.setup().returncode == 0
    assert machine.asked("sudo")[-1].startswith("sudo -n env DEBIAN_FRONTEND=noninteractive apt-get")
    assert machine.asked("apt-get")[-1].endswith(" bbb-dev")


def test_without_debian_what_modules_bring_will_do(machine):
    for tool in ["tool-of-aaa", "tool-of-bbb", "tool-of-ccc", "tool-of-ddd"]:
        machine.play(tool, "true")
    done = machine.setup()
    assert (done.returncode, done.stderr) == (0, "")


def test_without_debian_the_rest_is_named(machine):
    machine.play("tool-of-aaa", "true")
    done = machine.setup()
    assert done.returncode == 1
    assert "looked for python:no_such_module or program:tool-of-bbb" in done.stderr
    assert "apt-get" not in done.stderr and "what aaa is for" not in done.stderr
    assert machine.setup(SPARSIO_SETUP="skip").returncode == 0


def test_without_root_optional_is_a_warning(machine):
    machine.debian("aaa-dev", "bbb-dev")
    machine.play("id", "echo 1000")
    done = machine.setup()
    assert done.returncode == 0
    assert "warning" in done.stderr and "what ccc is for" in done.stderr


def test_the_list_that_is_shipped_can_be_read():
    lines = [line for line in (JOBS / "packages.txt").read_text().splitlines() if line and line[0] not in "#["]
    assert len(lines) > 20
    for line in lines:
        package, probes, what = line.split(None, 2)
        assert what.startswith("# ") and len(what) > 3, line
        for probe in probes.split("|"):
            assert probe.partition(":")[0] in {"program", "pkgconfig", "header", "file", "python"}, line
        assert package == package.lower(), line
