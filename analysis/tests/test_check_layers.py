"""check_layers finds each kind of violation in a small tree, names its file and line, and passes a clean tree."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "jobs" / "check_layers.py"
spec = importlib.util.spec_from_file_location("check_layers", SCRIPT)
check_layers = importlib.util.module_from_spec(spec)
spec.loader.exec_module(check_layers)

LAYERS = "# comment\nbase:\nnet: base\norder: base net\nexec: net\ntopo:\nsweep:\ndisk:\norder tests: exec\n"


@pytest.fixture
def tree(tmp_path):
    """A clean tree, and a function that adds a file to it."""

    def add(file, text):
        path = tmp_path / "src" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return tmp_path

    add("LAYERS", LAYERS)
    add("base/error.hpp", "#pragma once\n#include <string>\n")
    add("net/network.hpp", '#include "net/layer.hpp"\n#include "base/error.hpp"\n')
    add("topo/hwloc.cpp", '#include "topo/machine.hpp"\n#include <hwloc.h>\n')
    add("topo/hwloc_test.cpp", '#include "topo/machine.hpp"\n')
    add("disk/toml.cpp", "#include <toml++/toml.h>\n")
    add("order/order.hpp", '#include "base/error.hpp"\n#include "net/network.hpp"\n')
    add("order/order_test.cpp", '#include "exec/engine.hpp"\n')
    add("exec/engine.hpp", '#include "net/network.hpp"\n')
    return add


def test_clean_tree_passes(tree, tmp_path):
    assert check_layers.check(tmp_path) == []


@pytest.mark.parametrize(
    "file, text, place, words",
    [
        ("net/bad.cpp", '\n#include "order/order.hpp"\n', "src/net/bad.cpp:2:", "'net' may not include 'order'"),
        ("order/bad.hpp", '#include "exec/engine.hpp"\n', "src/order/bad.hpp:1:", "may: base net"),
        ("net/bad_test.cpp", ' # include "exec/engine.hpp"\n', "src/net/bad_test.cpp:1:", "may not include 'exec'"),
        ("net/bad.cpp", '#include "utils/x.hpp"\n', "src/net/bad.cpp:1:", "no folder 'utils'"),
        ("net/bad.cpp", '#include "layer.hpp"\n', "src/net/bad.cpp:1:", 'write "net/layer.hpp"'),
        ("utils/x.cpp", "int x;\n", "src/utils/x.cpp:1:", "no folder 'utils'"),
        ("net/deep/bad.hpp", '#include "order/order.hpp"\n', "src/net/deep/bad.hpp:1:", "may not include 'order'"),
        ("topo/other.cpp", "#include <hwloc.h>\n", "src/topo/other.cpp:1:", "only in src/topo/hwloc.cpp"),
        ("topo/machine.hpp", "#include <hwloc/bitmap.h>\n", "src/topo/machine.hpp:1:", "hwloc is included outside"),
        ("net/bad.cpp", '#include "hwloc.h"\n', "src/net/bad.cpp:1:", "hwloc is included outside"),
        ("exec/bad.cpp", "#include <papi.h>\n", "src/exec/bad.cpp:1:", "only in src/count/papi.cpp"),
        ("net/bad.cpp", "#include <H5Cpp.h>\n", "src/net/bad.cpp:1:", "only in src/disk/hdf5/ or src/record/hdf5.cpp"),
        ("net/bad.cpp", "#include <xxhash.h>\n", "src/net/bad.cpp:1:", "only in src/disk/digest.cpp"),
        ("net/bad.cpp", "#include <toml++/toml.h>\n", "src/net/bad.cpp:1:", "only in src/disk/toml.cpp"),
        ("exec/bad.hpp", "#include <suitesparse/GraphBLAS.h>\n", "src/exec/bad.hpp:1:", "one .cpp file"),
        ("exec/bad.cpp", "#include <mpi.h>\n", "src/exec/bad.cpp:1:", "only in src/mpi/"),
        ("net/bad.cpp", "#include <trilinos/zoltan.h>\n", "src/net/bad.cpp:1:", "only in src/part/zoltan.cpp"),
    ],
)
def test_violation_is_named(tree, file, text, place, words):
    problems = check_layers.check(tree(file, text))
    assert len(problems) == 1
    assert problems[0].startswith(place)
    assert words in problems[0]


@pytest.mark.parametrize("header", ["GraphBLAS.h", "cblas.h"])
def test_second_file_of_a_dependency(tree, header):
    tree("sweep/first.cpp", f"#include <{header}>\n")
    problems = check_layers.check(tree("sweep/second.cpp", f"#include <{header}>\n"))
    assert any(problem.startswith("src/sweep/first.cpp:1:") for problem in problems)
    assert any(problem.startswith("src/sweep/second.cpp:1:") for problem in problems)
    assert all("keep one of" in problem for problem in problems)


def test_tests_may_include_a_dependency(tree):
    assert check_layers.check(tree("net/network_test.cpp", "#include <hdf5.h>\n")) == []


def test_comments_and_libraries_are_not_ours(tree):
    text = '// #include "order/order.hpp"\n#include <fmt/core.h>\n#include <nlohmann/json.hpp>\n'
    assert check_layers.check(tree("net/fine.cpp", text)) == []


def test_mpi_is_included_in_its_folder_and_what_shows_its_types_stays_there(tree):
    tree("LAYERS", LAYERS + "mpi:\n")
    tree("mpi/mpi/process.hpp", "#include <mpi.h>\n")
    assert check_layers.check(tree("mpi/mpi.cpp", '#include <mpi.h>\n#include "mpi/mpi/process.hpp"\n')) == []
    for name in ("mpi/alone.cpp", "mpi/launch.hpp"):
        problems = check_layers.check(tree(name, "#include <mpi.h>\n"))
        assert len(problems) == 1 and "only in src/mpi/mpi.cpp or src/mpi/mpi/" in problems[0]
        problems = check_layers.check(tree(name, '#include "mpi/mpi/process.hpp"\n'))
        assert len(problems) == 1 and problems[0].startswith(f"src/{name}:1: mpi/mpi/process.hpp shows types of MPI")
        tree(name, "")


@pytest.mark.parametrize(
    "layers, words",
    [
        ("base: net\nnet:\n", "order bottom up"),
        ("base:\nbase:\n", "twice"),
        ("base:\nnet base\n", "cannot read"),
    ],
)
def test_bad_layers_file(tmp_path, layers, words):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "LAYERS").write_text(layers)
    problems = check_layers.check(tmp_path)
    assert problems[0].startswith("src/LAYERS:") and words in problems[0]


@pytest.mark.parametrize("line, words", [("sweep: base\n", "'sweep' never includes 'base'"),
                                         ("sweep:\nsweep tests: net\n", "'sweep' never includes 'net'")])
def test_what_nobody_includes_is_named(tree, line, words):
    problems = check_layers.check(tree("LAYERS", LAYERS.replace("sweep:\n", line)))
    assert len(problems) == 1 and words in problems[0]


def test_tests_may_include_what_their_line_says(tree):
    assert check_layers.check(tree("order/more_test.cpp", '#include "exec/engine.hpp"\n')) == []
    assert len(check_layers.check(tree("net/more_test.cpp", '#include "exec/engine.hpp"\n'))) == 1


def test_helper_beside_plug_ins_is_named(tree):
    for name in ("one", "two", "three"):
        tree(f"order/{name}.cpp", "const Register<OrderKind> registered{};\n")
    assert check_layers.check(tree("order/three/helper.cpp", "int x;\n")) == []
    problems = check_layers.check(tree("order/helper.cpp", "int x;\n"))
    assert len(problems) == 1 and problems[0].startswith("src/order/helper.cpp:1:") and "order/shared" in problems[0]


def test_command_prints_all_and_exits_1(tree, tmp_path):
    tree("net/one.cpp", '#include "order/order.hpp"\n')
    tree("net/two.cpp", "int x;\n#include <papi.h>\n")
    done = subprocess.run([sys.executable, SCRIPT, tmp_path], capture_output=True, text=True)
    assert done.returncode == 1
    assert [line.split(": ")[0] for line in done.stdout.splitlines()] == ["src/net/one.cpp:1", "src/net/two.cpp:2"]


def test_command_without_a_project_exits_1(tmp_path):
    done = subprocess.run([sys.executable, SCRIPT, tmp_path], capture_output=True, text=True)
    assert done.returncode == 1 and "no such file" in done.stdout
